"""Lifecycles: dated claims about when lines of CPython and OpenSSL end, kept as data beside this module.

A date in ``data/lifecycle.json`` is the last day of support, inclusive: a line is past its end of life on the day
after. Where a source gives only a month (``2026-10``), or the first of a month to mean the month, ``end_of_life`` is
the last day of that month. Days are calendar days in UTC.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from uplock.errors import UsageError
from uplock.model.digest import Sha256, sha256_of
from uplock.model.policy import LatestPatch, Lifecycle
from uplock.model.value import Value, decode

_TABLE = Path(__file__).with_name("data") / "lifecycle.json"


class LifecycleTable(Value, frozen=True, kw_only=True):
    """The data file: rows by product and line, oldest first."""

    format: int = 1
    lifecycles: tuple[Lifecycle, ...]
    latest_patches: tuple[LatestPatch, ...]


def load_lifecycles() -> tuple[Lifecycle, ...]:
    """Return all lifecycle rows, by product, oldest line first."""
    return _table().lifecycles


def load_latest_patches() -> tuple[LatestPatch, ...]:
    """Return the newest known release of every CPython line, oldest line first."""
    return _table().latest_patches


@cache
def table_digest() -> Sha256:
    """Return the digest of the data file's bytes: every verdict names it."""
    return sha256_of(_TABLE.read_bytes())


@cache
def _table() -> LifecycleTable:
    return decode(_TABLE.read_bytes(), LifecycleTable)


def find(rows: Iterable[Lifecycle], product: str, line: str) -> Lifecycle | None:
    """Return the row of ``product`` (``cpython``, ``openssl``) and ``line`` (``3.9``, ``1.1.1``), if there is one."""
    return next((row for row in rows if row.product == product and row.line == line), None)


def utc_day(moment: datetime) -> date:
    """Return the calendar day in UTC that ``moment`` falls on. Raises :class:`UsageError` without a time zone."""
    return in_utc(moment).date()


def in_utc(moment: datetime) -> datetime:
    """Return the same moment, expressed in UTC. Raises :class:`UsageError` if it has no time zone."""
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise UsageError(
            f"the moment {moment.isoformat()} has no time zone",
            context="as_of",
            remedy="Give it with its offset from UTC, as in 2026-11-23T00:00:00+00:00.",
        )
    return moment.astimezone(UTC)


def days_left(row: Lifecycle, moment: datetime) -> int:
    """Return the days until the last supported one: 0 on that day itself, negative once the line is past it."""
    return (row.end_of_life - utc_day(moment)).days


def supported_lines(rows: Iterable[Lifecycle], product: str, moment: datetime) -> tuple[str, ...]:
    """Return the lines of ``product`` that are released and not past their end of life, in the order of ``rows``."""
    today = utc_day(moment)
    return tuple(
        row.line
        for row in rows
        if row.product == product and row.released is not None and row.released <= today <= row.end_of_life
    )
