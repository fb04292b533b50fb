"""Look at the lifecycle table that comes with uplock, as of a day: no project, no archive, no network."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Literal

from uplock.model.lifecycle import Lifecycle, Product
from uplock.model.policy import Policy
from uplock.model.policy_outcome import LifecycleEntry, LifecycleResult
from uplock.policy.lifecycle import days_left, is_stale, load_lifecycles, table_digest, utc_day

State = Literal["not-released", "supported", "ending", "ended"]


def lifecycle(as_of: datetime, products: Collection[Product] = ()) -> LifecycleResult:
    """Return what the table says of every line of ``products``, or of all products if none is named.

    Thresholds are the defaults of :class:`~uplock.model.policy.Policy`. Raises :class:`UsageError` if ``as_of`` has no
    time zone.
    """
    rows = (row for row in load_lifecycles() if not products or row.product in products)
    return LifecycleResult(as_of=as_of, table=table_digest(), lines=tuple(_entry(row, as_of) for row in rows))


def _entry(row: Lifecycle, as_of: datetime) -> LifecycleEntry:
    policy = Policy()
    return LifecycleEntry(
        product=row.product,
        line=row.line,
        name=row.name,
        released=row.released,
        python=row.python,
        libc=row.libc,
        state=_state(row, utc_day(as_of), policy.eol_warning_days),
        days_left=days_left(row, as_of),
        stale=is_stale(row, as_of, policy.table_days),
        claims=row.claims,
    )


def _state(row: Lifecycle, day: date, notice: int) -> State:
    """Return where a line stands on ``day``; one whose day of release is not known counts as not released."""
    if day > row.end_of_life:
        return "ended"
    if row.released is None or day < row.released:
        return "not-released"
    return "ending" if (row.end_of_life - day).days <= notice else "supported"
