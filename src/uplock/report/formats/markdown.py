"""Markdown for a comment on a pull request or a job summary.

Foreign text stands in code spans only: there nothing is markup, a mention, a reference, a link or an emoji. Backticks
and pipes, which would end a span or a cell, are escaped in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from uplock.model.outcome import CheckResult, TargetResult
from uplock.policy.rule import Statement
from uplock.report.check_text import target_state
from uplock.report.formats.reported import Locate, Reported, counts, cut, reported, run_state, shown
from uplock.report.text import count, counts_text, day_text, join

MAX_COMMENT = 65_536
"""Characters that GitHub takes as one comment; GitLab takes more."""

MAX_CELL = 2_000

_SHARES: Mapping[str, int] = {"targets": 12_000, "findings": 27_000, "waived": 14_000, "notes": 9_000}
"""Characters for the rows of each part; what one leaves over goes to the next. The rest is for the fixed text."""

_MARKUP = str.maketrans({each: f"\\{each}" for each in "\\`*_{}[]<>()#+-.!|&~@$:^="})


def render(result: CheckResult, locate: Locate, statements: Mapping[str, Statement]) -> str:
    """Return the targets, what is wrong with them, and what is waived; findings that are information fold away."""
    found = reported(result, locate)
    loud = [each for each in found if each.level != "note"]
    waived = [each for each in found if each.finding.waived is not None]
    notes = [each for each in found if each.level == "note" and each.finding.waived is None]
    room = _Room()
    lines = [
        f"## uplock check: {code(result.project)}",
        "",
        f"As of {day_text(result.as_of)}{_generation(result)}: **{run_state(result)}**",
        "",
        f"{counts(found)}.",
        "",
        *room.table("targets", _TARGETS, [_target(target) for target in result.targets]),
    ]
    if loud:
        lines += ["", "### Findings", "", *room.table("findings", _FINDINGS, [_finding(e, statements) for e in loud])]
    if waived:
        lines += ["", "### Waived", "", *room.table("waived", _WAIVED, [_waived(e, statements) for e in waived])]
    if notes:
        table = room.table("notes", _FINDINGS, [_finding(each, statements) for each in notes])
        summary = f"<summary>{count(len(notes), 'note')}</summary>"
        lines += ["", "<details>", summary, "", *table, "", "</details>"]
    return join(lines)


def code(text: str) -> str:
    r"""Return foreign text as a code span that stays within its table cell; a backtick becomes ``\x60``."""
    within = shown(text).replace("`", "\\x60").replace("|", "\\x7c").strip()
    return f"`{cut(within, MAX_CELL)}`" if within else "none"


def prose(text: str) -> str:
    """Return text of our own, such as the description of a rule, with nothing in it that is markup."""
    return shown(text).translate(_MARKUP)


class _Room:
    """What is left of a comment for the rows of its tables."""

    def __init__(self) -> None:
        self._left = 0

    def table(self, part: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
        """Return as many rows as there is room for, from the first on, and how many there are beyond."""
        self._left += _SHARES[part]
        lines = [_row(head), _row(["---"] * len(head))]
        every = [_row(row) for row in rows]
        for number, line in enumerate(every):
            if len(line) + 1 > self._left:
                more = len(every) - number
                return [*lines, "", f"{more} more not shown here: see the output of `uplock check`."]
            self._left -= len(line) + 1
            lines.append(line)
        return lines


_TARGETS = ("Target", "Interpreter", "Platform", "Support ends", "Packages", "Attestations", "Gates", "Status")
_FINDINGS = ("Severity", "Rule", "Target", "Subject", "Finding", "Remedy")
_WAIVED = ("Until", "Approved by", "Ticket", "Reason", "Severity", "Rule", "Target", "Subject", "Finding", "Remedy")


def _target(target: TargetResult) -> tuple[str, ...]:
    return (
        code(target.target),
        f"CPython {code(target.python)}",
        code(target.platform),
        target.end_of_life or "unknown",
        f"{target.packages}, {target.native} with native code",
        counts_text(target.attestations).removeprefix("attestations: "),
        "yes" if target.gates else "no",
        f"**{target_state(target)}**: {code(target.why)}",
    )


def _finding(each: Reported, statements: Mapping[str, Statement]) -> tuple[str, ...]:
    severity = each.finding.severity
    return (severity if each.gates else f"{severity}, does not gate", *_about(each, statements))


def _waived(each: Reported, statements: Mapping[str, Statement]) -> tuple[str, ...]:
    waived = each.finding.waived
    if waived is None:
        return ()
    who = ", ".join(code(one) for one in waived.approved_by)
    return (
        f"waived until {waived.expires_at}",
        who,
        code(waived.ticket),
        code(waived.reason),
        *_finding(each, statements),
    )


def _about(each: Reported, statements: Mapping[str, Statement]) -> tuple[str, ...]:
    finding = each.finding
    statement = statements.get(finding.rule)
    place = f" [{finding.place}]" if finding.place else ""
    return (
        finding.rule if statement is None else f"{finding.rule}: {prose(statement.description)}",
        code(finding.target) if finding.target else "project",
        code(finding.subject),
        code(finding.message + place),
        code(finding.remedy),
    )


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _generation(result: CheckResult) -> str:
    return f", generation {code(result.generation[:12])}" if result.generation else ""
