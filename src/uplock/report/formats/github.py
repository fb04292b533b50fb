"""GitHub annotations: workflow commands on standard output, one a line (``::error file=…,line=…,title=…::message``).

GitHub keeps the first ten errors, warnings and notices of a step as annotations; all of them stand in its log. So the
first line says how the check came out and how many there are, and the worst come next.
"""

from __future__ import annotations

from collections.abc import Mapping

from uplock.model.outcome import CheckResult
from uplock.policy.rule import Statement
from uplock.report.formats.reported import (
    MAX_NAME,
    Level,
    Locate,
    Reported,
    counts,
    cut,
    headline,
    reported,
    sentences,
    shown,
    title,
)
from uplock.report.text import join

_COMMANDS: Mapping[Level, str] = {"error": "error", "warning": "warning", "note": "notice"}

MAX_TITLE = 255
"""Characters of a title that GitHub takes."""


def render(result: CheckResult, locate: Locate, statements: Mapping[str, Statement]) -> str:
    """Return a command for the whole, then one for each finding: worst first."""
    found = reported(result, locate)
    whole = command(
        "notice" if result.status == "pass" else "error",
        {"title": "uplock check"},
        f"{headline(result)}\n{counts(found)}",
    )
    return join([whole, *(_annotation(each, statements) for each in found)])


def command(name: str, properties: Mapping[str, str], message: str) -> str:
    """Return one workflow command; no text in it can end it or begin another."""
    told = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {told}::{_data(message)}"


def _annotation(each: Reported, statements: Mapping[str, Statement]) -> str:
    rule = each.finding.rule
    statement = statements.get(rule)
    name = rule if statement is None else f"{rule}: {statement.description}"
    message, *rest = sentences(each)
    return command(
        _COMMANDS[each.level],
        {
            "file": shown(each.location.path),
            "line": str(each.location.line),
            "title": cut(shown(name), MAX_TITLE),
        },
        "\n".join([f"{cut(title(each), MAX_NAME)}: {message}", *rest]),
    )


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
