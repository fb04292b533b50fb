"""AT012: a package that must be verified is not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.policy import Policy
from uplock.model.results import Verified
from uplock.policy.expected import required
from uplock.policy.ratchet import state
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield a finding per file that the policy wants verified and that is not."""
    del as_of
    for artifact in subject.artifacts:
        name = artifact.metadata.name
        if isinstance(artifact.verification, Verified) or not required(policy, name):
            continue
        yield RULE.finding(
            subject,
            policy,
            about=artifact.filename,
            of=artifact,
            message=f"{artifact.filename} must be verified and is {state(artifact)}",
            remedy=f"Take a version of {name} that is attested, or take it out of the policy.",
        )


RULE = Rule(
    id="AT012",
    description="A required attestation is missing",
    severity="error",
    reach="artifact",
    why="""\
The policy says `require-attestations = ["NAME"]` (or `"*"`), or names the publisher of the package, and its file is
not attested, could not be checked, or does not hold. A requirement that cannot be checked is not fulfilled.""",
    example="demo-2.0-py3-none-any.whl must be verified and is not attested",
    remedy="""\
Take a version that is attested; or ask the project to attest. Where it is unchecked, give a source of provenance.""",
    waive="""\
Right for a package that does not attest yet while the policy says `"*"`: name the version (`pkg:pypi/NAME@VERSION`) or
the digest, and what was done instead.""",
    check=check,
)
