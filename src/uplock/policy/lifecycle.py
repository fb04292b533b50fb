"""Lifecycles: dated claims about when lines of software end, kept as data beside this module, one file a product.

A date in ``data/lifecycle/`` is the last day of support, inclusive: a line is past its end of life on the day
after. Where a source gives only a month (``2026-10``), or the first of a month to mean the month, ``end_of_life`` is
the last day of that month. Days are calendar days in UTC. Of the claims about a line the newest holds, for every day
that is judged, past ones too: the earlier ones say what was believed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from uplock.errors import UsageError
from uplock.model.digest import Sha256, digest_of, sha256_of
from uplock.model.lifecycle import LatestPatch, Lifecycle
from uplock.model.value import Value, decode

NOTICE_DAYS = 365
"""Beyond a policy's threshold, but within a year, an end that lies ahead is information: a move takes planning."""

_DATA = Path(__file__).with_name("data")
_LIFECYCLES = _DATA / "lifecycle"
_LATEST = _DATA / "latest-patches.json"


class LifecycleTable(Value, frozen=True, kw_only=True):
    """A file of ``data/lifecycle/``: the lines of one product, oldest first."""

    format: int = 1
    lifecycles: tuple[Lifecycle, ...]


class LatestPatches(Value, frozen=True, kw_only=True):
    """``data/latest-patches.json``: the newest known release of every CPython line, oldest line first."""

    format: int = 1
    latest_patches: tuple[LatestPatch, ...]


@cache
def load_lifecycles() -> tuple[Lifecycle, ...]:
    """Return all lifecycle rows, by product, oldest line first."""
    return tuple(row for raw in _files().values() for row in decode(raw, LifecycleTable).lifecycles)


@cache
def load_latest_patches() -> tuple[LatestPatch, ...]:
    """Return the newest known release of every CPython line, oldest line first."""
    return decode(_LATEST.read_bytes(), LatestPatches).latest_patches


@cache
def table_digest() -> Sha256:
    """Return the digest over all data files: every verdict names it."""
    files = {f"lifecycle/{name}": raw for name, raw in _files().items()} | {_LATEST.name: _LATEST.read_bytes()}
    return digest_of({name: sha256_of(raw) for name, raw in files.items()})


@cache
def _files() -> dict[str, bytes]:
    """Return the files of lifecycle rows by name, sorted: one product each."""
    return {path.name: path.read_bytes() for path in sorted(_LIFECYCLES.glob("*.json"))}


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


def is_stale(row: Lifecycle, moment: datetime, days: int) -> bool:
    """Return whether the claim that holds was retrieved more than ``days`` days before ``moment``."""
    return (utc_day(moment) - row.claim.retrieved).days > days


def supported_lines(rows: Iterable[Lifecycle], product: str, moment: datetime) -> tuple[str, ...]:
    """Return the lines of ``product`` that are released and not past their end of life, in the order of ``rows``."""
    today = utc_day(moment)
    return tuple(
        row.line
        for row in rows
        if row.product == product and row.released is not None and row.released <= today <= row.end_of_life
    )
