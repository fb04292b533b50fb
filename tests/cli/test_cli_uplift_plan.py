"""``uplock uplift plan`` and ``apply`` on an estate with one package for each reason to change."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.http_index import HttpIndex
from support.index_simulator import IndexSimulator
from support.movable_estate import LATE, MINOR, NEW, OLD, PYPROJECT, VERSION, movable
from support.shop import Answer, project, snapshot, uplock
from support.wheels import build_wheel

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

Capture = pytest.CaptureFixture[str]

TARGET = f"py{MINOR.replace('.', '')}-linux-x86_64"
CUT_OFF = "2025-06-01"


@pytest.fixture
def index() -> IndexSimulator:
    return movable()


@pytest.fixture
def place(http: HttpIndex, tmp_path: Path) -> Path:
    assert http.url
    return project(tmp_path / "movable", PYPROJECT)


def plan(place: Path, capfd: Capture, *options: str) -> Answer:
    return uplock(capfd, "uplift", "plan", place, "--exclude-newer", CUT_OFF, "--json", "--quiet", *options)


def changes(answer: Answer) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in answer.json["changes"]}


def test_every_change_says_at_which_level_it_was_demanded_and_nothing_else_changes(place: Path, capfd: Capture) -> None:
    answer = plan(place, capfd)
    assert answer.code == 0, answer.err
    found = changes(answer)
    assert {name: (each["from"], each["to"]) for name, each in found.items()} == {
        "breaks": ("1.0", "1.3"),
        "capped": ("1.0", "1.1"),
        "native": ("1.0", "1.2"),
        "older": ("1.0", "1.1"),
    }
    assert {name: [why["level"] for why in each["why"]] for name, each in found.items()} == {
        "breaks": ["L3"],
        "capped": ["requires"],
        "native": ["L1"],
        "older": ["L0"],
    }
    assert answer.json["status"] == "ready"
    assert answer.json["counts"]["before_imports"] == 3


def test_what_enters_comes_highest_and_what_leaves_says_why(place: Path, capfd: Capture) -> None:
    answer = plan(place, capfd).json
    assert answer["added"] == [{"name": "entering", "needed_by": ["native"], "version": "2.0"}]
    assert answer["removed"] == [
        {"name": "gone", "version": "1.0", "why": f"native 1.2 does not ask for it on {MINOR}"}
    ]


def test_the_failing_import_is_named_with_the_version_below_that_does_not_mend_it(place: Path, capfd: Capture) -> None:
    (why,) = changes(plan(place, capfd))["breaks"]["why"]
    assert why["by"] == ["breaks"]
    assert why["evidence"] == (
        "import breaks fails with breaks 1.0: RuntimeError: not on this interpreter; 1.2 does not mend it"
    )


def test_the_proposed_lock_stands_beside_the_current_ones(place: Path, capfd: Capture) -> None:
    assert uplock(capfd, "lock", place, "--quiet").code in {0, 1}
    before = snapshot(place)
    answer = plan(place, capfd).json
    after = snapshot(place)
    assert {path: data for path, data in after.items() if path in before} == before
    assert set(after) - set(before) == {
        f"locks/uplift/plan.{TARGET}.json",
        f"locks/uplift/pylock.{TARGET}.toml",
        f"locks/uplift/requirements.{TARGET}.txt",
    }
    assert answer["lock"] == f"locks/uplift/pylock.{TARGET}.toml"
    assert answer["from"]["source"] == "locks/pylock.py39-linux-x86_64.toml"
    assert json.loads(after[f"locks/uplift/plan.{TARGET}.json"]) == answer


def test_two_plans_of_the_same_inputs_have_the_same_bytes(place: Path, tmp_path: Path, capfd: Capture) -> None:
    other = project(tmp_path / "elsewhere" / "movable", PYPROJECT)
    plan(place, capfd)
    plan(other, capfd)
    assert snapshot(place) == snapshot(other)


def test_a_dry_run_writes_nothing(place: Path, capfd: Capture) -> None:
    before = snapshot(place)
    assert plan(place, capfd, "--dry-run").code == 0
    assert snapshot(place) == before


def test_a_package_without_a_way_blocks_and_is_named_with_its_ways_out(
    place: Path, index: IndexSimulator, capfd: Capture
) -> None:
    for version in ("1.2", "1.3"):
        index.withdraw(build_wheel("native", version, tag=NEW)[0])
    index.withdraw(build_wheel("native", "1.1rc1", tag=NEW)[0])
    index.publish(*build_wheel("native", "1.5", tag=OLD), upload_time=LATE)
    answer = plan(place, capfd)
    assert answer.code == 1
    assert answer.json["status"] == "blocked"
    assert answer.json["lock"] is None
    (blocker,) = answer.json["blockers"]
    assert (blocker["name"], blocker["version"], blocker["level"]) == ("native", "1.0", "L1")
    assert blocker["blocks"] == ["capped"]
    assert "native 1.5 has no wheel for" in blocker["reason"]
    assert {way["kind"] for way in blocker["ways_out"]} == {"other-package", "waiver"}
    assert "older" in changes(answer)  # the rest is planned all the same
    assert not (place / "locks" / "uplift" / f"pylock.{TARGET}.toml").exists()


def test_a_blocked_plan_takes_the_proposal_of_an_earlier_one_away(
    place: Path, index: IndexSimulator, capfd: Capture
) -> None:
    assert plan(place, capfd).code == 0
    index.withdraw(build_wheel("older", "1.1", requires_python=">=3.9")[0])
    assert plan(place, capfd).code == 1
    assert not (place / "locks" / "uplift" / f"pylock.{TARGET}.toml").exists()
    answer = uplock(capfd, "uplift", "apply", place)
    assert answer.code == 2
    assert "the plan is blocked" in answer.err


def test_a_requirement_of_the_project_that_blocks_says_what_to_ask_for(place: Path, capfd: Capture) -> None:
    text = PYPROJECT.replace('"native"', '"native==1.0"')
    (place / "pyproject.toml").write_text(text)
    answer = plan(place, capfd)
    assert answer.code == 1
    blocker = next(each for each in answer.json["blockers"] if each["name"] == "native")
    assert blocker["level"] == "requires"
    assert {"kind": "other-requirement", "text": "Ask for native>=1.1rc1 instead."} in blocker["ways_out"]


def test_an_import_that_nothing_mends_blocks(place: Path, index: IndexSimulator, capfd: Capture) -> None:
    for version in ("1.3", "1.4"):
        index.withdraw(build_wheel("breaks", version)[0])
    answer = plan(place, capfd)
    assert answer.code == 1
    names = {each["name"]: each["level"] for each in answer.json["blockers"]}
    assert names == {"breaks": "L3", "caller": "L3"}
    assert answer.json["blockers"][0]["blocks"] == ["caller"]


def test_a_package_that_is_not_imported_is_told_with_its_reason(place: Path, capfd: Capture) -> None:
    (place / "pyproject.toml").write_text(
        PYPROJECT + '[tool.uplock.import-exclusions]\nbreaks = "needs a device"\ncaller = "needs it too"\n'
    )
    answer = plan(place, capfd)
    assert "breaks" not in changes(answer)
    assert {each["name"]: each["imports"] for each in answer.json["ladder"]}["breaks"] == "excluded"
    assert any(each == "Try breaks, which is not imported: needs a device." for each in answer.json["remaining"])


def test_without_the_interpreter_nothing_is_imported_and_that_is_said(place: Path, capfd: Capture) -> None:
    answer = plan(place, capfd, "--to", "3.15.0")
    levels = {each["name"]: each["imports"] for each in answer.json["ladder"]}
    assert set(levels.values()) <= {"not-tried"}
    if answer.code == 0:
        assert answer.json["status"] == "untried"


def test_apply_locks_with_the_pins_of_the_plan(place: Path, capfd: Capture) -> None:
    former = f'from = "3.9.18"\ntargets = ["{VERSION}"]'
    (place / "pyproject.toml").write_text(PYPROJECT.replace(former, 'targets = ["3.9.18"]'))
    assert uplock(capfd, "lock", place, "--quiet").code in {0, 1}
    (place / "pyproject.toml").write_text(PYPROJECT.replace('exclude-newer = "2024-03-01T00:00:00Z"', ""))
    assert plan(place, capfd).code == 0
    answer = uplock(capfd, "uplift", "apply", place, "--json", "--quiet")
    assert answer.code in {0, 1}, answer.err
    proposed = (place / "locks" / "uplift" / f"requirements.{TARGET}.txt").read_text()
    locked = (place / "locks" / f"requirements.{TARGET}.txt").read_text()
    assert [line for line in locked.splitlines() if "==" in line] == [
        line for line in proposed.splitlines() if "==" in line
    ]
    assert "native==1.2" in proposed
    assert any("locked as planned" in note for note in answer.json["notes"])


def test_apply_refuses_a_cut_off_before_that_of_the_plan(place: Path, capfd: Capture) -> None:
    assert plan(place, capfd).code == 0
    answer = uplock(capfd, "uplift", "apply", place, "--quiet")
    assert answer.code == 2
    assert 'Set exclude-newer = "2025-06-01T00:00:00Z"' in answer.err


def test_apply_refuses_a_proposal_that_was_edited(place: Path, capfd: Capture) -> None:
    (place / "pyproject.toml").write_text(PYPROJECT.replace('exclude-newer = "2024-03-01T00:00:00Z"', ""))
    assert plan(place, capfd).code == 0
    lock = place / "locks" / "uplift" / f"pylock.{TARGET}.toml"
    lock.write_text(lock.read_text().replace("1.2", "1.3"))
    assert uplock(capfd, "uplift", "apply", place, "--quiet").code == 4


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--from", "3.12", "--to", "3.9"), "is no move up"),
        (("--to", "2.7"), "the oldest CPython is"),
        (("--platform", "amiga"), "amiga"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(
    place: Path, capfd: Capture, options: tuple[str, ...], words: str
) -> None:
    answer = plan(place, capfd, *options)
    assert answer.code == 2
    assert words in answer.err + answer.out


def test_the_target_is_told_by_the_project(place: Path, capfd: Capture) -> None:
    answer = plan(place, capfd).json
    assert (answer["from"]["python"], answer["to"]["python"]) == ("3.9.18", VERSION)
