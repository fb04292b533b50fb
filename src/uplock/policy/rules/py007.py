"""PY007: the lifecycle data that was judged by is old."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from uplock.model.finding import Finding
from uplock.model.policy import Policy
from uplock.policy.lifecycle import utc_day
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject
from uplock.policy.wording import counted


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield a finding if the oldest claim that this target rests on was read too long before the day."""
    oldest = min(_retrieved(subject), default=None)
    if oldest is None:
        return
    age = (utc_day(as_of) - oldest).days
    if age > policy.table_days:
        yield RULE.finding(
            subject,
            policy,
            about="lifecycle table",
            message=(
                f"the lifecycle data was read on {oldest}, {counted(age, 'day')} before the day that is judged: dates "
                "may have moved since"
            ),
            remedy="Upgrade uplock to a version with a newer table.",
        )


def _retrieved(subject: Subject) -> Iterator[date]:
    """Yield when the claims were read on which verdicts about this target rest."""
    if subject.lifecycle is not None:
        yield subject.lifecycle.claim.retrieved
    yield from (row.claim.retrieved for row in subject.lifecycles if row.product == "openssl")
    yield from (row.claim.retrieved for row in subject.runs_on)
    line = subject.target.interpreter.minor
    yield from (latest.retrieved for latest in subject.latest_patches if latest.line == line)


RULE = Rule(
    id="PY007",
    description="The lifecycle data is stale",
    severity="warning",
    reach="nothing",
    why="""\
Ends of life are what somebody said on some day, and they move. The table comes with uplock; one that was read more than
`table-days` (180 unless given) before the day that is judged may be wrong in both directions. A day in the far future
is always judged by old data, and the verdict says so.""",
    example=(
        "the lifecycle data was read on 2026-11-23, 181 days before the day that is judged: dates may have moved since"
    ),
    remedy="""\
Upgrade uplock. The table can be looked at with `uplock lifecycle --all`.""",
    waive="""\
Cannot be waived: nobody can approve a date that nobody read. Where old data is good enough, raise `table-days`.""",
    check=check,
)
