"""Evaluation: one target under a policy, as of a moment, to a verdict. A pure function of its arguments."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from uplock.model.digest import Sha256, digest_of
from uplock.model.finding import SEVERITIES, Finding, Status, Verdict
from uplock.model.policy import Policy
from uplock.policy.lifecycle import in_utc
from uplock.policy.registry import rules
from uplock.policy.subject import Subject


def evaluate(subject: Subject, policy: Policy, as_of: datetime, *, generation: Sha256, table: Sha256) -> Verdict:
    """Judge one target. ``generation`` and ``table`` are digests: of what is judged, and of the lifecycle table.

    The order of artifacts does not matter, and equal moments in different time zones give equal verdicts. The status
    is ``fail`` with any error, else ``undetermined`` if something that rules need is not there (see
    :meth:`~uplock.policy.subject.Subject.gaps`; rule EV001 names it), else ``pass``. What gates is what is
    deployed: all targets unless ``deploy`` says otherwise, and the interpreter being left only if it is listed there.

    Raises :class:`~uplock.errors.UsageError` if ``as_of`` has no time zone.
    """
    moment = in_utc(as_of)
    findings = sort_findings({finding for rule in rules() for finding in rule.check(subject, policy, moment)})
    return Verdict(
        target=subject.target.name,
        python=subject.target.interpreter.version,
        status=_status(subject, findings),
        gates=subject.deployed,
        as_of=moment,
        generation=generation,
        policy=digest_of(policy),
        lifecycle=table,
        findings=findings,
    )


def evaluate_lock(subject: Subject, policy: Policy, as_of: datetime) -> tuple[Finding, ...]:
    """Return what the rules that need nothing but a lock say: no verdict, since nothing else was looked at."""
    moment = in_utc(as_of)
    return sort_findings(
        {finding for rule in rules() if rule.at_lock for finding in rule.check(subject, policy, moment)}
    )


def sort_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings in the order of verdicts and reports: worst first, then by rule and subject."""
    return tuple(
        sorted(
            findings,
            key=lambda each: (
                SEVERITIES.index(each.severity),
                each.rule,
                each.subject,
                each.place,
                each.message,
                each.target,
                each.remedy,
            ),
        )
    )


def _status(subject: Subject, findings: tuple[Finding, ...]) -> Status:
    if any(finding.severity == "error" for finding in findings):
        return "fail"
    return "undetermined" if any(subject.gaps()) else "pass"
