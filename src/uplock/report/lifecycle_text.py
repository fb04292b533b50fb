"""Text of the lifecycle table, for people: one block a product, each column as wide as its widest value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby

from uplock.model.lifecycle import Blocks, Claim
from uplock.model.policy_outcome import LifecycleEntry, LifecycleResult
from uplock.report.text import Paint, count, join

_COLOURS = {"not-released": "cyan", "supported": "green", "ending": "yellow", "ended": "red"}
_COLUMNS = ("line", "name", "ends", "days", "state", "extended", "no create", "no update", "python", "libc", "marks")
_DAYS, _STATE = _COLUMNS.index("days"), _COLUMNS.index("state")


def lifecycle_text(result: LifecycleResult, paint: Paint, *, history: bool) -> str:
    """Render ``uplock lifecycle``; with ``history``, every claim stands below its line, the one that holds first."""
    lines = [f"uplock lifecycle · as of {result.as_of.date()} · {count(len(result.lines), 'line')}", ""]
    for product, entries in groupby(result.lines, key=lambda entry: entry.product):
        lines.extend([product, *_table(tuple(entries), paint, history=history), ""])
    return join([*lines, f"note: table sha256 {result.table}"])


def _table(entries: Sequence[LifecycleEntry], paint: Paint, *, history: bool) -> Iterator[str]:
    """Yield the head and the lines of one product, without the columns that are empty for it."""
    rows = [_cells(entry) for entry in entries]
    widths = {
        index: max(len(cell) for cell in (_COLUMNS[index], *column))
        for index, column in enumerate(zip(*rows, strict=True))
        if any(column)
    }
    yield _line(_COLUMNS, widths)
    for entry, row in zip(entries, rows, strict=True):
        yield _line(row, widths, paint(entry.state, _COLOURS[entry.state]))
        if history:
            yield from (f"    {_told(claim)}" for claim in reversed(entry.claims))


def _line(cells: Sequence[str], widths: dict[int, int], state: str = _COLUMNS[_STATE]) -> str:
    """Return one line, with ``state`` as it is painted: padded by its own width, since paint has none."""
    shown = []
    for index, width in widths.items():
        padding = " " * (width - len(cells[index]))
        cell = state if index == _STATE else cells[index]
        shown.append(padding + cell if index == _DAYS else cell + padding)
    return f"  {'  '.join(shown)}".rstrip()


def _cells(entry: LifecycleEntry) -> tuple[str, ...]:
    """Return what stands in each of :data:`_COLUMNS`; what is not known is empty."""
    claim = entry.claims[-1]
    blocks = claim.blocks or Blocks(deprecated=claim.end_of_life)
    marks = [*(() if claim.verified else ("not verified",)), *(("stale",) if entry.stale else ())]
    return (
        entry.line,
        entry.name or "",
        claim.end_of_life.isoformat(),
        str(entry.days_left),
        entry.state,
        _day(claim.extended),
        _day(blocks.create_block),
        _day(blocks.update_block),
        entry.python or "",
        entry.libc or "",
        ", ".join(marks),
    )


def _told(claim: Claim) -> str:
    """Return a claim in one line: what it says, and who said it."""
    blocks = claim.blocks or Blocks(deprecated=claim.end_of_life)
    facts = [
        f"ends {claim.end_of_life}",
        *(
            f"{label} {day}"
            for label, day in (
                ("fixes until", claim.end_of_support),
                ("extended until", claim.extended),
                ("no create from", blocks.create_block),
                ("no update from", blocks.update_block),
            )
            if day
        ),
    ]
    mark = "" if claim.verified else ", not verified"
    return f"{', '.join(facts)}: {claim.source} (read {claim.retrieved}{mark})"


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
