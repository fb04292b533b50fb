"""Findings and verdicts: what was decided, and for which day."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Literal

from uplock.model.digest import Sha256
from uplock.model.value import Value

Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
"""Worst first."""


class Waived(Value, frozen=True, kw_only=True):
    """Who lets a finding pass, why, and until when (inclusive)."""

    waiver: str
    """Id of the waiver."""
    file: str
    reason: str
    requested_by: str
    approved_by: tuple[str, ...]
    ticket: str
    expires_at: date


class Finding(Value, frozen=True, kw_only=True):
    """One thing that a rule decided. ``subject`` is an interpreter, package or file; ``remedy`` one sentence."""

    rule: str
    severity: Severity
    target: str
    """Name of the target; empty for what is about the project as a whole."""
    subject: str
    message: str
    remedy: str
    place: str = ""
    """File or member where it shows, if there is one."""
    package: str | None = None
    """Normalized name of the package that it is about, if it is about one."""
    version: str | None = None
    sha256: Sha256 | None = None
    """Digest of the artifact that it is about, if it is about one."""
    waived: Waived | None = None
    """An approved exception that covers it: it stays visible and does not fail anything."""

    @property
    def fails(self) -> bool:
        """Whether it fails what it is about."""
        return self.severity == "error" and self.waived is None


def gates(findings: Iterable[Finding], deployed: Collection[str]) -> bool:
    """Whether any of ``findings`` is an error about a deployed target that nobody waived."""
    return any(finding.fails and finding.target in deployed for finding in findings)


Status = Literal["pass", "fail", "undetermined"]


class Verdict(Value, frozen=True, kw_only=True):
    """``verdicts/<target>.json``: the judgement of one target of a generation, as of a moment.

    ``fail``: at least one error that is not waived, of the target or of the project. Whether it gates the run is
    ``gates``: the interpreter being left does not, unless it is deployed.
    """

    format: int = 2
    target: str
    python: str
    status: Status
    why: str
    """The status in a sentence: what it rests on, and until when if it rests on waivers."""
    gates: bool
    as_of: datetime
    generation: Sha256
    policy: Sha256
    lifecycle: Sha256
    waivers: Sha256
    """Digest over the waiver files that were looked at."""
    findings: tuple[Finding, ...]
    project_findings: tuple[Finding, ...] = ()
    """What is wrong with the project as a whole, its waivers above all: the same in the verdict of every target."""
