"""``fixtures/projects/stuck``: a project that cannot move, why, and that it is for nothing else that it cannot."""

import re
from pathlib import Path

import pytest

from support.index_simulator import IndexSimulator
from support.shop import Answer, uplock
from support.stuck_estate import BLOCKERS, CUT_OFF, LATE, LOCKED, driver, mend, stuck_index, stuck_project
from support.wheels import build_wheel

pytestmark = [pytest.mark.allow_hosts(["127.0.0.1"]), pytest.mark.usefixtures("http")]

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def index() -> IndexSimulator:
    """The estate of the project, which ``http`` serves."""
    return stuck_index()


@pytest.fixture
def stuck(tmp_path: Path) -> Path:
    """The project."""
    return stuck_project(tmp_path / "stuck")


def plan(folder: Path, capfd: Capture) -> Answer:
    """Plan its move."""
    return uplock(capfd, "uplift", "plan", folder, "--exclude-newer", CUT_OFF, "--json", "--quiet")


def test_both_hard_stops_are_named_and_that_which_most_wait_for_is_first(stuck: Path, capfd: Capture) -> None:
    answer = plan(stuck, capfd)
    assert (answer.code, answer.json["status"], answer.json["lock"]) == (1, "blocked", None)
    found = {each["name"]: (each["version"], each["level"], tuple(each["blocks"])) for each in answer.json["blockers"]}
    assert list(found.items()) == list(BLOCKERS.items())
    assert all(each["ways_out"] for each in answer.json["blockers"])
    assert not any(each["direct"] for each in answer.json["blockers"])


def test_what_can_move_all_the_same_is_planned(stuck: Path, capfd: Capture) -> None:
    answer = plan(stuck, capfd).json
    assert [(each["name"], each["from"], each["to"]) for each in answer["changes"]] == [("ledger", "1.3", "1.4")]


def test_the_old_interpreter_is_locked_and_the_new_one_has_no_lock(stuck: Path, capfd: Capture) -> None:
    assert uplock(capfd, "lock", stuck, "--quiet").code == 1
    text = (stuck / "locks/requirements.py39-linux-x86_64.txt").read_text()
    assert dict(re.findall(r"^([a-z]+)==(\S+)", text, re.MULTILINE)) == LOCKED
    (row,) = uplock(capfd, "uplift", "matrix", stuck, "--format", "github-json").json["include"]
    assert (row["python"], row["experimental"]) == ("3.9.18", False)


def test_with_both_stops_taken_away_it_moves_and_with_one_of_them_it_does_not(
    index: IndexSimulator, tmp_path: Path, capfd: Capture
) -> None:
    index.publish(*driver("2.6.0", "312"), upload_time=LATE)
    answer = plan(stuck_project(tmp_path / "one"), capfd)
    assert [each["name"] for each in answer.json["blockers"]] == ["printspool"]
    mend(index)
    answer = plan(stuck_project(tmp_path / "both"), capfd)
    assert (answer.code, answer.json["blockers"]) == (0, [])
    assert {each["name"] for each in answer.json["changes"]} == {"cardlink", "ledger", "printspool"}


@pytest.mark.parametrize("tag", ["py3-none-any", "cp38-abi3-manylinux_2_17_x86_64"])
def test_a_pure_wheel_or_one_for_the_stable_abi_would_be_no_stop(
    tag: str, index: IndexSimulator, stuck: Path, capfd: Capture
) -> None:
    index.publish(*build_wheel("cardlink", "2.5.1", tag=tag), upload_time=LATE)
    assert [each["name"] for each in plan(stuck, capfd).json["blockers"]] == ["printspool"]
