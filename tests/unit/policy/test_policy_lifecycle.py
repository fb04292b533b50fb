from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

import uplock.policy.lifecycle
from support.subjects import TODAY, make_lifecycle
from uplock.errors import UsageError
from uplock.model.digest import sha256_of
from uplock.model.target import SUPPORTED_MINORS
from uplock.model.value import decode, encode_pretty
from uplock.policy.lifecycle import (
    LifecycleTable,
    days_left,
    find,
    in_utc,
    load_latest_patches,
    load_lifecycles,
    supported_lines,
    table_digest,
    utc_day,
)

TABLE = Path(uplock.policy.lifecycle.__file__).with_name("data") / "lifecycle.json"


def test_digest_is_that_of_the_file_s_bytes() -> None:
    assert table_digest() == sha256_of(TABLE.read_bytes())


def test_table_is_kept_in_one_form_so_that_a_refresh_shows_only_what_changed() -> None:
    assert TABLE.read_bytes() == encode_pretty(decode(TABLE.read_bytes(), LifecycleTable))


def test_every_line_that_uplock_targets_has_a_row_and_a_latest_patch() -> None:
    lines = {row.line for row in load_lifecycles() if row.product == "cpython"}
    assert lines == set(SUPPORTED_MINORS)
    assert [row.line for row in load_latest_patches()] == list(SUPPORTED_MINORS)


def test_no_line_has_two_rows() -> None:
    keys = [(row.product, row.line) for row in load_lifecycles()]
    assert len(set(keys)) == len(keys)


def test_rows_stand_oldest_line_first() -> None:
    for product in ("cpython", "openssl"):
        lines = [tuple(map(int, row.line.split("."))) for row in load_lifecycles() if row.product == product]
        assert lines == sorted(lines)
        assert lines


def test_dates_of_a_row_are_in_order_and_every_row_names_its_source() -> None:
    for row in load_lifecycles():
        assert row.released is not None
        assert row.released < row.end_of_life
        if row.end_of_support is not None:
            assert row.released < row.end_of_support <= row.end_of_life
        assert row.source.startswith("github:")
        assert "@" in row.source


def test_latest_patch_belongs_to_its_line() -> None:
    for row in load_latest_patches():
        assert row.version.rsplit(".", 1)[0] == row.line
        assert row.source


@pytest.mark.parametrize(
    ("product", "line", "end"),
    [
        ("cpython", "3.8", date(2024, 10, 7)),
        ("cpython", "3.9", date(2025, 10, 31)),
        ("cpython", "3.10", date(2026, 10, 31)),
        ("cpython", "3.11", date(2027, 10, 31)),
        ("cpython", "3.12", date(2028, 10, 31)),
        ("cpython", "3.13", date(2029, 10, 31)),
        ("cpython", "3.14", date(2030, 10, 31)),
        ("openssl", "1.0.2", date(2019, 12, 31)),
        ("openssl", "1.1.0", date(2019, 9, 11)),
        ("openssl", "1.1.1", date(2023, 9, 11)),
        ("openssl", "3.0", date(2026, 9, 7)),
        ("openssl", "3.5", date(2030, 4, 8)),
    ],
)
def test_known_ends_of_life(product: str, line: str, end: date) -> None:
    row = find(load_lifecycles(), product, line)
    assert row is not None
    assert row.end_of_life == end


def test_an_end_that_its_source_gives_by_month_is_the_month_s_last_day() -> None:
    # Lines before 3.10 ended on an announced day; later ones are planned by month.
    planned = [row for row in load_lifecycles() if row.product == "cpython" and row.line not in {"3.8", "3.9"}]
    for row in planned:
        end = row.end_of_life
        assert end.day == calendar.monthrange(end.year, end.month)[1]


def test_an_unknown_line_is_not_found() -> None:
    assert find(load_lifecycles(), "cpython", "2.7") is None
    assert find(load_lifecycles(), "pypy", "3.9") is None


def test_days_are_counted_in_utc_whatever_the_zone_of_the_moment() -> None:
    row = make_lifecycle("cpython", "3.9", date(2025, 10, 31))
    in_tokyo = datetime(2025, 11, 1, 8, 59, tzinfo=timezone(timedelta(hours=9)))
    in_new_york = datetime(2025, 10, 31, 20, 0, tzinfo=timezone(timedelta(hours=-4)))
    assert utc_day(in_tokyo) == date(2025, 10, 31)
    assert days_left(row, in_tokyo) == 0
    assert days_left(row, in_tokyo + timedelta(minutes=1)) == -1
    assert days_left(row, in_new_york) == -1
    assert in_utc(in_tokyo).tzinfo is UTC


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(UsageError, match="has no time zone") as caught:
        utc_day(datetime(2026, 11, 23))  # noqa: DTZ001 - this is the defect under test
    assert caught.value.context == "as_of"
    assert caught.value.remedy


def test_supported_lines_are_released_and_not_ended() -> None:
    assert supported_lines(load_lifecycles(), "cpython", TODAY) == ("3.11", "3.12", "3.13", "3.14", "3.15")
    first_day = datetime(2025, 10, 7, tzinfo=UTC)
    assert "3.14" in supported_lines(load_lifecycles(), "cpython", first_day)
    assert "3.14" not in supported_lines(load_lifecycles(), "cpython", first_day - timedelta(days=1))
    last_day = datetime(2026, 10, 31, tzinfo=UTC)
    assert "3.10" in supported_lines(load_lifecycles(), "cpython", last_day)
    assert "3.10" not in supported_lines(load_lifecycles(), "cpython", last_day + timedelta(days=1))
