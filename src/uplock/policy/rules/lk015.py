"""LK015: a lock and the metadata of its own wheels contradict each other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.policy import Policy
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield a finding per contradiction: what was resolved is not what would be installed."""
    del as_of
    for package, words in subject.contradictions:
        yield RULE.finding(
            subject,
            policy,
            about=package,
            message=words,
            remedy="Do not install it. Lock again with --refresh; if it stays, the index shows false metadata.",
        )


RULE = Rule(
    id="LK015",
    description="The lock contradicts the metadata of the wheels that it names",
    severity="error",
    check=check,
)
