"""What declarations are worth on a day: the minors that they admit, and how long these are supported."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from uplock.errors import InputError
from uplock.model.declaration import Declaration, Declared, MinorState
from uplock.model.lifecycle import Lifecycle
from uplock.uplift.scan.versions import admitted

ENDING = timedelta(days=365)
"""A line whose support ends within this time is ending."""


class Calendar:
    """The lines of CPython on one day."""

    def __init__(self, lifecycles: Iterable[Lifecycle], day: date) -> None:
        """``lifecycles`` are rows of any product."""
        self._rows = {row.line: row for row in lifecycles if row.product == "cpython"}
        self._day = day
        self.released = tuple(
            line for line, row in self._rows.items() if row.released is not None and row.released <= day
        )

    def state(self, minor: str) -> MinorState:
        """Return what the table says of a minor."""
        row = self._rows.get(minor)
        if row is None:
            return MinorState(minor=minor, state="unknown")
        end = row.end_of_life
        if row.released is None or row.released > self._day:
            return MinorState(minor=minor, state="unreleased", end_of_life=end)
        if end < self._day:
            return MinorState(minor=minor, state="ended", end_of_life=end)
        ending = end - self._day <= ENDING
        return MinorState(minor=minor, state="ending" if ending else "supported", end_of_life=end)

    def judged(self, found: Declared) -> Declaration:
        """Return a declaration with the minors that it admits and their states."""
        admits = self._admits(found)
        shown = found.minors if found.minors is not None else tuple(dict.fromkeys(admits[:1] + admits[-1:]))
        cpython = found.implementation == "cpython"
        return Declaration(
            path=found.path,
            line=found.line,
            kind=found.kind,
            role=found.role,
            text=found.text,
            minors=found.minors,
            specifier=found.specifier,
            admits=admits,
            implementation=found.implementation,
            runtime=found.runtime,
            base=found.base,
            states=tuple(self.state(minor) for minor in shown) if cpython else (),
            note=found.note,
        )

    def _admits(self, found: Declared) -> tuple[str, ...]:
        if found.minors is not None:
            return found.minors
        try:
            return admitted(found.specifier or "", self.released)
        except InputError:
            return ()
