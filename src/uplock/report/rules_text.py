"""What can be found: as a list and as pages on a terminal, and as the sections of ``docs/rules.md``."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from uplock.model.finding import SEVERITIES
from uplock.policy.rule import Statement
from uplock.policy.waivers.standing import NARROWER
from uplock.report.text import COLOURS, Paint, join

TERMINAL, DOCUMENT = 100, 120
"""Columns."""


def rules_text(stated: Iterable[Statement], paint: Paint) -> str:
    """Render ``uplock rules``: a line for each."""
    return join(_line(each, paint) for each in stated)


def pages_text(stated: Iterable[Statement], paint: Paint) -> str:
    """Render ``uplock rules ID...``: the page of each."""
    return "\n".join(join(_page(each, paint)) for each in stated)


def markdown(stated: Iterable[Statement]) -> str:
    """Return the sections of ``docs/rules.md``, in the order that is given."""
    return "\n".join(join(_section(each)) for each in stated)


def _line(stated: Statement, paint: Paint) -> str:
    padding = " " * (max(map(len, SEVERITIES)) - len(stated.severity))
    return f"{stated.id}  {paint(stated.severity, COLOURS[stated.severity])}{padding}  {stated.description}"


def _page(stated: Statement, paint: Paint) -> Iterator[str]:
    yield f"{stated.id}: {stated.description}"
    yield f"{paint(stated.severity, COLOURS[stated.severity])} by default · {_waiver(stated)}"
    for title, text in _parts(stated):
        yield ""
        yield title
        yield from _wrapped(text, TERMINAL, indent="  ")


def _section(stated: Statement) -> Iterator[str]:
    yield f"## {stated.id}: {stated.description}"
    yield ""
    yield f"Default severity: `{stated.severity}` · {_waiver(stated)}"
    for title, text in _parts(stated):
        yield ""
        shown = f"`{text}`" if title == "Example" else text
        yield from _wrapped(f"**{title}.** {shown}", DOCUMENT)


def _parts(stated: Statement) -> tuple[tuple[str, str], ...]:
    return (
        ("Why", stated.why),
        ("Example", stated.example),
        ("Remedy", stated.remedy),
        ("Waive", stated.waive),
    )


def _waiver(stated: Statement) -> str:
    """Return what a waiver must name."""
    named = NARROWER.get(stated.reach)
    return f"a waiver names {named}" if named else "cannot be waived"


def _wrapped(text: str, width: int, indent: str = "") -> Iterator[str]:
    """Yield plain paragraphs in lines of ``width``; nothing inside a word is broken."""
    for number, paragraph in enumerate(text.split("\n\n")):
        if number:
            yield ""
        yield from textwrap.wrap(
            " ".join(paragraph.splitlines()),
            width,
            initial_indent=indent,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
