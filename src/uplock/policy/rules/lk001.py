"""LK001: the index names no SHA-256 of a locked file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.policy import Policy
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield a finding per file whose digest is our own: nobody else vouched for the bytes that came."""
    del as_of
    for package in () if subject.lock is None else subject.lock.packages:
        if package.hashed_here:
            yield RULE.finding(
                subject,
                policy,
                about=package.artifact.filename,
                message=(
                    f"the index names no SHA-256 of {package.artifact.filename}: it was downloaded and hashed when it "
                    "was locked, so the first download decided what counts as right"
                ),
                remedy="Use an index that lists SHA-256 digests, or compare the digest with the publisher's.",
            )


RULE = Rule(
    id="LK001",
    description="The index names no SHA-256 of a locked artifact",
    severity="warning",
    check=check,
    at_lock=True,
)
