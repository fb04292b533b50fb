"""AT008: the name of a known repository belongs to somebody else now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.identity import KnownPublisher
from uplock.model.policy import Policy
from uplock.model.results import ArtifactResults
from uplock.policy.ratchet import signer
from uplock.policy.ratchet_findings import ratchet_findings
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield a finding per file from the known name with other numeric ids."""
    del as_of
    return ratchet_findings(RULE, subject, policy, "taken-over", _say)


def _say(artifact: ArtifactResults, was: KnownPublisher) -> tuple[str, str]:
    del was
    message = (
        f"{artifact.filename} is signed by {signer(artifact)}, and this name belongs to another repository or "
        "owner than before: their numeric ids differ"
    )
    return message, (
        "Do not install it: the name was given to somebody else. If its project explains it, accept it with "
        f"uplock trust pin {artifact.metadata.name}."
    )


RULE = Rule(
    id="AT008",
    description="The repository of a package was taken over",
    severity="error",
    reach="artifact",
    why="""\
The repository has the name that is known, and another number. A name that was given up, by a rename or a deleted
account, can be registered by anybody; the numbers that the service gives to repositories and owners are never given
again. The certificate carries them (claims 15 and 17 of Fulcio).""",
    example=(
        "demo-2.0-py3-none-any.whl is signed by GitHub owner/demo (release.yml), and this name belongs to another "
        "repository or owner than before: their numeric ids differ"
    ),
    remedy="""\
Do not install the file. Find out from the project's own pages who owns the repository now.""",
    waive="""\
Hardly ever right. If the project made its repository anew, `uplock trust pin NAME` accepts the new numbers.""",
    check=check,
)
