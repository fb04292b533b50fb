"""An exception that never ends, by a far day, by another type, or by a day that only looks like one."""

from __future__ import annotations

from datetime import date

import pytest

from support.waivers import defects, judge_files, make_file


@pytest.mark.parametrize(
    "value",
    ["9999-12-31", "2200-01-01", "inf", "nan", '"never"', "2026-12-31T23:59:59-23:59", "0", "true", "[2026-12-31]"],
)
def test_what_is_no_day_or_none_of_ours_is_refused(value: str) -> None:
    assert defects({"expires_at": value}) == (
        "expires_at: must be a day from 2020 to 2199, as in 2026-11-23, without quotes",
    )


@pytest.mark.parametrize("first", [date(2020, 1, 1), date(2026, 10, 1), date(2199, 1, 1)])
def test_a_far_day_is_too_long_whenever_it_was_approved(first: date) -> None:
    (standing,) = judge_files(make_file(approved_at=first, expires_at=date(2199, 12, 31)))
    assert standing.state == "refused"
    assert [rule for rule, _ in standing.misuse] == ["WV005"]


def test_a_day_of_approval_in_the_future_does_not_make_it_count_now() -> None:
    (standing,) = judge_files(make_file(approved_at=date(2026, 12, 24)))
    assert standing.state == "not-yet"
