from __future__ import annotations

import calendar
import itertools
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import get_args

import pytest

from refresh.lambda_runtimes import TABLE as LAMBDA
from refresh.lambda_runtimes import written
from support.subjects import TODAY, make_lifecycle
from uplock.errors import UsageError
from uplock.model.digest import digest_of, sha256_of
from uplock.model.lifecycle import Claim, Lifecycle, Product
from uplock.model.target import SUPPORTED_MINORS
from uplock.model.value import changed, decode
from uplock.policy.lifecycle import (
    LatestPatches,
    LifecycleTable,
    days_left,
    find,
    in_utc,
    is_stale,
    load_latest_patches,
    load_lifecycles,
    supported_lines,
    table_digest,
    utc_day,
)

TABLES = sorted(LAMBDA.parent.glob("*.json"))
LATEST = LAMBDA.parent.with_name("latest-patches.json")
DISTRIBUTIONS = {"debian", "ubuntu", "alpine", "rhel", "amazon-linux"}


def rows_and_claims() -> Iterator[tuple[Lifecycle, Claim]]:
    for row in load_lifecycles():
        for claim in row.claims:
            yield row, claim


def numbers(line: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall("[0-9]+", line)))


def test_digest_is_that_of_every_data_file() -> None:
    files = {f"lifecycle/{path.name}": path for path in TABLES} | {LATEST.name: LATEST}
    assert table_digest() == digest_of({name: sha256_of(path.read_bytes()) for name, path in files.items()})


def test_every_product_has_a_file_of_its_own() -> None:
    assert {path.stem for path in TABLES} == set(get_args(Product))
    for path in TABLES:
        assert {row.product for row in decode(path.read_bytes(), LifecycleTable).lifecycles} == {path.stem}


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_tables_are_kept_in_one_form_so_that_a_refresh_shows_only_what_changed(path: Path) -> None:
    assert path.read_bytes() == written(decode(path.read_bytes(), LifecycleTable))


def test_every_line_that_uplock_targets_has_a_row_and_a_latest_patch() -> None:
    lines = {row.line for row in load_lifecycles() if row.product == "cpython"}
    assert lines == set(SUPPORTED_MINORS)
    assert [row.line for row in load_latest_patches()] == list(SUPPORTED_MINORS)


def test_no_line_has_two_rows() -> None:
    keys = [(row.product, row.line) for row in load_lifecycles()]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("product", get_args(Product))
def test_rows_stand_oldest_line_first(product: str) -> None:
    lines = [numbers(row.line) for row in load_lifecycles() if row.product == product]
    assert lines == sorted(lines)
    assert lines


def test_dates_of_every_claim_are_in_order() -> None:
    for row, claim in rows_and_claims():
        assert row.released is not None
        days = [row.released, claim.end_of_support, claim.end_of_life, claim.extended]
        known = [day for day in days if day is not None]
        assert known == sorted(known), (row.product, row.line)
        assert row.released < claim.end_of_life


def test_every_claim_names_its_source_and_the_day_it_was_read() -> None:
    for _, claim in rows_and_claims():
        for source in claim.source.split("; "):
            assert re.match(r"[A-Za-z][^ ]*[:. ][^ ]", source)
            assert source == source.strip()
        assert claim.retrieved >= date(2026, 11, 23)


def test_sources_that_are_repositories_name_a_commit_or_a_discussion() -> None:
    for _, claim in rows_and_claims():
        for source in claim.source.split("; "):
            if source.startswith("github:") and "vstinner/notes" not in source:
                assert re.search(r"@[0-9a-f]{40}|pull request [0-9]+", source), source


def test_claims_of_a_line_differ_and_were_read_in_their_order() -> None:
    for row in load_lifecycles():
        said = [(claim.end_of_life, claim.end_of_support, claim.extended, claim.blocks) for claim in row.claims]
        assert all(before != after for before, after in itertools.pairwise(said)), (row.product, row.line)
        read = [claim.retrieved for claim in row.claims]
        assert read == sorted(read)


def test_the_last_claim_holds() -> None:
    row = find(load_lifecycles(), "cpython", "3.8")
    assert row is not None
    assert [claim.end_of_life for claim in row.claims] == [date(2024, 10, 31), date(2024, 10, 7)]
    assert row.end_of_life == date(2024, 10, 7)
    assert row.verified


def test_managed_runtimes_end_on_the_day_before_they_are_deprecated() -> None:
    for row, claim in rows_and_claims():
        if row.product != "aws-lambda":
            assert claim.blocks is None
            continue
        assert claim.blocks is not None
        assert claim.end_of_life == claim.blocks.deprecated - timedelta(days=1)
        days = [claim.blocks.deprecated, claim.blocks.create_block, claim.blocks.update_block]
        known = [day for day in days if day is not None]
        assert known == sorted(known)


def test_managed_runtimes_are_named_after_the_python_they_carry() -> None:
    runtimes = [row for row in load_lifecycles() if row.product == "aws-lambda"]
    assert all(row.line == f"python{row.python}" for row in runtimes)
    assert {"3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14"} <= {row.python for row in runtimes}


def test_blocks_that_were_moved_keep_their_earlier_days() -> None:
    row = find(load_lifecycles(), "aws-lambda", "python3.8")
    assert row is not None
    updates = [claim.blocks.update_block for claim in row.claims if claim.blocks]
    assert updates[:5] == [
        date(2025, 3, 31),
        date(2025, 11, 1),
        date(2026, 3, 9),
        date(2026, 7, 1),
        date(2026, 9, 30),
    ]


def test_distributions_say_which_python_and_c_library_they_carry() -> None:
    unknown = []
    for row in load_lifecycles():
        if row.product in DISTRIBUTIONS | {"aws-lambda"}:
            assert row.libc is not None
            assert re.fullmatch(r"(glibc 2\.[0-9]{2}|musl 1\.[0-9]\.[0-9]{1,2})", row.libc)
            assert row.libc.startswith("musl") == (row.product == "alpine")
            if row.python is None:
                unknown.append((row.product, row.line))
            else:
                assert re.fullmatch(r"3\.[0-9]{1,2}", row.python)
        else:
            assert row.python is row.libc is None
    assert unknown == [("alpine", "3.23")], "no source that could be opened names it"


@pytest.mark.parametrize(
    ("product", "line", "name", "python", "libc"),
    [
        ("debian", "10", "buster", "3.7", "glibc 2.28"),
        ("debian", "11", "bullseye", "3.9", "glibc 2.31"),
        ("debian", "12", "bookworm", "3.11", "glibc 2.36"),
        ("debian", "13", "trixie", "3.13", "glibc 2.41"),
        ("ubuntu", "18.04", "bionic", "3.6", "glibc 2.27"),
        ("ubuntu", "20.04", "focal", "3.8", "glibc 2.31"),
        ("ubuntu", "22.04", "jammy", "3.10", "glibc 2.35"),
        ("ubuntu", "24.04", "noble", "3.12", "glibc 2.39"),
        ("alpine", "3.16", None, "3.10", "musl 1.2.3"),
        ("alpine", "3.20", None, "3.12", "musl 1.2.5"),
        ("rhel", "7", None, "3.6", "glibc 2.17"),
        ("rhel", "8", None, "3.6", "glibc 2.28"),
        ("rhel", "9", None, "3.9", "glibc 2.34"),
        ("amazon-linux", "2", None, "3.7", "glibc 2.26"),
        ("amazon-linux", "2023", None, "3.9", "glibc 2.34"),
        ("aws-lambda", "python3.11", None, "3.11", "glibc 2.26"),
        ("aws-lambda", "python3.12", None, "3.12", "glibc 2.34"),
    ],
)
def test_what_released_lines_carry_does_not_change(
    product: str, line: str, name: str | None, python: str, libc: str
) -> None:
    row = find(load_lifecycles(), product, line)
    assert row is not None
    assert (row.name, row.python, row.libc) == (name, python, libc)


def test_latest_patch_belongs_to_its_line() -> None:
    assert decode(LATEST.read_bytes(), LatestPatches).latest_patches == load_latest_patches()
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
        ("debian", "10", date(2022, 9, 10)),
        ("debian", "11", date(2024, 8, 14)),
        ("debian", "12", date(2026, 7, 11)),
        ("ubuntu", "18.04", date(2023, 5, 31)),
        ("ubuntu", "20.04", date(2025, 5, 29)),
        ("alpine", "3.16", date(2024, 5, 23)),
        ("alpine", "3.20", date(2026, 4, 1)),
        ("rhel", "7", date(2024, 6, 30)),
        ("amazon-linux", "2", date(2026, 6, 30)),
        ("aws-lambda", "python3.8", date(2024, 10, 13)),
        ("aws-lambda", "python3.9", date(2025, 12, 14)),
        ("aws-lambda", "python3.10", date(2026, 10, 30)),
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


def test_a_row_is_stale_when_its_last_claim_was_read_too_long_ago() -> None:
    row = make_lifecycle("cpython", "3.9", date(2025, 10, 31))
    earlier, last_one = (changed(row.claim, retrieved=day) for day in (date(2020, 1, 1), date(2026, 1, 1)))
    row = changed(row, claims=(earlier, last_one))
    last = datetime(2026, 6, 30, 23, 59, tzinfo=UTC)
    assert not is_stale(row, last, 180)
    assert is_stale(row, last + timedelta(minutes=1), 180)
    assert not is_stale(row, datetime(2020, 1, 1, tzinfo=UTC), 180)


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
