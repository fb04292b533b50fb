"""What the commands about policy answer: the values behind the text and behind ``--json``."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from uplock.model.digest import Sha256
from uplock.model.lifecycle import Claim
from uplock.model.value import Value
from uplock.model.waiver import Standing, Waiver


class Location(Value, frozen=True, kw_only=True):
    """Where a finding shows: a file of the project, by its path from the root, and a line, from 1."""

    path: str
    line: int


class LifecycleEntry(Value, frozen=True, kw_only=True):
    """One line of a product as of a day. ``days_left``: until the last day of support, negative after it."""

    product: str
    line: str
    name: str | None
    released: date | None
    python: str | None
    libc: str | None
    state: Literal["not-released", "supported", "ending", "ended"]
    days_left: int
    stale: bool
    """Whether the claim that holds was retrieved too long ago to be relied on."""
    claims: tuple[Claim, ...]
    """Every claim about its end, oldest first: the last one holds."""


class LifecycleResult(Value, frozen=True, kw_only=True):
    """``uplock lifecycle``: the table that comes with uplock, seen from a day."""

    as_of: datetime
    table: Sha256
    """Digest over the data files; verdicts name it."""
    lines: tuple[LifecycleEntry, ...]


class WaiversResult(Value, frozen=True, kw_only=True):
    """``uplock waivers``: every file below ``waivers/``, those that end first before the others."""

    project: str
    as_of: datetime
    waivers: tuple[Standing, ...]


class WaiveResult(Value, frozen=True, kw_only=True):
    """``uplock waive``: the file that was written."""

    path: str
    waiver: Waiver
    text: str
    notes: tuple[str, ...] = ()
