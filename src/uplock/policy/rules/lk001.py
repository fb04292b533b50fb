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
                of=package,
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
    reach="artifact",
    why="""\
Some indexes list files without digests, or with weak ones. uplock then downloads the chosen file, hashes it, and locks
that digest: later installs get the same bytes, but nobody vouched for the first ones.""",
    example=(
        "the index names no SHA-256 of shop-1.0-py3-none-any.whl: it was downloaded and hashed when it was locked, "
        "so the first download decided what counts as right"
    ),
    remedy="""\
Use an index that lists SHA-256 digests, or compare the digest with the publisher's.""",
    waive="""\
Right if the digest was compared with one that the publisher gives elsewhere: name that digest, and where it stands.
`severities = { LK001 = "error" }` admits indexes with digests only.""",
    check=check,
    at_lock=True,
)
