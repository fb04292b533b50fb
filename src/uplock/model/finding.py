"""Findings and verdicts: what was decided, and for which day."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Literal

from uplock.model.digest import Sha256
from uplock.model.value import Value

Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
"""Worst first."""


class Finding(Value, frozen=True, kw_only=True):
    """One thing that a rule decided. ``subject`` is an interpreter, package or file; ``remedy`` one sentence."""

    rule: str
    severity: Severity
    target: str
    subject: str
    message: str
    remedy: str
    place: str = ""
    """File or member where it shows, if there is one."""


def gates(findings: Iterable[Finding], deployed: Collection[str]) -> bool:
    """Whether any of ``findings`` is an error about a deployed target."""
    return any(finding.severity == "error" and finding.target in deployed for finding in findings)


Status = Literal["pass", "fail", "undetermined"]


class Verdict(Value, frozen=True, kw_only=True):
    """``verdicts/<target>.json``: the judgement of one target of a generation, as of a moment.

    ``fail``: at least one error. Whether it gates the run is ``gates``: the interpreter being left does not, unless
    it is deployed.
    """

    format: int = 1
    target: str
    python: str
    status: Status
    gates: bool
    as_of: datetime
    generation: Sha256
    policy: Sha256
    lifecycle: Sha256
    findings: tuple[Finding, ...]
