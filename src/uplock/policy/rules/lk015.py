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
            package=package,
            message=words,
            remedy="Do not install it. Lock again with --refresh; if it stays, the index shows false metadata.",
        )


RULE = Rule(
    id="LK015",
    description="The lock contradicts the metadata of the wheels that it names",
    severity="error",
    reach="package",
    why="""\
A resolver reads metadata that an index shows beside the wheels. When these are here, what they need under the target's
markers must be locked, satisfied, and said in the lock; and the lock may say nothing else. So a lie of an index is
found on every machine and every day, not only where it was told first.""",
    example="shop 1.0 needs coin>=1, and the lock has no coin",
    remedy="""\
Do not install it. Lock again with `--refresh`; if it stays, the index shows false metadata.""",
    waive="""\
Hardly ever right: what is installed is not what was resolved. An override in the configuration says openly that a
requirement of a package is wrong. Otherwise name the package, and how the two came to differ.""",
    check=check,
)
