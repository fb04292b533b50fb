"""What the cases below ``tests/rules`` cannot say of the rules about interpreters: time zones and remedies."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

from support.subjects import check, make_lifecycle, make_subject, make_target
from uplock.policy.rules.py001 import RULE as PY001
from uplock.policy.rules.py002 import RULE as PY002
from uplock.policy.subject import Subject


def on(python: str) -> Subject:
    return make_subject(target=make_target(python))


def test_the_last_day_ends_at_midnight_utc_wherever_one_asks() -> None:
    midnight_in_tokyo = datetime(2025, 11, 1, 0, 0, tzinfo=timezone(timedelta(hours=9)))
    assert check(PY001, on("3.9.25"), as_of=midnight_in_tokyo) == []
    assert check(PY001, on("3.9.25"), as_of=midnight_in_tokyo + timedelta(hours=8, minutes=59)) == []
    assert check(PY001, on("3.9.25"), as_of=midnight_in_tokyo + timedelta(hours=9))
    evening_in_new_york = datetime(2025, 10, 31, 20, 0, tzinfo=timezone(timedelta(hours=-4)))
    assert check(PY001, on("3.9.25"), as_of=evening_in_new_york)


def test_the_remedy_names_the_lines_that_are_supported_on_that_day() -> None:
    (finding,) = check(PY001, on("3.9.18"), as_of=datetime(2025, 11, 1, tzinfo=UTC))
    assert finding.subject == "CPython 3.9.18"
    assert finding.remedy == "Move to a supported line: 3.10, 3.11, 3.12, 3.13, 3.14."


def test_without_any_supported_line_the_remedy_is_still_a_sentence() -> None:
    rows = (make_lifecycle("cpython", "3.9", date(2020, 1, 1)),)
    (finding,) = check(PY001, make_subject(target=make_target("3.9.25"), lifecycles=rows))
    assert finding.remedy == "Move to a supported line: the newest that is released."


def test_nearness_names_the_later_lines() -> None:
    (finding,) = check(PY002, on("3.11.18"))
    assert finding.remedy == "Plan the move to a later line: 3.12, 3.13, 3.14, 3.15."


def test_the_newest_line_has_no_later_one_to_name() -> None:
    (finding,) = check(PY002, on("3.15.2"), as_of=datetime(2031, 10, 1, tzinfo=UTC))
    assert finding.remedy == "Plan the move to a later line once one is released."


def test_a_line_that_is_not_released_yet_can_be_near_its_end_only_by_its_date() -> None:
    early = datetime(2000, 6, 1, tzinfo=UTC)
    rows = (make_lifecycle("cpython", "3.9", date(2000, 7, 1)),)
    (finding,) = check(PY002, make_subject(target=make_target("3.9.0"), lifecycles=rows), as_of=early)
    assert finding.severity == "warning"
