"""AT007: the trusted root that attestations were verified under is old."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.policy import Policy
from uplock.model.results import Invalid, Verified
from uplock.policy.lifecycle import utc_day
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject
from uplock.policy.wording import counted

_REMEDY = "Refresh it with uplock trust refresh, or upgrade the sigstore package."


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield a finding if results rest on a root that is too old for the day, or of an age that nobody knows."""
    root = subject.trusted_root
    if root is None or not any(isinstance(each.verification, Verified | Invalid) for each in subject.artifacts):
        return
    limit, name = policy.trusted_root_max_days, f"the trusted root {root.sha256[:12]}"
    age = None if root.dated is None else (utc_day(as_of) - root.dated).days
    if age is None or age < 0:
        # Nobody has a root of tomorrow: a record that says so tells nothing about the age.
        known = f", which says that it is of {root.dated}" if root.dated else ""
        message, over = f"nobody knows how old {name} is{known}", limit is not None
    elif age > policy.trusted_root_days or (limit is not None and age > limit):
        message = f"{name} is of {root.dated}, {counted(age, 'day')} before the day"
        over = limit is not None and age > limit
    else:
        return
    yield RULE.found(
        policy,
        target=subject.target.name,
        about="trusted root",
        message=message,
        remedy=_REMEDY,
        severity="error" if over else None,
    )


RULE = Rule(
    id="AT007",
    description="The trusted root is old",
    severity="warning",
    reach="target",
    why="""\
Attestations are verified under a trusted root: the keys of the authorities and logs of Sigstore. Keys are added and
revoked. Under an old root genuine new attestations do not hold, and revoked keys are still trusted. The root is an
explicit input, so nobody replaces it silently; this rule says when it is older than `trusted-root-days` (30 unless
given) or of unknown age. Beyond `trusted-root-max-days` (not set unless given) it is an error. It speaks only where an
attestation was verified, or refused, under the root.""",
    example="the trusted root e3b0c44298fc is of 2026-04-02, 235 days before the day",
    remedy="""\
`uplock trust refresh FILE` writes the current root to a file to commit, verified by TUF. The embedded root follows the
installed sigstore package.""",
    waive="""\
Not needed while it is a warning. Where `trusted-root-max-days` makes it an error on a machine that cannot go online,
name the interpreter and the platform, and when the next root is brought there.""",
    check=check,
)
