"""RB002: the way back was rehearsed too long ago, or did not come out ready."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.policy import Policy
from uplock.policy.lifecycle import utc_day
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject
from uplock.policy.wording import counted

_REMEDY = "Run uplock rehearse where the interpreters are, and mend what it names."


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield at most one finding per deployed target; what is not deployed is not gone back from."""
    known = subject.rehearsed
    if known is None or not subject.deployed:
        return
    if known.at is None:
        if policy.require_rehearsal:
            yield _found(subject, policy, "the way back from this generation was never rehearsed")
        return
    day = known.at.date()
    age = (utc_day(as_of) - day).days
    if age < 0:
        if policy.require_rehearsal:
            yield _found(subject, policy, f"the newest rehearsal is of {day}, after the day that is judged")
        return
    if not known.ready:
        message = f"the newest rehearsal, of {day}, did not come out ready"
        yield _found(subject, policy, message, certain=policy.require_rehearsal)
        return
    if age > policy.rehearsal_days:
        allowed = counted(policy.rehearsal_days, "day")
        yield _found(
            subject, policy, f"the way back was last rehearsed {age} days ago, on {day}; {allowed} are allowed"
        )


def _found(subject: Subject, policy: Policy, message: str, *, certain: bool = True) -> Finding:
    return RULE.finding(subject, policy, about="rollback", message=message, remedy=_REMEDY, verified=certain)


RULE = Rule(
    id="RB002",
    description="The way back was rehearsed too long ago, or did not come out ready",
    severity="error",
    reach="target",
    why="""\
That one can go back was true on the day when `uplock rehearse` tried it. Since then an interpreter may have been
removed, bytes may have rotted, a waiver may have ended. `uplock check` looks at the newest rehearsal of a generation
in the archive: it fails once that is older than `rehearsal-days` (90 unless the policy says otherwise). A rehearsal
that did not come out ready is a warning, and an error with `require-rehearsal`, as is that there never was one.
`uplock run` does not ask: a generation that it makes cannot have been rehearsed.""",
    example="the way back was last rehearsed 120 days ago, on 2026-07-26; 90 days are allowed",
    remedy="""\
Run `uplock vault add` and `uplock rehearse` where both interpreters are at hand, and mend what its statements name.""",
    waive="""\
Right for a service that would never go back. Name the target's interpreter or platform, and say what happens instead
when an uplift fails.""",
    check=check,
)
