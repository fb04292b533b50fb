"""SU002: what the target runs on will soon get no security fixes any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.policy import Policy
from uplock.policy.bases import distributions, named
from uplock.policy.lifecycle import NOTICE_DAYS, days_left
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject
from uplock.policy.wording import counted


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield a finding within ``eol_warning_days`` of the last supported day, and a notice within a year."""
    for row in distributions(subject):
        left = days_left(row, as_of)
        if 0 <= left <= max(policy.eol_warning_days, NOTICE_DAYS):
            doubt = "" if row.verified else "; this date is not verified"
            when = f"in {counted(left, 'day')}" if left else "today"
            yield RULE.finding(
                subject,
                policy,
                about=named(row),
                message=f"security support for {named(row)} ends on {row.end_of_life}, {when}{doubt}",
                remedy="Plan the move to a later release of it.",
                notice=left > policy.eol_warning_days,
                verified=row.verified,
            )


RULE = Rule(
    id="SU002",
    description="What the target runs on is near its end of support",
    severity="warning",
    reach="target",
    why="""\
Moving to another base changes the C library and what wheels fit, so it is planned with the interpreter, not after it.
Within `eol-warning-days` of the last day of support (180 unless given) this is a warning, within 365 days information.
The rule speaks about what `runs-on` names.""",
    example="security support for alpine 3.22 ends on 2027-05-01, in 159 days",
    remedy="""\
Plan the move to a later release; `uplock lifecycle` lists them with the interpreter and C library that they carry.""",
    waive="""\
Needed only where the policy makes it an error. Name the interpreter or the platform.""",
    check=check,
)
