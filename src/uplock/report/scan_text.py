"""The text of ``uplock scan``: declarations file by file, what they are worth, and what is found about them."""

from __future__ import annotations

from collections import Counter
from itertools import groupby

from uplock.model.declaration import Declaration, MinorState
from uplock.model.scan_outcome import ScanResult
from uplock.report.check_text import finding_lines
from uplock.report.text import Paint, count, day_text, plain

_COLOURS = {"ended": "red", "ending": "yellow", "supported": "green"}


def scan_text(result: ScanResult, paint: Paint) -> str:
    """Return the text."""
    lines = [
        plain(f"uplock scan · {result.name} · as of {day_text(result.as_of)} · {count(result.files, 'file')} read"),
    ]
    for path, rows in groupby(result.declarations, key=lambda row: row.path):
        lines += ["", plain(path), *(_row(row, paint) for row in rows)]
    lines += ["", *_summary(result, paint)]
    for finding in result.findings:
        lines += finding_lines(finding, paint)
    errors = sum(finding.fails for finding in result.findings)
    lines.append(paint("FAIL" if errors else "PASS", "red" if errors else "green"))
    return "\n".join(lines) + "\n"


def _row(row: Declaration, paint: Paint) -> str:
    meaning = ", ".join(row.minors) if row.minors else row.specifier or "?"
    states = ", ".join(_state(each, paint) for each in row.states)
    base = f" on {row.base}" if row.base else ""
    note = f"  ({row.note})" if row.note else ""
    implementation = "" if row.implementation == "cpython" else f"{row.implementation} "
    text = plain(f"{row.line:>6}  {row.role:<5} {row.kind:<26} {implementation}{meaning}{base}  {row.text}{note}")
    return f"{text}  {states}".rstrip()


def _state(each: MinorState, paint: Paint) -> str:
    end = f" {each.end_of_life}" if each.end_of_life and each.state in {"ended", "ending"} else ""
    return paint(f"{each.minor} {each.state}{end}", _COLOURS.get(each.state, "yellow"))


def _summary(result: ScanResult, paint: Paint) -> list[str]:
    """Return one line for each minor that is declared exactly: its state, and in how many places."""
    places: Counter[str] = Counter()
    states: dict[str, MinorState] = {}
    for row in result.declarations:
        for minor in row.minors or ():
            places[minor] += 1
        states |= {each.minor: each for each in row.states}
    order = sorted(places, key=lambda minor: tuple(int(part) for part in minor.split(".")))
    lines = [
        f"{_state(states[minor], paint) if minor in states else minor}: {count(places[minor], 'declaration')}"
        for minor in order
    ]
    ranges = sum(row.minors is None for row in result.declarations)
    return [*lines, *([f"ranges: {count(ranges, 'declaration')}"] if ranges else [])]
