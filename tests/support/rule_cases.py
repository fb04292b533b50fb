"""Cases of a rule: what makes it speak and what does not, one file per rule below ``tests/rules/cases/``.

``cases/py001.py`` holds the cases of ``policy/rules/py001.py``: ``SPEAKS`` and ``SILENT``, each a dictionary from a
sentence to a :class:`Case`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path

from support.subjects import TODAY
from uplock.model.finding import Finding, Severity
from uplock.model.policy import Policy
from uplock.policy.rule import Reach
from uplock.policy.subject import Subject

DEFAULT = Policy()
FOLDER = Path(__file__).resolve().parents[1] / "rules" / "cases"


@dataclass(frozen=True)
class Case:
    """What a rule is shown, under a policy and as of a moment, and what it must say then."""

    subject: Subject
    policy: Policy = DEFAULT
    as_of: datetime = TODAY
    says: str = ""
    """Part of the message of one finding; every case in which the rule speaks needs it."""
    severity: Severity | None = None
    """Severity of every finding; ``None`` stands for the one that the policy gives the rule."""
    findings: int | None = None
    """How many findings there are; ``None`` stands for at least one."""


@dataclass(frozen=True)
class Cases:
    """All cases of one rule, by what they are called."""

    rule: str
    speaks: Mapping[str, Case]
    silent: Mapping[str, Case]


def load_cases() -> dict[str, Cases]:
    """Return the cases of every file, by rule id, sorted."""
    found = {}
    for path in sorted(FOLDER.glob("*.py")):
        module = import_module(f"rules.cases.{path.stem}")
        rule = path.stem.upper()
        found[rule] = Cases(rule=rule, speaks=module.SPEAKS, silent=module.SILENT)
    return found


def speaking(cases: Mapping[str, Cases]) -> Iterator[tuple[str, str, Case]]:
    """Yield rule, name and case of every case in which the rule speaks."""
    for rule, each in cases.items():
        yield from ((rule, name, case) for name, case in each.speaks.items())


def silent(cases: Mapping[str, Cases]) -> Iterator[tuple[str, str, Case]]:
    """Yield rule, name and case of every case in which the rule does not speak."""
    for rule, each in cases.items():
        yield from ((rule, name, case) for name, case in each.silent.items())


def names_what_a_waiver_must_name(finding: Finding, reach: Reach) -> bool:
    """Whether a waiver that is as narrow as ``reach`` asks for can be about this finding at all."""
    match reach:
        case "bytes":
            return finding.sha256 is not None
        case "artifact":
            return None not in {finding.sha256, finding.package, finding.version}
        case "package":
            return finding.package is not None
        case "interpreter" | "target" | "nothing":
            return True
