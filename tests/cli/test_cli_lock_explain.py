"""``uplock lock --explain``: why a package is locked, at this version and as this file."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from support.http_index import HttpIndex
from support.index_simulator import IndexSimulator
from support.sdists import build_sdist
from support.shop import project, snapshot, uplock
from support.wheels import build_wheel
from uplock.model.digest import sha256_of

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

Capture = pytest.CaptureFixture[str]

EARLY = datetime(2024, 1, 1, tzinfo=UTC)
LATE = datetime(2024, 6, 1, tzinfo=UTC)
MANYLINUX = "manylinux_2_17_x86_64"


@pytest.fixture
def index() -> IndexSimulator:
    """A shop with newer versions that are out of reach for one reason each, and a version that straddles a cut-off."""
    shelf = IndexSimulator(provenance_offered=False)
    for version in ("1.0", "1.2"):
        shelf.publish(*build_wheel("till", version, requires_dist=("coin<2",)), upload_time=EARLY)
    for version in ("1.0", "1.1", "2.0", "1.5rc1"):
        shelf.publish(*build_wheel("coin", version), upload_time=EARLY)
    shelf.publish(*build_wheel("coin", "1.3", requires_dist=("no-such-thing",)), upload_time=EARLY)
    shelf.publish(*build_wheel("coin", "1.4", tag="cp27-cp27m-win32"), upload_time=EARLY)
    shelf.publish(*build_wheel("coin", "1.6"), upload_time=EARLY, yanked="miscounts")
    shelf.publish(*build_wheel("coin", "1.9"), upload_time=LATE)
    shelf.publish(*build_wheel("old", "1.0", requires_dist=("ancient",)), upload_time=EARLY)
    shelf.publish(*build_wheel("ancient", "1.0"), upload_time=EARLY)
    shelf.publish(*build_sdist("straddle", "6.0", metadata_version="2.2", requires_dist=("coin",)), upload_time=EARLY)
    for tag in (f"cp311-cp311-{MANYLINUX}", "cp312-cp312-win_amd64"):
        shelf.publish(*build_wheel("straddle", "6.0", tag=tag, requires_dist=("coin",)), upload_time=EARLY)
    for tag in (f"cp312-cp312-{MANYLINUX}", "cp313-cp313-win_amd64"):
        shelf.publish(*build_wheel("straddle", "6.0", tag=tag, requires_dist=("coin",)), upload_time=LATE)
    shelf.publish(*build_wheel("straddle", "5.0"), upload_time=EARLY)
    return shelf


def configured(*dependencies: str, targets: str = '"3.12.1"', more: str = "") -> str:
    return (
        f'[project]\nname = "shop"\nversion = "1.0"\ndependencies = {list(dependencies)}\n\n'
        f'[tool.uplock]\ntargets = [{targets}]\nexclude-newer = "2024-03-01T00:00:00Z"\n{more}'
    )


def locked(folder: Path, capfd: Capture, *dependencies: str, **how: str) -> Path:
    """Return a project that is locked."""
    shop = project(folder, configured(*dependencies, **how))
    answer = uplock(capfd, "lock", shop)
    assert answer.code == 0, answer.out + answer.err
    return shop


def explained(capfd: Capture, shop: Path, name: str) -> list[dict[str, Any]]:
    answer = uplock(capfd, "lock", shop, "--explain", name, "--json")
    assert answer.code == 0, answer.err
    told: list[dict[str, Any]] = answer.json
    return told


def test_a_direct_requirement_is_the_project_s_own(http: HttpIndex, tmp_path: Path, capfd: Capture) -> None:
    shop = locked(tmp_path / "shop", capfd, "till<2")
    (told,) = explained(capfd, shop, "Till")
    assert (told["target"], told["python"], told["name"]) == ("py312-linux-x86_64", "3.12.1", "till")
    assert (told["version"], told["direct"], told["view"]) == ("1.2", True, True)
    assert told["why"] == "the project asks for it"
    assert told["required_by"] == [{"name": "", "version": "", "requirement": "till<2", "role": "requirement"}]
    assert told["newer"] == []


def test_a_transitive_one_is_led_to_by_the_shortest_way(http: HttpIndex, tmp_path: Path, capfd: Capture) -> None:
    shop = locked(tmp_path / "shop", capfd, "till")
    (told,) = explained(capfd, shop, "coin")
    assert told["why"] == "needed by till"
    assert not told["direct"]
    assert told["required_by"] == [{"name": "till", "version": "1.2", "requirement": "coin<2", "role": "requirement"}]
    assert "till 1.2 asks for coin<2" in uplock(capfd, "lock", shop, "--explain", "coin").out


def test_every_newer_version_has_the_first_thing_that_is_against_it(
    http: HttpIndex, tmp_path: Path, capfd: Capture
) -> None:
    shop = locked(tmp_path / "shop", capfd, "till")
    (told,) = explained(capfd, shop, "coin")
    assert told["version"] == "1.1"
    assert {each["version"]: each["reason"] for each in told["newer"]} == {
        "2.0": "till 1.2 asks for coin<2",
        "1.6": "it is yanked",
        "1.5rc1": "it is a pre-release",
        "1.4": "no file of it fits this target",
        "1.3": "what it needs does not fit the rest",
    }
    assert [each["version"] for each in told["newer"]] == ["2.0", "1.6", "1.5rc1", "1.4", "1.3"]


def test_a_version_after_the_cut_off_is_not_told(http: HttpIndex, tmp_path: Path, capfd: Capture) -> None:
    shop = locked(tmp_path / "shop", capfd, "till")
    assert "1.9" not in uplock(capfd, "lock", shop, "--explain", "coin").out


def test_a_constraint_and_an_override_are_told_as_such(http: HttpIndex, tmp_path: Path, capfd: Capture) -> None:
    shop = project(tmp_path / "shop", '[tool.uplock]\ntargets = ["3.12.1"]\noverrides = ["coin<3"]\n')
    (shop / "requirements.in").write_text("till\n-c constraints.in\n")
    (shop / "constraints.in").write_text("coin<1.1\n")
    assert uplock(capfd, "lock", shop).code == 0
    (told,) = explained(capfd, shop, "coin")
    assert told["required_by"] == [
        {"name": "", "version": "", "requirement": "coin<1.1", "role": "constraint"},
        {"name": "till", "version": "1.2", "requirement": "coin<3", "role": "override"},
    ]
    reasons = {each["version"]: each["reason"] for each in told["newer"]}
    assert reasons["2.0"] == "the project allows only coin<1.1"


def test_what_another_target_alone_has_is_said_to_be_not_locked(
    http: HttpIndex, tmp_path: Path, capfd: Capture
) -> None:
    shop = locked(tmp_path / "shop", capfd, "till", "old; python_version < '3.10'", targets='"3.9.18", "3.12.1"')
    twelve, nine = explained(capfd, shop, "ancient")
    assert (twelve["target"], twelve["version"]) == ("py312-linux-x86_64", None)
    assert twelve["why"] == "nothing asks for it on this target"
    assert twelve["artifacts"] == []
    assert (nine["target"], nine["version"], nine["why"]) == ("py39-linux-x86_64", "1.0", "needed by old")


def test_a_kept_version_is_said_to_be_kept(
    http: HttpIndex, index: IndexSimulator, tmp_path: Path, capfd: Capture
) -> None:
    shop = locked(tmp_path / "shop", capfd, "till")
    index.publish(*build_wheel("coin", "1.2"), upload_time=EARLY)
    project(shop, configured("till", "old"))
    assert uplock(capfd, "lock", shop).code == 0
    (told,) = explained(capfd, shop, "coin")
    assert (told["version"], told["kept"]) == ("1.1", True)
    assert {"version": "1.2", "reason": "the lock kept the version that was there"} in told["newer"]
    assert "the resolver was told to keep this version" in uplock(capfd, "lock", shop, "--explain", "coin").out


def test_an_unknown_name_exits_2_and_names_the_nearest(http: HttpIndex, tmp_path: Path, capfd: Capture) -> None:
    shop = locked(tmp_path / "shop", capfd, "till")
    answer = uplock(capfd, "lock", shop, "--explain", "coins")
    assert answer.code == 2
    assert "did you mean coin?" in answer.err


def test_without_locks_there_is_nothing_to_explain(tmp_path: Path, capfd: Capture) -> None:
    shop = project(tmp_path / "shop", configured("till"))
    answer = uplock(capfd, "lock", shop, "--explain", "till")
    assert answer.code == 2
    assert "Run uplock lock first" in answer.err
    assert not (shop / ".uplock").exists()


def test_a_fresh_clone_tells_what_stands_in_its_locks_and_makes_no_archive(
    http: HttpIndex, tmp_path: Path, capfd: Capture
) -> None:
    shop = locked(tmp_path / "shop", capfd, "till")
    clone = tmp_path / "clone"
    shutil.copytree(shop, clone, ignore=shutil.ignore_patterns(".uplock"))
    before = snapshot(clone)
    (told,) = explained(capfd, clone, "coin")
    assert (told["version"], told["view"], told["why"]) == ("1.1", False, "needed by till")
    assert told["required_by"] == [{"name": "till", "version": "1.2", "requirement": None, "role": "requirement"}]
    (artifact,) = told["artifacts"]
    assert (artifact["filename"], artifact["chosen"]) == ("coin-1.1-py3-none-any.whl", True)
    assert "the view is not in this archive" in uplock(capfd, "lock", clone, "--explain", "coin").out
    assert snapshot(clone) == before
    assert not (clone / ".uplock").exists()


def test_explaining_asks_nobody(http: HttpIndex, tmp_path: Path, capfd: Capture) -> None:
    shop = locked(tmp_path / "shop", capfd, "till")
    asked, before = len(http.requests), snapshot(shop)
    explained(capfd, shop, "coin")
    assert len(http.requests) == asked
    assert snapshot(shop) == before


def test_an_edited_lock_is_not_explained(http: HttpIndex, tmp_path: Path, capfd: Capture) -> None:
    shop = locked(tmp_path / "shop", capfd, "till")
    lock = shop / "locks/pylock.py312-linux-x86_64.toml"
    lock.write_text(lock.read_text().replace("coin-1.1", "coin-1.0"))
    assert uplock(capfd, "lock", shop, "--explain", "coin").code == 4


def test_a_package_by_url_is_explained_with_its_one_file(http: HttpIndex, tmp_path: Path, capfd: Capture) -> None:
    filename, data = build_wheel("coin", "1.0")
    line = f"coin @ {http.reference(filename)}#sha256={sha256_of(data)}"
    shop = locked(tmp_path / "shop", capfd, "till", line)
    (told,) = explained(capfd, shop, "coin")
    assert (told["version"], told["direct"]) == ("1.0", True)
    assert [each["filename"] for each in told["artifacts"]] == [filename]
    assert told["newer"] == []
    assert [each["requirement"] for each in told["required_by"]] == ["coin", "coin<2"]


def test_a_reference_of_a_package_is_told_as_the_project_s_own(
    http: HttpIndex, index: IndexSimulator, tmp_path: Path, capfd: Capture
) -> None:
    address = http.reference("coin-1.0-py3-none-any.whl")
    index.publish(*build_wheel("till", "3.0", requires_dist=(f"coin @ {address}",)), upload_time=EARLY)
    shop = locked(tmp_path / "shop", capfd, "till", f"coin @ {address}#sha256={address.split('/')[-2]}")
    (told,) = explained(capfd, shop, "coin")
    assert told["required_by"][1:] == [{"name": "till", "version": "3.0", "requirement": "coin", "role": "override"}]


# --- a version whose files straddle the cut-off -------------------------------------------------------------------


def test_without_a_wheel_before_the_cut_off_there_is_no_lock(http: HttpIndex, tmp_path: Path, capfd: Capture) -> None:
    shop = project(tmp_path / "shop", configured("straddle==6.0"))
    answer = uplock(capfd, "lock", shop, "--json")
    assert answer.code == 1, answer.err
    (finding,) = answer.json["findings"]
    assert (finding["rule"], finding["severity"], finding["subject"]) == ("AR001", "error", "straddle")
    assert "allow-sdist" in finding["remedy"]
    (told,) = explained(capfd, shop, "straddle")
    assert (told["version"], told["artifacts"]) == (None, [])
    assert told["why"].startswith("no lock: ")


def test_with_allow_sdist_the_sdist_is_locked_and_said_so(http: HttpIndex, tmp_path: Path, capfd: Capture) -> None:
    shop = project(tmp_path / "shop", configured("straddle==6.0"))
    answer = uplock(capfd, "lock", shop, "--allow-sdist", "--json")
    assert answer.code == 0, answer.err
    (finding,) = answer.json["findings"]
    assert (finding["rule"], finding["severity"]) == ("AR012", "warning")
    assert finding["subject"] == "straddle-6.0.tar.gz"
    assert "allow-sdist is not in the configuration" in answer.json["notes"][0]
    text = (shop / "locks/requirements.py312-linux-x86_64.txt").read_text()
    assert "straddle==6.0" in text
    assert "--only-binary :all: --no-binary straddle" in text
    assert "coin==" in text


@pytest.mark.parametrize("options", [("--allow-sdist",), ()], ids=["by flag", "by configuration"])
def test_all_files_up_to_the_cut_off_are_listed_and_none_that_came_later(
    http: HttpIndex, index: IndexSimulator, tmp_path: Path, capfd: Capture, options: tuple[str, ...]
) -> None:
    more = "" if options else 'allow-sdist = ["Straddle"]\n'
    shop = project(tmp_path / "shop", configured("straddle==6.0", more=more))
    assert uplock(capfd, "lock", shop, *options).code == 0
    (told,) = explained(capfd, shop, "straddle")
    listed = {each["filename"]: each for each in told["artifacts"]}
    page = index.listing("straddle")
    assert page is not None
    of_then = {file.filename: file for file in page.files if file.upload_time == EARLY and "-6.0" in file.filename}
    assert set(listed) == set(of_then)
    assert len(listed) == 3
    for filename, each in listed.items():
        assert set(each) == {"filename", "sha256", "upload_time", "yanked", "admissible", "chosen"}
        assert (each["sha256"], each["upload_time"]) == (of_then[filename].sha256, "2024-01-01T00:00:00Z")
        for flag in ("yanked", "admissible", "chosen"):
            assert each[flag] in {True, False}
            assert isinstance(each[flag], bool)
    assert [name for name, each in listed.items() if each["chosen"]] == ["straddle-6.0.tar.gz"]
    assert [name for name, each in listed.items() if each["admissible"]] == ["straddle-6.0.tar.gz"]


def test_the_metadata_of_an_sdist_explain_what_it_asks_for(http: HttpIndex, tmp_path: Path, capfd: Capture) -> None:
    shop = locked(tmp_path / "shop", capfd, "straddle==6.0", more="allow-sdist = true\n")
    (told,) = explained(capfd, shop, "coin")
    assert told["required_by"] == [{"name": "straddle", "version": "6.0", "requirement": "coin", "role": "requirement"}]


def test_a_wheel_that_fits_is_taken_although_sdists_are_allowed(
    http: HttpIndex, tmp_path: Path, capfd: Capture
) -> None:
    shop = locked(tmp_path / "shop", capfd, "straddle", targets='"3.11.7"', more="allow-sdist = true\n")
    (told,) = explained(capfd, shop, "straddle")
    chosen = {each["filename"]: (each["admissible"], each["chosen"]) for each in told["artifacts"]}
    assert chosen == {
        "straddle-6.0-cp311-cp311-manylinux_2_17_x86_64.whl": (True, True),
        "straddle-6.0-cp312-cp312-win_amd64.whl": (False, False),
        "straddle-6.0.tar.gz": (True, False),
    }


def test_a_yanked_file_is_listed_as_yanked(http: HttpIndex, tmp_path: Path, capfd: Capture) -> None:
    shop = locked(tmp_path / "shop", capfd, "coin==1.6")
    (told,) = explained(capfd, shop, "coin")
    assert [(each["yanked"], each["chosen"]) for each in told["artifacts"]] == [(True, True)]
    assert ", yanked" in uplock(capfd, "lock", shop, "--explain", "coin").out
