"""EV001: something that rules need is not there, so the target cannot pass."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.policy import Policy
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield a finding per gap: the verdict is then ``undetermined`` at best, whatever this rule's severity."""
    del as_of
    for gap in subject.gaps():
        yield RULE.finding(subject, policy, about=gap.about, message=gap.message, remedy=gap.remedy)


RULE = Rule(
    id="EV001",
    description="Not everything could be judged",
    severity="warning",
    check=check,
)
