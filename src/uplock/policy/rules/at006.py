"""AT006: a package comes from the same place by another workflow or environment."""

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
    """Yield a finding per file of the known place, but from another workflow or environment of it."""
    del as_of
    return ratchet_findings(RULE, subject, policy, "other-workflow", _say)


def _say(artifact: ArtifactResults, was: KnownPublisher) -> tuple[str, str]:
    message = (
        f"{artifact.filename} is signed by {signer(artifact)}, and {artifact.metadata.name} was signed by "
        f"{described(was.publisher)} before"
    )
    return message, f"Look at the new workflow, and accept it with uplock trust pin {artifact.metadata.name}."


RULE = Rule(
    id="AT006",
    description="The workflow or environment of a publisher changed",
    severity="warning",
    reach="artifact",
    why="""\
The same repository published, with another workflow file or another deployment environment. Projects rename workflows.
Somebody who may only write workflows, and not release, does this too.""",
    example=(
        "demo-2.0-py3-none-any.whl is signed by GitHub owner/demo (test.yml), and demo was signed by GitHub owner/demo "
        "(release.yml) before"
    ),
    remedy="""\
Look at the workflow in the repository. `uplock trust pin NAME` accepts the new one.""",
    waive="""\
Not needed: it is a warning. Where a policy makes it an error, `uplock trust pin` is the better way.""",
    check=check,
)
