"""What the formats share: how a finding stands, where it shows, how it is known again, and its words."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Literal

from uplock.model.digest import Sha256, digest_of
from uplock.model.finding import Finding, Waived
from uplock.model.outcome import CheckResult
from uplock.model.policy_outcome import Location
from uplock.model.value import Value
from uplock.report.check_text import overall_state
from uplock.report.text import count, day_text, plain

Locate = Callable[[Finding], Location]
"""Says where a finding shows."""

Level = Literal["error", "warning", "note"]
LEVELS: tuple[Level, ...] = ("error", "warning", "note")
"""Worst first. An ``error`` makes a CI service go red, so it is one only if it also decides the exit code."""

_LINE = re.compile(r":\d+\Z")

MAX_NAME = 300
"""Characters of a title that a format shows."""


class Reported(Value, frozen=True, kw_only=True):
    """A finding as the formats show it."""

    finding: Finding
    gates: bool
    """Whether the target that it is about gates; what is about the project always does."""
    level: Level
    location: Location
    fingerprint: Sha256
    """The same as long as rule, target, subject and place are: neither line nor wording are in it."""


def reported(result: CheckResult, locate: Locate) -> tuple[Reported, ...]:
    """Return all findings: worst first, within a level as the result has them, waived ones last."""
    gates = {target.target: target.gates for target in result.targets}
    found = (*(finding for target in result.targets for finding in target.findings), *result.findings)
    seen: Counter[Sha256] = Counter()
    made = []
    for finding in found:
        gating = gates.get(finding.target, True)
        place = _LINE.sub("", finding.place)
        identity = digest_of([shown(each) for each in (finding.rule, finding.target, finding.subject, place)])
        seen[identity] += 1
        made.append(
            Reported(
                finding=finding,
                gates=gating,
                level=level_of(finding, gates=gating),
                location=locate(finding),
                fingerprint=identity if seen[identity] == 1 else digest_of([identity, seen[identity]]),
            )
        )
    return tuple(sorted(made, key=lambda each: (each.finding.waived is not None, LEVELS.index(each.level))))


def level_of(finding: Finding, *, gates: bool) -> Level:
    """Return how loudly a finding is told: what is waived is a note, and what does not gate a warning at most."""
    if finding.waived is not None or finding.severity == "info":
        return "note"
    return "error" if finding.severity == "error" and gates else "warning"


def run_state(result: CheckResult) -> str:
    """Return the status of a result in words."""
    return overall_state(result.status, result.targets)


def headline(result: CheckResult) -> str:
    """Return what was judged, for which day, and how that came out."""
    generation = f", generation {result.generation[:12]}" if result.generation else ""
    return f"{shown(result.project)} as of {day_text(result.as_of)}{generation}: {run_state(result)}"


def counts(found: Iterable[Reported]) -> str:
    """Return how many findings there are of each level; waived ones are counted apart."""
    numbers = Counter("waived" if each.finding.waived else each.level for each in found)
    waived = f", {numbers['waived']} waived" if numbers["waived"] else ""
    return ", ".join(count(numbers[level], level) for level in LEVELS) + waived


def title(each: Reported) -> str:
    """Return what a finding is about: rule, target and subject."""
    finding = each.finding
    return " ".join(shown(part) for part in (finding.rule, finding.target, finding.subject) if part)


def sentences(each: Reported) -> tuple[str, ...]:
    """Return what is to be said of a finding, one line each: message, whether it gates, who waived it, remedy."""
    finding = each.finding
    place = f" [{shown(finding.place)}]" if finding.place else ""
    return (
        f"{shown(finding.message)}{place}",
        *(() if each.gates else (f"{shown(finding.target)} does not gate",)),
        *(() if finding.waived is None else (waiver_text(finding.waived),)),
        f"Remedy: {shown(finding.remedy)}",
    )


def waiver_text(waived: Waived) -> str:
    """Return who lets a finding through, until when and why."""
    who = shown(", ".join(waived.approved_by))
    return f"waived until {waived.expires_at} by {who} (ticket {shown(waived.ticket)}): {shown(waived.reason)}"


def shown(text: str) -> str:
    r"""Return foreign text on one line, without what could steer a reader or be taken for a mark of ours.

    Control characters, line ends, bidirectional overrides and lone surrogates are escaped (``\x1b``), and so are
    symbols beyond ASCII (``\u2705``): a file name must not bring its own check mark.
    """
    return "".join(_escaped(each) if _symbol(each) else each for each in plain(text))


def cut(text: str, limit: int) -> str:
    """Return ``text``, or its beginning with an ellipsis if it has more than ``limit`` characters."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _symbol(character: str) -> bool:
    return not character.isascii() and unicodedata.category(character).startswith("S")


def _escaped(character: str) -> str:
    return character.encode("ascii", "backslashreplace").decode("ascii")
