"""AT013: a package is signed by somebody whom the policy denies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.policy import Policy
from uplock.model.results import Verified
from uplock.policy.expected import denied
from uplock.policy.ratchet import signer
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield a finding per verified file with a certificate that matches a denied publisher."""
    del as_of
    for artifact in subject.artifacts:
        if not isinstance(artifact.verification, Verified):
            continue
        pattern = denied(policy, artifact.verification)
        if pattern is not None:
            said = ", ".join(f"{name} {value}" for name, value in pattern.claims)
            yield RULE.finding(
                subject,
                policy,
                about=artifact.filename,
                of=artifact,
                message=f"{artifact.filename} is signed by {signer(artifact)}, which the policy denies: {said}",
                remedy="Do not install it; take another version or another package.",
            )


RULE = Rule(
    id="AT013",
    description="A package is signed by a denied publisher",
    severity="error",
    reach="artifact",
    why="""\
`denied-publishers` lists claims of certificates that must not occur: a repository that was compromised, an owner, an
issuer, a kind of runner. A certificate matches an entry if all of its patterns fit.""",
    example=(
        "demo-2.0-py3-none-any.whl is signed by GitHub evil/demo (release.yml), which the policy denies: repository "
        "https://github.com/evil/*"
    ),
    remedy="""\
Take a version from before, or another package. If the entry is too wide, narrow it.""",
    waive="""\
Hardly ever right: the policy says on purpose that this publisher is not to be trusted. For a version that was made
before it was compromised, name its digest.""",
    check=check,
)
