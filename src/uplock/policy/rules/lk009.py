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
            package=each.package or None,
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
    reach="target",
    why="""\
With `--cross-check` (or `cross-check = true`) uv and pip-tools are asked the same question against the same view. Where
pins or edges differ, one of them is wrong or the requirements leave room; each difference names both sides. That the
second resolver could not be asked is a warning: nothing was compared.""",
    example="uv 0.13.9 and pip-tools 7.6.2 disagree on coin: 1.1, 1.0",
    remedy="""\
Name the version that is meant in the requirements, or report the difference to the resolvers. Where nobody could be
asked, lock on a machine that has that interpreter, or name it with `--python`.""",
    waive="""\
Right while a defect of one of the resolvers is being mended: name the package that they disagree on, and the report of
the defect. Where nobody could be asked, name the interpreter or the platform.""",
    check=check,
    at_lock=True,
)
