"""AT009: a known repository has another name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.identity import KnownPublisher
from uplock.model.policy import Policy
from uplock.model.results import ArtifactResults
from uplock.policy.ratchet import described, signer
from uplock.policy.ratchet_findings import ratchet_findings
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield a finding per file from the known repository under another name."""
    del as_of
    return ratchet_findings(RULE, subject, policy, "renamed", _say)


def _say(artifact: ArtifactResults, was: KnownPublisher) -> tuple[str, str]:
    message = (
        f"{artifact.filename} is signed by {signer(artifact)}, which was {described(was.publisher)} before: "
        "the numeric id of the repository is the same"
    )
    return message, f"Accept the new name with uplock trust pin {artifact.metadata.name}."


RULE = Rule(
    id="AT009",
    description="The repository of a package was renamed",
    severity="warning",
    reach="artifact",
    why="""\
The repository has the number that is known under a new name: it was renamed or moved to another owner. The old name
can be registered by somebody else from now on, so what is known should follow.""",
    example=(
        "demo-2.0-py3-none-any.whl is signed by GitHub new-owner/demo (release.yml), which was GitHub owner/demo "
        "(release.yml) before: the numeric id of the repository is the same"
    ),
    remedy="""\
Accept the new name with `uplock trust pin NAME`.""",
    waive="""\
Not needed: it is a warning.""",
    check=check,
)
