"""What trying one statement gives: that it holds, that it does not, or that it could not be decided here."""

from __future__ import annotations

from uplock.model.value import Value

MAX_NAMED = 10
"""Things that a detail names one by one."""


class Found(Value, frozen=True, kw_only=True):
    """``holds`` is ``None`` where nothing could be decided; ``detail`` says why, or what was found."""

    holds: bool | None
    detail: str


def holds(detail: str) -> Found:
    """Return that a statement was tried and holds."""
    return Found(holds=True, detail=detail)


def fails(detail: str) -> Found:
    """Return that a statement was tried and does not hold."""
    return Found(holds=False, detail=detail)


def undecided(detail: str) -> Found:
    """Return that a statement could not be decided here."""
    return Found(holds=None, detail=detail)


def counted(number: int, what: str) -> str:
    """Return ``1 file`` or ``2 files``."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def some(names: list[str]) -> str:
    """Return the first of many names, and how many more there are."""
    more = len(names) - MAX_NAMED
    return ", ".join(names[:MAX_NAMED]) + (f" and {more} more" if more > 0 else "")
