"""``uplock build``: sdists become wheels, the lock names them, and goes on naming them."""

from __future__ import annotations

import json
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from support.backends import backend_wheel, in_tree_sdist, sdist_for
from support.http_index import HttpIndex
from support.index_simulator import IndexSimulator
from support.shop import AS_OF, project, snapshot, uplock
from support.wheels import build_wheel
from uplock.model.digest import sha256_of

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

Capture = pytest.CaptureFixture[str]

UPLOADED = datetime(2024, 1, 1, tzinfo=UTC)
LATER = datetime(2024, 6, 1, tzinfo=UTC)
PYTHON = platform.python_version()
TARGET = f"py{sys.version_info.major}{sys.version_info.minor}-linux-x86_64"
PYLOCK, REQUIREMENTS, LOCKSET = (
    f"locks/{name}" for name in (f"pylock.{TARGET}.toml", f"requirements.{TARGET}.txt", "lockset.json")
)
WHEEL = "raw-1.0-py3-none-any.whl"


def pyproject(*names: str) -> str:
    return f"""\
[project]
name = "shop"
version = "1.0"
dependencies = {list(names)!r}

[tool.uplock]
targets = ["{PYTHON}"]
exclude-newer = "2024-03-01T00:00:00Z"
allow-sdist = ["raw", "rare"]
"""


@pytest.fixture
def index() -> IndexSimulator:
    shelf = IndexSimulator(provenance_offered=False)
    for wheel in (
        backend_wheel(
            "tinybuild",
            acting='\ndef get_requires_for_build_wheel(config=None):\n    return ["oracle"]\n\nimport tinyhelp\n',
            needs=("tinyhelp",),
        ),
        build_wheel("tinyhelp", "1.0"),
        build_wheel("oracle", "1.0"),
        build_wheel("coin", "1.0"),
    ):
        shelf.publish(*wheel, upload_time=UPLOADED)
    shelf.publish(*build_wheel("tinyhelp", "9.0"), upload_time=LATER)
    shelf.publish(*sdist_for("raw", "1.0", "tinybuild", "tinybuild"), upload_time=UPLOADED)
    shelf.publish(*in_tree_sdist("rare", "2.0"), upload_time=UPLOADED)
    return shelf


@pytest.fixture
def shop(http: HttpIndex, tmp_path: Path, capfd: Capture) -> Path:
    folder = project(tmp_path / "shop", pyproject("raw", "coin"))
    assert uplock(capfd, "lock", folder).code == 0
    return folder


def build(capfd: Capture, shop: Path, *arguments: str) -> Any:
    answer = uplock(capfd, "build", TARGET, "--project", shop, "--as-of", AS_OF, "--json", *arguments)
    assert answer.code == 0, answer.err
    return answer.json


def rows(shop: Path) -> Any:
    return json.loads((shop / LOCKSET).read_text())["built"]


def blob(shop: Path, digest: str) -> Path:
    return shop / ".uplock/blobs/sha256" / digest[:2] / digest


def test_the_lock_names_the_wheel_and_the_archive_has_it(shop: Path, capfd: Capture) -> None:
    answer = build(capfd, shop)
    (package,) = answer["packages"]
    row = package["wheel"]
    assert (package["status"], row["wheel"], row["python"]) == ("built", WHEEL, PYTHON)
    assert rows(shop) == [row]
    assert sha256_of(blob(shop, row["wheel_sha256"]).read_bytes()) == row["wheel_sha256"]
    assert f"raw==1.0 \\\n    --hash=sha256:{row['wheel_sha256']}\n" in (shop / REQUIREMENTS).read_text()
    assert "--only-binary :all: -r" in (shop / REQUIREMENTS).read_text()
    pylock = (shop / PYLOCK).read_text()
    assert f'path = "../.uplock/blobs/sha256/{row["wheel_sha256"][:2]}/{row["wheel_sha256"]}"' in pylock
    assert "[packages.tool.uplock.built-from]" in pylock
    assert row["sdist_sha256"] in pylock
    assert [each["rule"] for each in answer["findings"]] == ["AR016"]


def test_build_requirements_are_pinned_wheels_under_the_cut_off(shop: Path, capfd: Capture) -> None:
    row = build(capfd, shop)["packages"][0]["wheel"]
    pins = [(each["name"], each["version"]) for each in row["requirements"]]
    assert pins == [("oracle", "1.0"), ("tinybuild", "1.0"), ("tinyhelp", "1.0")]
    for each in row["requirements"]:
        assert blob(shop, each["sha256"]).is_file()


def test_everything_goes_on_with_the_wheel(shop: Path, capfd: Capture) -> None:
    build(capfd, shop)
    before = snapshot(shop)
    assert uplock(capfd, "lock", shop).code == 0
    assert snapshot(shop) == before
    for depth in ("--check", "--check=resolve", "--check=index"):
        answer = uplock(capfd, "lock", shop, depth)
        assert answer.code == 0, answer.out + answer.err
    answer = uplock(capfd, "run", shop, "--as-of", AS_OF, "--json")
    assert answer.code == 0, answer.err
    (target,) = answer.json["targets"]
    assert [each["rule"] for each in target["findings"] if each["subject"] == WHEEL] == ["AR016", "AT001"]
    assert uplock(capfd, "check", shop, "--as-of", AS_OF).code == 0
    again = uplock(capfd, "run", shop, "--as-of", AS_OF, "--json").json
    assert (again["generation"], again["changed"]) == (answer.json["generation"], False)
    assert uplock(capfd, "verify", "lock", "--project", shop, "--as-of", AS_OF, "--json").json["counts"] == {
        "verified": 0,
        "not_attested": 1,
        "invalid": 0,
        "unchecked": 1,
    }


def test_upgrading_others_keeps_the_wheel(shop: Path, index: IndexSimulator, capfd: Capture) -> None:
    built = build(capfd, shop)["packages"][0]["wheel"]
    index.publish(*build_wheel("coin", "2.0"), upload_time=UPLOADED)
    assert uplock(capfd, "lock", shop, "--upgrade").code == 0
    assert "coin==2.0" in (shop / REQUIREMENTS).read_text()
    assert rows(shop) == [built]
    assert WHEEL in (shop / PYLOCK).read_text()


def test_another_sdist_of_the_package_is_an_sdist_again(shop: Path, index: IndexSimulator, capfd: Capture) -> None:
    build(capfd, shop)
    index.publish(*sdist_for("raw", "1.1", "tinybuild", "tinybuild"), upload_time=UPLOADED)
    answer = uplock(capfd, "lock", shop, "--upgrade", "--json")
    assert [each["rule"] for each in answer.json["findings"]] == ["AR012"]
    assert rows(shop) == []


def test_a_second_call_builds_nothing(shop: Path, capfd: Capture) -> None:
    first, before = build(capfd, shop), snapshot(shop)
    second = build(capfd, shop)
    assert [each["status"] for each in second["packages"]] == ["kept"]
    assert second["packages"][0]["wheel"] == first["packages"][0]["wheel"]
    assert not second["changed"]
    assert second["notes"] == []
    assert snapshot(shop) == before


def test_building_again_compares_and_is_recorded(shop: Path, capfd: Capture) -> None:
    assert rows(shop) == []
    answer = build(capfd, shop, "--again")
    assert answer["packages"][0]["again"]["equal"] is True
    assert rows(shop)[0]["reproducible"] is True
    assert "reproducible = true" in (shop / PYLOCK).read_text()
    assert "gave the same bytes" in answer["findings"][0]["message"]
    assert uplock(capfd, "lock", shop, "--check=resolve").code == 0


UNEVEN = """
def members(name, version, plain=members):
    found = plain(name, version)
    found[f"{name}/place.py"] = repr(os.getcwd()).encode()
    return found
"""


def test_a_build_that_depends_on_its_place_is_told_member_by_member(
    http: HttpIndex, index: IndexSimulator, tmp_path: Path, capfd: Capture
) -> None:
    index.publish(*in_tree_sdist("rare", "2.0", UNEVEN), upload_time=UPLOADED)
    shop = project(tmp_path / "shop", pyproject("rare"))
    assert uplock(capfd, "lock", shop).code == 0
    first = build(capfd, shop)["packages"][0]["wheel"]
    answer = uplock(capfd, "build", TARGET, "--project", shop, "--again")
    assert answer.code == 0, answer.err
    assert "built again: other bytes, 2 members differ" in answer.out
    assert "    rare-2.0.dist-info/RECORD differs\n    rare/place.py differs\n" in answer.out
    assert "gave other bytes" in answer.out
    (row,) = rows(shop)
    assert (row["reproducible"], row["differing"]) == (False, ["rare-2.0.dist-info/RECORD", "rare/place.py"])
    assert row["wheel_sha256"] == first["wheel_sha256"]
    assert http.index is index


def test_a_wheel_that_is_gone_is_restored_if_the_build_is_reproducible(shop: Path, capfd: Capture) -> None:
    row = build(capfd, shop)["packages"][0]["wheel"]
    blob(shop, row["wheel_sha256"]).unlink()
    answer = uplock(capfd, "run", shop)
    assert answer.code == 3
    assert "was built here and is not in this archive" in answer.err
    assert [each["status"] for each in build(capfd, shop)["packages"]] == ["restored"]
    assert blob(shop, row["wheel_sha256"]).is_file()
    assert uplock(capfd, "run", shop, "--as-of", AS_OF).code == 0


def test_other_bytes_never_take_the_place_of_a_wheel_that_is_gone(
    http: HttpIndex, index: IndexSimulator, tmp_path: Path, capfd: Capture
) -> None:
    index.publish(*in_tree_sdist("rare", "2.0", UNEVEN), upload_time=UPLOADED)
    shop = project(tmp_path / "shop", pyproject("rare"))
    assert uplock(capfd, "lock", shop).code == 0
    row = build(capfd, shop)["packages"][0]["wheel"]
    blob(shop, row["wheel_sha256"]).unlink()
    before = snapshot(shop)
    answer = uplock(capfd, "build", TARGET, "--project", shop)
    assert answer.code == 4
    assert "building it again gives other bytes" in answer.err
    assert snapshot(shop) == before
    (package,) = build(capfd, shop, "--anew")["packages"]
    assert package["status"] == "built"
    assert package["wheel"]["wheel_sha256"] != row["wheel_sha256"]
    assert http.index is index


NEEDY = "\nREQUIRES = b\"Requires-Dist: coin\\\\nRequires-Dist: dear ; extra == 'more'\\\\n\"\n".replace("\\\\n", "\\n")


def test_what_the_wheel_needs_is_what_the_lock_says(
    http: HttpIndex, index: IndexSimulator, tmp_path: Path, capfd: Capture
) -> None:
    index.publish(*in_tree_sdist("rare", "2.0", NEEDY), upload_time=UPLOADED)
    shop = project(tmp_path / "shop", pyproject("rare", "coin"))
    assert uplock(capfd, "lock", shop).code == 0
    assert 'dependencies = [\n  {name = "coin"},' not in (shop / PYLOCK).read_text()
    build(capfd, shop)
    assert 'dependencies = [\n  {name = "coin"},' in (shop / PYLOCK).read_text()
    assert uplock(capfd, "run", shop, "--as-of", AS_OF).code == 0
    assert uplock(capfd, "lock", shop, "--check=resolve").code == 0
    assert http.index is index


def test_several_sdists_or_some_of_them(http: HttpIndex, tmp_path: Path, capfd: Capture) -> None:
    shop = project(tmp_path / "shop", pyproject("rare", "raw"))
    assert uplock(capfd, "lock", shop).code == 0
    assert [each["wheel"]["package"] for each in build(capfd, shop, "--package", "Rare")["packages"]] == ["rare"]
    assert [each["wheel"]["package"] for each in build(capfd, shop)["packages"]] == ["rare", "raw"]
    assert [each["package"] for each in rows(shop)] == ["rare", "raw"]
    assert http.requests


def test_without_sdists_there_is_nothing_to_build(http: HttpIndex, tmp_path: Path, capfd: Capture) -> None:
    shop = project(tmp_path / "shop", pyproject("coin"))
    assert uplock(capfd, "lock", shop).code == 0
    before = snapshot(shop)
    answer = uplock(capfd, "build", TARGET, "--project", shop)
    assert (answer.code, snapshot(shop)) == (0, before)
    assert "there is nothing to build" in answer.out
    answer = uplock(capfd, "build", TARGET, "--project", shop, "--package", "coin")
    assert answer.code == 2
    assert "no sdist of coin is locked" in answer.err
    assert http.requests


def test_a_policy_can_refuse_what_was_built_here(shop: Path, capfd: Capture) -> None:
    text = (shop / "pyproject.toml").read_text()
    (shop / "pyproject.toml").write_text(text + '\n[tool.uplock.policy]\nseverities = { AR016 = "error" }\n')
    answer = uplock(capfd, "build", TARGET, "--project", shop)
    assert answer.code == 1
    assert rows(shop)


def test_build_requirements_without_a_wheel_are_named(
    http: HttpIndex, index: IndexSimulator, tmp_path: Path, capfd: Capture
) -> None:
    index.publish(*sdist_for("raw", "1.0", "rare", "rare"), upload_time=UPLOADED)
    shop = project(tmp_path / "shop", pyproject("raw"))
    assert uplock(capfd, "lock", shop).code == 0
    before = snapshot(shop)
    answer = uplock(capfd, "build", TARGET, "--project", shop)
    assert answer.code == 3
    assert "raw-1.0.tar.gz: build requirements" in answer.err
    assert "rare" in answer.err
    assert snapshot(shop) == before
    assert http.requests


def test_a_lock_that_calls_a_wheel_its_own_is_refused(shop: Path, capfd: Capture) -> None:
    build(capfd, shop)
    lockset = json.loads((shop / LOCKSET).read_text())
    lockset["built"] = []
    (shop / LOCKSET).write_text(json.dumps(lockset))
    for command in (("run", shop), ("lock", shop), ("build", TARGET, "--project", shop)):
        answer = uplock(capfd, *command)
        assert answer.code == 4
        assert "is locked as built here, and the lock set does not say so" in answer.err


def test_the_interpreter_must_be_the_locked_one(http: HttpIndex, tmp_path: Path, capfd: Capture) -> None:
    shop = project(tmp_path / "shop", pyproject("raw").replace(PYTHON, PYTHON.rpartition(".")[0] + ".99"))
    assert uplock(capfd, "lock", shop).code == 0
    answer = uplock(capfd, "build", TARGET, "--project", shop)
    assert answer.code == 3
    assert "cannot be built for here" in answer.err
    assert http.requests


def test_what_a_backend_asks_for_by_url_is_refused(
    http: HttpIndex, index: IndexSimulator, tmp_path: Path, capfd: Capture
) -> None:
    asking = '\ndef get_requires_for_build_wheel(config=None):\n    return ["x @ git+https://index.example/x"]\n'
    index.publish(*in_tree_sdist("rare", "2.0", asking), upload_time=UPLOADED)
    shop = project(tmp_path / "shop", pyproject("rare"))
    assert uplock(capfd, "lock", shop).code == 0
    answer = uplock(capfd, "build", TARGET, "--project", shop)
    assert answer.code == 3
    assert "rare-2.0.tar.gz: get_requires_for_build_wheel[0]: x is asked for from version control" in answer.err
    assert http.requests


def test_building_again_fetches_the_very_requirements_that_were_used(
    shop: Path, index: IndexSimulator, tmp_path: Path, capfd: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    pins = build(capfd, shop)["packages"][0]["wheel"]["requirements"]
    tiny = next(each for each in pins if each["name"] == "tinybuild")
    blob(shop, tiny["sha256"]).unlink()
    monkeypatch.setenv("UPLOCK_CACHE", str(tmp_path / "another cache"))
    assert build(capfd, shop, "--again")["packages"][0]["again"]["equal"] is True
    assert blob(shop, tiny["sha256"]).is_file()
    blob(shop, tiny["sha256"]).unlink()
    monkeypatch.setenv("UPLOCK_CACHE", str(tmp_path / "a third cache"))
    index.withdraw(tiny["filename"])
    answer = uplock(capfd, "build", TARGET, "--project", shop, "--again")
    assert answer.code == 3
    assert f"the index does not have tinybuild 1.0 with sha256 {tiny['sha256']}" in answer.err
