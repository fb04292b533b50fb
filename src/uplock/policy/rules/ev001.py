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
    reach="nothing",
    why="""\
Not knowing must never look like nothing wrong. If there is neither a lock nor a reason for its absence, if nothing is
known about a locked artifact, or if the lifecycle table does not know the interpreter or what it runs on, the rules
that need it stay silent, so this one speaks and the verdict is `undetermined` at best.""",
    example="nothing is known about the locked artifact of demo",
    remedy="""\
Run again so that what is missing is fetched and inspected, or upgrade uplock for a newer lifecycle table.""",
    waive="""\
It cannot be waived: not knowing is not a risk that somebody can approve. `severities = { EV001 = "error" }` turns every
gap into a failure; no severity turns one into a good verdict.""",
    check=check,
)
