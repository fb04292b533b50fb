"""AR012: a source distribution is locked, which installers must build."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.policy import Policy
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield a finding per locked sdist: building it runs its code, and gives other bytes each time."""
    del as_of
    for package in () if subject.lock is None else subject.lock.packages:
        if package.is_sdist:
            yield RULE.finding(
                subject,
                policy,
                about=package.artifact.filename,
                message=(
                    f"{package.name} {package.version} is locked as the sdist {package.artifact.filename}: no wheel "
                    "of it fits this target, and its dependencies are those that stand in its metadata"
                ),
                remedy="Admit a version with a wheel for this target, or build one wheel of it and publish that.",
            )


RULE = Rule(
    id="AR012",
    description="A source distribution is locked",
    severity="warning",
    check=check,
    at_lock=True,
)
