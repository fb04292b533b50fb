"""The plan of an uplift for a pull request, as Markdown that GitHub and GitLab show."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from uplock.model.uplift import UpliftPlan, Why
from uplock.report.formats.reported import shown
from uplock.report.uplift_text import base_lines, native_side, summary

MAX_ROWS = 200
"""Rows of one table: pull requests take 65,536 characters."""

_MARKS = re.compile(r"([\\`*_{}\[\]<>()#+!|~@&$])")


def uplift_markdown(plan: UpliftPlan) -> str:
    """Return the document."""
    minor = ".".join(plan.after.python.split(".")[:2])
    lines = [
        f"## Uplift of {_text(plan.project)} to Python {minor}: {plan.status}",
        "",
        (
            f"{summary(plan)}. From CPython {plan.before.python} as of {plan.before.cut_off:%Y-%m-%d} to "
            f"{plan.after.python} as of {plan.after.cut_off:%Y-%m-%d}, on {_text(plan.platform)}, with {plan.resolver}."
        ),
        *_blockers(plan),
        *_table(
            "Changes",
            ("Package", "From", "To", "Why"),
            (
                (each.name, each.before, f"{each.after}{' (major)' if each.major else ''}", _why(each.why))
                for each in plan.changes
            ),
        ),
        *_table(
            "Added",
            ("Package", "Version", "Needed by"),
            ((each.name, each.version, ", ".join(each.needed_by)) for each in plan.added),
        ),
        *_table(
            "Removed",
            ("Package", "Version", "Why"),
            ((each.name, each.version, each.why) for each in plan.removed),
        ),
        *_table(
            "Native code",
            ("Package", "Before", "After"),
            ((each.name, native_side(each.before), native_side(each.after)) for each in plan.native),
        ),
        *_table(
            "Modules that the standard library no longer has",
            ("Package", "File", "Module", "How"),
            ((each.package, f"{each.file}:{each.line}", each.module, each.context) for each in plan.standard),
        ),
        *_table(
            f"Who declares Python {minor}",
            ("Package", "Now", "Planned", "Since"),
            ((each.name, each.now, each.planned, each.declared_since or "none") for each in plan.parity),
        ),
    ]
    if plan.base is not None:
        lines += ["", "### Base image", "", *(f"- {_text(line.strip())}" for line in base_lines(plan))]
    if plan.remaining:
        lines += ["", "### Remains to be tried", "", *(f"- [ ] {_text(each)}" for each in plan.remaining)]
    return "\n".join(lines) + "\n"


def _blockers(plan: UpliftPlan) -> Iterator[str]:
    if not plan.blockers:
        return
    yield from ("", "### Blocked", "")
    for each in plan.blockers:
        name = f"{_text(each.name or 'no single package')} {_text(each.version)}".strip()
        yield f"- **{name}** ({each.level}): {_text(each.reason)}"
        if each.blocks:
            yield f"  - waiting for it: {_text(', '.join(each.blocks))}"
        for way in each.ways_out:
            yield f"  - {way.kind}: {_text(way.text)}"


def _table(title: str, head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    found = list(rows)
    if not found:
        return
    yield from ("", f"### {title}", "", f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}")
    for row in found[:MAX_ROWS]:
        yield f"| {' | '.join(_text(cell) for cell in row)} |"
    if len(found) > MAX_ROWS:
        yield ""
        yield f"{len(found) - MAX_ROWS} more rows are in the plan itself."


def _why(reasons: Iterable[Why]) -> str:
    return "; ".join(f"{each.level}: {each.evidence}" for each in reasons)


def _text(text: str) -> str:
    """Return foreign text on one line with every mark of Markdown escaped."""
    return _MARKS.sub(r"\\\1", shown(text))
