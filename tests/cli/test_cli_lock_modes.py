"""``uplock lock`` where locks are there: which pins are kept, which are chosen anew, and when the cut-off moves."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from support.http_index import HttpIndex
from support.index_simulator import IndexSimulator
from support.shop import project, snapshot, uplock
from support.wheels import build_wheel
from uplock.archive.store import DirectoryStore
from uplock.model.digest import parse_sha256

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

Capture = pytest.CaptureFixture[str]

THEN = "2024-03-01T00:00:00Z"
EARLY = datetime(2024, 1, 1, tzinfo=UTC)
LATE = datetime(2024, 6, 1, tzinfo=UTC)
TARGET = "py312-linux-x86_64"

FOREIGN = """\
lock-version = "1.0"
created-by = "another"
[[packages]]
name = "coin"
version = "1.0"
[[packages.wheels]]
name = "coin-1.0-py3-none-any.whl"
url = "https://index.example/coin-1.0-py3-none-any.whl"
hashes = {{sha256 = "{digest}"}}
"""


@pytest.fixture
def index() -> IndexSimulator:
    """Two projects with one version each at the cut-off of the first lock, and later ones."""
    shelf = IndexSimulator(provenance_offered=False)
    for name, version, when in (
        ("coin", "1.0", EARLY),
        ("coin", "1.2", LATE),
        ("till", "1.0", EARLY),
        ("till", "2.0", LATE),
        ("purse", "1.0", EARLY),
        ("purse", "2.0", LATE),
    ):
        needs = ("coin>=1",) if name == "till" else ()
        shelf.publish(*build_wheel(name, version, requires_dist=needs), upload_time=when)
    return shelf


@pytest.fixture
def shop(http: HttpIndex, index: IndexSimulator, tmp_path: Path, capfd: Capture) -> Path:
    """A project that was locked at a cut-off that no configuration names any more; its index has got a ``coin``."""
    folder = project(tmp_path / "shop", configured("till", more=f'exclude-newer = "{THEN}"\n'))
    assert uplock(capfd, "lock", folder).code == 0
    assert pins(folder) == {"coin": "1.0", "till": "1.0"}
    index.publish(*build_wheel("coin", "1.1"), upload_time=EARLY)
    return project(folder, configured("till"))


def configured(*dependencies: str, more: str = "") -> str:
    listed = json.dumps(dependencies)
    return f'[project]\nname = "shop"\ndependencies = {listed}\n[tool.uplock]\ntargets = ["3.12.1"]\n{more}'


def pins(folder: Path) -> dict[str, str]:
    text = (folder / f"locks/requirements.{TARGET}.txt").read_text()
    return dict(re.findall(r"^([a-z-]+)==(\S+) ", text, re.MULTILINE))


def cut_off(folder: Path) -> str:
    moment: str = json.loads((folder / "locks/lockset.json").read_bytes())["exclude_newer"]
    return moment


def test_without_a_change_the_locks_stand_and_nobody_is_asked(shop: Path, http: HttpIndex, capfd: Capture) -> None:
    asked, before = len(http.requests), snapshot(shop)
    answer = uplock(capfd, "lock", shop, "--json")
    assert answer.code == 0
    assert answer.json["resolved"] is False
    assert len(http.requests) == asked
    assert snapshot(shop) == before
    assert "locks stand" in uplock(capfd, "lock", shop).out


def test_a_new_requirement_is_added_and_every_pin_that_fits_is_kept_at_the_old_cut_off(
    shop: Path, capfd: Capture
) -> None:
    project(shop, configured("till", "purse"))
    assert uplock(capfd, "lock", shop).code == 0
    assert pins(shop) == {"coin": "1.0", "purse": "1.0", "till": "1.0"}
    assert cut_off(shop) == THEN


def test_a_pin_that_does_not_fit_any_more_gives_way_and_no_other(shop: Path, capfd: Capture) -> None:
    project(shop, configured("till", "coin>1.0"))
    assert uplock(capfd, "lock", shop).code == 0
    assert pins(shop) == {"coin": "1.1", "till": "1.0"}
    assert cut_off(shop) == THEN


def test_fresh_chooses_everything_anew_at_the_old_cut_off(shop: Path, capfd: Capture) -> None:
    answer = uplock(capfd, "lock", shop, "--fresh", "--json")
    assert answer.code == 0
    assert answer.json["resolved"] is True
    assert pins(shop) == {"coin": "1.1", "till": "1.0"}
    assert cut_off(shop) == THEN


def test_upgrade_chooses_everything_anew_and_moves_the_cut_off_to_now(shop: Path, capfd: Capture) -> None:
    assert uplock(capfd, "lock", shop, "--upgrade").code == 0
    assert pins(shop) == {"coin": "1.2", "till": "2.0"}
    assert cut_off(shop) > "2026"


def test_upgrade_package_chooses_it_anew_keeps_the_others_and_moves_the_cut_off(shop: Path, capfd: Capture) -> None:
    assert uplock(capfd, "lock", shop, "--upgrade-package", "Coin").code == 0
    assert pins(shop) == {"coin": "1.2", "till": "1.0"}
    assert cut_off(shop) > "2026"


def test_upgrade_package_may_be_repeated(shop: Path, capfd: Capture) -> None:
    assert uplock(capfd, "lock", shop, "--upgrade-package", "coin", "--upgrade-package", "till").code == 0
    assert pins(shop) == {"coin": "1.2", "till": "2.0"}


@pytest.mark.parametrize("option", ["--upgrade", "--upgrade-package=coin"])
def test_a_configured_cut_off_never_moves(shop: Path, capfd: Capture, option: str) -> None:
    project(shop, configured("till", more=f'exclude-newer = "{THEN}"\n'))
    assert uplock(capfd, "lock", shop, option).code == 0
    assert pins(shop) == {"coin": "1.1", "till": "1.0"}
    assert cut_off(shop) == THEN


def test_a_version_that_is_kept_although_its_file_is_gone_is_chosen_anew(
    shop: Path, index: IndexSimulator, capfd: Capture
) -> None:
    index.withdraw("coin-1.0-py3-none-any.whl")
    project(shop, configured("till", "purse"))
    assert uplock(capfd, "lock", shop, "--refresh").code == 0
    project(shop, configured("till"))
    assert uplock(capfd, "lock", shop).code == 0
    assert pins(shop)["coin"] != "1.0"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("requirements.txt", "coin==1.0 \\\n    --hash=sha256:{digest}\ntill==1.0\n"),
        (
            "pylock.toml",
            FOREIGN,
        ),
    ],
)
def test_the_pins_of_another_tool_s_lock_are_kept(
    http: HttpIndex, index: IndexSimulator, tmp_path: Path, capfd: Capture, name: str, text: str
) -> None:
    folder = project(tmp_path / "shop", configured("till"))
    digest = http.reference("coin-1.0-py3-none-any.whl").split("/")[-2]
    (tmp_path / name).write_text(text.format(digest=digest))
    answer = uplock(capfd, "lock", folder, "--from-lock", tmp_path / name, "--json")
    assert answer.code == 0, answer.err
    assert pins(folder)["coin"] == "1.0"
    assert not [note for note in answer.json["notes"] if "coin" in note]


def test_from_lock_wins_over_the_locks_that_are_there(shop: Path, tmp_path: Path, capfd: Capture) -> None:
    (tmp_path / "requirements.txt").write_text("coin==1.1\n")
    assert uplock(capfd, "lock", shop, "--from-lock", tmp_path / "requirements.txt").code == 0
    assert pins(shop) == {"coin": "1.1", "till": "1.0"}
    assert cut_off(shop) == THEN


def test_what_could_not_be_kept_of_another_lock_is_said(http: HttpIndex, tmp_path: Path, capfd: Capture) -> None:
    folder = project(tmp_path / "shop", configured("till", "coin!=1.0"))
    (tmp_path / "requirements.txt").write_text(f"coin==1.0\ntill==1.0 --hash=sha256:{'ab' * 32}\n")
    answer = uplock(capfd, "lock", folder, "--from-lock", tmp_path / "requirements.txt", "--json")
    assert answer.code == 0, answer.err
    notes = " ".join(answer.json["notes"])
    assert "not kept from requirements.txt: coin 1.0 became 1.2" in notes
    assert "locked files that requirements.txt has no hash of: till-1.0-py3-none-any.whl" in notes


def test_another_lock_that_is_none_is_an_error(http: HttpIndex, tmp_path: Path, capfd: Capture) -> None:
    folder = project(tmp_path / "shop", configured("till"))
    (tmp_path / "uv.lock").write_text("this is no lock")
    answer = uplock(capfd, "lock", folder, "--from-lock", tmp_path / "uv.lock")
    assert answer.code == 3
    assert "uv.lock" in answer.err
    assert not (folder / "locks").exists()


def test_the_lock_set_names_what_was_kept_and_the_archive_has_it(shop: Path, capfd: Capture) -> None:
    def preferred() -> str | None:
        digest: str | None = json.loads((shop / "locks/lockset.json").read_bytes())["preferred"]
        return digest

    assert preferred() is None
    project(shop, configured("till", "purse"))
    uplock(capfd, "lock", shop)
    digest = preferred()
    assert digest is not None
    assert json.loads(DirectoryStore(shop / ".uplock").read(parse_sha256(digest))) == {
        "targets": {TARGET: [["coin", "1.0"], ["till", "1.0"]]}
    }
    uplock(capfd, "lock", shop, "--fresh")
    assert preferred() is None


@pytest.mark.parametrize(
    "options",
    [
        ("--upgrade", "--fresh"),
        ("--upgrade", "--upgrade-package", "coin"),
        ("--fresh", "--upgrade-package", "coin"),
        ("--fresh", "--from-lock", "uv.lock"),
        ("--upgrade", "--from-lock", "uv.lock"),
        ("--upgrade-package", "coin", "--from-lock", "uv.lock"),
        ("--check", "--upgrade"),
        ("--check", "--fresh"),
        ("--check=index", "--refresh"),
        ("--check=resolve", "--cross-check"),
        ("--check", "--explain", "coin"),
        ("--explain", "coin", "--upgrade-package", "coin"),
        ("--explain", "coin", "--from-lock", "uv.lock"),
        ("--check=never",),
        ("--jobs", "0"),
        ("--python", "3.9"),
    ],
)
def test_options_that_contradict_each_other_exit_2_and_change_nothing(
    shop: Path, capfd: Capture, options: tuple[str, ...]
) -> None:
    before = snapshot(shop)
    assert uplock(capfd, "lock", shop, *options).code == 2
    assert snapshot(shop) == before


def test_a_package_to_upgrade_that_is_not_locked_exits_2(shop: Path, capfd: Capture) -> None:
    before = snapshot(shop)
    answer = uplock(capfd, "lock", shop, "--upgrade-package", "purse")
    assert answer.code == 2
    assert "no lock has purse" in answer.err
    assert snapshot(shop) == before


def test_pins_of_an_edited_lock_are_not_kept(shop: Path, capfd: Capture) -> None:
    lock = shop / f"locks/pylock.{TARGET}.toml"
    lock.write_text(lock.read_text().replace("coin-1.0", "coin-1.1"))
    project(shop, configured("till", "purse"))
    before = snapshot(shop)
    assert uplock(capfd, "lock", shop).code == 4
    assert snapshot(shop) == before
    assert uplock(capfd, "lock", shop, "--fresh").code == 0
