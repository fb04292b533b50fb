"""AT004: a package is not signed by whom the policy expects."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.policy import Policy
from uplock.model.results import Verified
from uplock.policy.expected import expected_of, unexpected
from uplock.policy.ratchet import described, signer
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield a finding per verified file that none of the expected publishers of its package signed."""
    del as_of
    for artifact in subject.artifacts:
        expected = expected_of(policy, artifact.metadata.name)
        if not expected or not isinstance(artifact.verification, Verified):
            continue
        reason = unexpected(expected, artifact.verification)
        if reason is not None:
            yield RULE.finding(
                subject,
                policy,
                about=artifact.filename,
                of=artifact,
                message=(
                    f"{artifact.filename} is signed by {signer(artifact)}, and {expected[-1].file or 'the policy'} "
                    f"expects {described(expected[-1].publisher)}: {reason}"
                ),
                remedy="Do not install it until its project confirms who publishes it.",
            )


RULE = Rule(
    id="AT004",
    description="A package is not signed by an expected publisher",
    severity="error",
    reach="artifact",
    why="""\
The policy or `publishers.toml` names who signs this package, and the certificate names somebody else, another
workflow, another environment, or a ref that does not fit. What the certificate does not say is not fulfilled.""",
    example=(
        "demo-2.0-py3-none-any.whl is signed by GitHub owner/demo (release.yml), and publishers.toml expects GitHub "
        "owner/demo (release.yml): the ref is refs/heads/main, expected refs/tags/*"
    ),
    remedy="""\
Ask the project. If the expectation is what is wrong, change it where it is written, or let `uplock trust pin NAME`
write today's publisher.""",
    waive="""\
Rarely right: changing the expectation says the same for good. For one version, name it (`pkg:pypi/NAME@VERSION`) or
its digest.""",
    check=check,
)
