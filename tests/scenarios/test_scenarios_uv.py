"""Every scenario with uv, for interpreters and platforms that need not be here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from support.scenarios import CASES, Expected, Outcome, Scenario, read_scenario, scenarios

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

SCENARIOS = scenarios()

Play = Callable[[Scenario, str], None]


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_uv_answers_as_expected(scenario: Scenario, play: Play) -> None:
    play(scenario, "uv")


def test_there_are_enough_scenarios() -> None:
    assert len(SCENARIOS) >= 60


@pytest.mark.parametrize(
    "wrong",
    [
        {"pins": {"shop": "1.0", "reader": "2.0"}},
        {"pins": {"shop": "1.0", "reader": "2.0", "coin": "2.0"}},
        {"edges": {"shop": ["coin"]}},
        {"files": {"shop": "shop-1.0-py2-none-any.whl"}},
        {"missing": ["coin"]},
    ],
    ids=["a pin too many", "another version", "an edge too many", "another file", "a lock"],
)
def test_a_wrong_answer_is_seen(wrong: dict[str, object], play: Play) -> None:
    scenario = SCENARIOS["extras-asked"]
    right = msgspec.to_builtins(scenario.expect["all"])
    expect = {"all": msgspec.convert({**right, **wrong}, Expected)}
    with pytest.raises(AssertionError):
        play(msgspec.structs.replace(scenario, expect=expect), "uv")


@pytest.mark.parametrize(
    "wrong",
    [{"exit": 1}, {"says": ("no such words",)}, {"fails": SCENARIOS["bad-no-such-project"].fails, "expect": {}}],
    ids=["exit code", "words", "a failure"],
)
def test_a_wrong_end_is_seen(wrong: dict[str, object], play: Play) -> None:
    with pytest.raises(AssertionError):
        play(msgspec.structs.replace(SCENARIOS["extras-asked"], **wrong), "uv")


def test_a_failure_for_another_reason_is_seen(play: Play) -> None:
    scenario = SCENARIOS["bad-no-such-project"]
    wrong = Outcome(fails=msgspec.convert({"exit": 3, "words": ["something else"]}, type(scenario.fails)))
    with pytest.raises(AssertionError):
        play(msgspec.structs.replace(scenario, uv=wrong), "uv")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("requirements", "requirments"),
        ("needs", "requires-dist"),
        ("[expect.all]", "[expect.py39]"),
        ("[expect.all]", "[expects.all]"),
        ("pins", "pin"),
    ],
)
def test_a_scenario_with_a_slip_is_refused(old: str, new: str, tmp_path: Path) -> None:
    text = (CASES / "extras-asked.toml").read_text()
    assert old in text
    path = tmp_path / "slip.toml"
    path.write_text(text.replace(old, new))
    with pytest.raises(ValueError, match=r"slip\.toml|unknown field|missing required field"):
        read_scenario(path)
