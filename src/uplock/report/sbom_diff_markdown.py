"""``uplock sbom diff`` for a comment on a pull request: tables, the gravest first, as many rows as a comment takes.

All that documents say stands in code spans, where nothing is markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from uplock.model.sbom_diff_outcome import SbomComponentChange, SbomDiffResult, SbomDiffSide
from uplock.report.formats.markdown import MAX_COMMENT, code
from uplock.report.sbom_diff_text import (
    WORDS,
    alarm_lines,
    cut,
    fact_text,
    groups,
    inside_lines,
    known,
    objections_text,
    sides_text,
    summary,
    telling,
)
from uplock.report.text import count, join

_FIXED = 6_000
"""Characters that stay free for what is no row of a table."""
_MORE = "more not shown here: see the output of `uplock sbom diff`."


def sbom_diff_markdown(result: SbomDiffResult) -> str:
    """Render the difference."""
    lines = ["## uplock sbom diff", "", f"From {_side(result.before)} to {_side(result.after)}"]
    for side in (result.before, result.after):
        if side.objections:
            lines += ["", f"{code(side.file)} {objections_text(side)}."]
    if result.not_compared:
        lines += ["", f"Not compared: {', '.join(result.not_compared)}."]
    if result.equal:
        return join([*lines, "", "**No differences.**"])
    lines += ["", f"**{summary(result)}**"]
    left = MAX_COMMENT - _FIXED
    for title, head, rows in _tables(result):
        shown, left = _rows(rows, left)
        lines += ["", f"### {title}", "", _row(head), _row(["---"] * len(head)), *shown]
        if more := len(rows) - len(shown):
            lines += ["", f"{more} {_MORE}"]
    return join(lines)


def _side(side: SbomDiffSide) -> str:
    kind = f"CycloneDX {side.spec_version} {side.format.upper()}, {count(side.components, 'component')}"
    return f"{code(cut(side.file))} ({kind})"


_Table = tuple[str, Sequence[str], list[Sequence[str]]]


def _tables(result: SbomDiffResult) -> Iterator[_Table]:
    if alarms := [(code(each),) for each in alarm_lines(result)]:
        yield "Look at first", ("What",), [*alarms]
    document = [(code(cut(each.fact)), code(sides_text(each.before, each.after))) for each in result.metadata]
    if result.subject is not None:
        name, before, after, more = _component(result.subject)
        said = (WORDS.get(result.subject.kind, result.subject.kind), before, after, more)
        document.insert(0, (name, ", ".join(filter(None, said))))
    if document:
        yield "Document", ("What", "Change"), [*document]
    for title, changes in groups(result):
        head = ("Component", "Before", "After", "What else")
        yield f"{title.capitalize()} ({len(changes)})", head, [_component(each) for each in changes]
    if result.edges:
        edges = [(each.kind, code(cut(each.source)), code(cut(each.target))) for each in result.edges]
        yield "Dependencies between components of both", ("Change", "Of", "On"), [*edges]


def _component(change: SbomComponentChange) -> tuple[str, ...]:
    return code(cut(change.name)), _version(change.before), _version(change.after), "<br>".join(_else(change))


def _version(version: str | None) -> str:
    return code(cut(version)) if version else ""


def _else(change: SbomComponentChange) -> Iterator[str]:
    if change.platform:
        yield WORDS.get(change.kind, change.kind)
    if change.major:
        yield "major"
    if change.kind in {"added", "removed"}:
        yield from (code(cut(each)) for each in known(change))
        return
    yield from (code(fact_text(each)) for each in telling(change))
    yield from (code(each) for each in inside_lines(change))


def _rows(rows: Iterable[Sequence[str]], left: int) -> tuple[list[str], int]:
    """Return as many rows as fit into ``left`` characters, from the first on, and what is left then."""
    shown = []
    for each in rows:
        line = _row(each)
        if len(line) + 1 > left:
            break
        shown.append(line)
        left -= len(line) + 1
    return shown, left


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
