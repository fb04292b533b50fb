from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from support.subjects import TODAY, check, make_lifecycle, make_subject, make_target
from uplock.model.policy import Policy
from uplock.policy.rules.py001 import RULE as PY001
from uplock.policy.rules.py002 import RULE as PY002
from uplock.policy.subject import Subject

DAY = timedelta(days=1)
LAST_DAY_OF_39 = datetime(2025, 10, 31, 12, 0, tzinfo=UTC)


def on(python: str) -> Subject:
    return make_subject(target=make_target(python))


def on_unverified(end: date) -> Subject:
    rows = (make_lifecycle("cpython", "3.9", end, verified=False),)
    return make_subject(target=make_target("3.9.25"), lifecycles=rows)


@pytest.mark.parametrize("before", [DAY, timedelta(0)])
def test_a_line_is_supported_until_its_last_day_ends(before: timedelta) -> None:
    assert check(PY001, on("3.9.25"), as_of=LAST_DAY_OF_39 - before) == []


def test_a_line_is_past_its_end_on_the_day_after() -> None:
    (finding,) = check(PY001, on("3.9.18"), as_of=LAST_DAY_OF_39 + DAY)
    assert finding.severity == "error"
    assert finding.subject == "CPython 3.9.18"
    assert finding.target == "py39-linux-x86_64"
    assert finding.message == "CPython 3.9 reached its end of life on 2025-10-31, 1 day ago"
    assert finding.remedy == "Move to a supported line: 3.10, 3.11, 3.12, 3.13, 3.14."


def test_the_last_day_ends_at_midnight_utc_wherever_one_asks() -> None:
    midnight_in_tokyo = datetime(2025, 11, 1, 0, 0, tzinfo=timezone(timedelta(hours=9)))
    assert check(PY001, on("3.9.25"), as_of=midnight_in_tokyo) == []
    assert check(PY001, on("3.9.25"), as_of=midnight_in_tokyo + timedelta(hours=8, minutes=59)) == []
    assert check(PY001, on("3.9.25"), as_of=midnight_in_tokyo + timedelta(hours=9))
    evening_in_new_york = datetime(2025, 10, 31, 20, 0, tzinfo=timezone(timedelta(hours=-4)))
    assert check(PY001, on("3.9.25"), as_of=evening_in_new_york)


def test_an_unverified_end_of_life_warns_at_most_even_when_the_policy_says_error() -> None:
    subject = on_unverified(date(2020, 1, 1))
    for policy in (Policy(), Policy(severities={"PY001": "error"})):
        (finding,) = check(PY001, subject, policy)
        assert finding.severity == "warning"
        assert "not verified" in finding.message
    (finding,) = check(PY001, subject, Policy(severities={"PY001": "info"}))
    assert finding.severity == "info"


def test_without_any_supported_line_the_remedy_is_still_a_sentence() -> None:
    (finding,) = check(PY001, on_unverified(date(2020, 1, 1)))
    assert finding.remedy == "Move to a supported line: the newest that is released."


def test_a_line_that_the_table_does_not_know_is_left_to_the_rule_for_gaps() -> None:
    subject = make_subject(target=make_target("3.9.25"), lifecycles=())
    assert check(PY001, subject) == []
    assert check(PY002, subject) == []


@pytest.mark.parametrize(
    ("days_before", "severity"),
    [(366, None), (365, "info"), (181, "info"), (180, "warning"), (1, "warning"), (0, "warning"), (-1, None)],
)
def test_nearness_is_a_notice_within_a_year_and_a_warning_within_the_threshold(
    days_before: int, severity: str | None
) -> None:
    found = check(PY002, on("3.9.25"), as_of=LAST_DAY_OF_39 - days_before * DAY)
    assert [finding.severity for finding in found] == ([] if severity is None else [severity])


def test_the_threshold_is_the_policy_s() -> None:
    at = LAST_DAY_OF_39 - 30 * DAY
    assert check(PY002, on("3.9.25"), Policy(eol_warning_days=29), at)[0].severity == "info"
    assert check(PY002, on("3.9.25"), Policy(eol_warning_days=30), at)[0].severity == "warning"


def test_a_threshold_beyond_a_year_is_honoured() -> None:
    at = LAST_DAY_OF_39 - 400 * DAY
    assert check(PY002, on("3.9.25"), Policy(eol_warning_days=400), at)[0].severity == "warning"
    assert check(PY002, on("3.9.25"), Policy(eol_warning_days=399), at) == []


def test_an_override_is_about_the_warning_and_leaves_the_notice_alone() -> None:
    policy = Policy(severities={"PY002": "error"})
    assert check(PY002, on("3.9.25"), policy, LAST_DAY_OF_39 - 180 * DAY)[0].severity == "error"
    assert check(PY002, on("3.9.25"), policy, LAST_DAY_OF_39 - 181 * DAY)[0].severity == "info"


def test_an_unverified_date_never_makes_nearness_an_error() -> None:
    subject = on_unverified(TODAY.date() + DAY)
    (finding,) = check(PY002, subject, Policy(severities={"PY002": "error"}))
    assert finding.severity == "warning"
    assert finding.message == "CPython 3.9 reaches its end of life on 2026-11-24, in 1 day; this date is not verified"


def test_the_last_day_is_called_today() -> None:
    (finding,) = check(PY002, on("3.9.25"), as_of=LAST_DAY_OF_39)
    assert finding.message == "CPython 3.9 reaches its end of life on 2025-10-31, today"


def test_nearness_names_the_later_lines() -> None:
    (finding,) = check(PY002, on("3.11.18"))
    assert finding.message == "CPython 3.11 reaches its end of life on 2027-10-31, in 342 days"
    assert finding.remedy == "Plan the move to a later line: 3.12, 3.13, 3.14, 3.15."


def test_the_newest_line_has_no_later_one_to_name() -> None:
    (finding,) = check(PY002, on("3.15.2"), as_of=datetime(2031, 10, 1, tzinfo=UTC))
    assert finding.remedy == "Plan the move to a later line once one is released."


def test_a_line_that_is_not_released_yet_can_be_near_its_end_only_by_its_date() -> None:
    early = datetime(2000, 6, 1, tzinfo=UTC)
    rows = (make_lifecycle("cpython", "3.9", date(2000, 7, 1)),)
    (finding,) = check(PY002, make_subject(target=make_target("3.9.0"), lifecycles=rows), as_of=early)
    assert finding.severity == "warning"
