"""LK009: a second resolver gives another answer, or could not be asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.policy import Policy
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield a finding per difference with both sides, and a warning where there was nobody to ask."""
    del as_of
    agreement = subject.agreement
    if agreement is None or subject.lock is None:
        return
    resolvers = f"{subject.lock.resolver} and {agreement.resolver}"
    for each in agreement.differences:
        yield RULE.finding(
            subject,
            policy,
            about=each.package or subject.target.name,
            message=f"{resolvers} disagree{' on ' * bool(each.package)}{each.package}: {each.ours}, {each.theirs}",
            remedy="Name the version that is meant in the requirements, or report the difference to the resolvers.",
        )
    if agreement.outcome == "not-asked":
        yield RULE.finding(
            subject,
            policy,
            about=agreement.resolver,
            message=f"the second resolver was not asked: {agreement.reason}",
            remedy="Run uplock lock --cross-check on a machine that has this interpreter, or with --python.",
            verified=False,
        )


RULE = Rule(
    id="LK009",
    description="Two resolvers disagree, or the second could not be asked",
    severity="error",
    check=check,
    at_lock=True,
)
