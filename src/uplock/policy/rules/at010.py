"""AT010: the provenance of a file that had one is gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.identity import KnownPublisher
from uplock.model.policy import Policy
from uplock.model.results import ArtifactResults
from uplock.policy.ratchet import described
from uplock.policy.ratchet_findings import ratchet_findings
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield a finding per file that was verified before and of which the source has no provenance now."""
    del as_of
    return ratchet_findings(RULE, subject, policy, "withdrawn", _say)


def _say(artifact: ArtifactResults, was: KnownPublisher) -> tuple[str, str]:
    message = (
        f"the attestation of {artifact.filename} is gone: these very bytes were signed by "
        f"{described(was.publisher)} before"
    )
    return message, (
        "Ask the index's operators who withdrew it, and verify the file again with uplock verify lock --from-archive."
    )


RULE = Rule(
    id="AT010",
    description="The provenance of a file was withdrawn",
    severity="error",
    reach="bytes",
    why="""\
The same bytes were verified before, and now the source says that there is no attestation of them. The file did not
change, so the index did: somebody removed the document, or another index answers. The document is still in the archive
of the generation that verified it.""",
    example=(
        "the attestation of demo-1.0-py3-none-any.whl is gone: these very bytes were signed by GitHub owner/demo "
        "(release.yml) before"
    ),
    remedy="""\
`uplock verify lock --from-archive` verifies the file with the document that was kept. Then find out who withdrew it
and why: a publisher may have revoked a release.""",
    waive="""\
Right if you moved to a mirror that serves no provenance: name the digest. If that holds for all packages, lower the
rule in the policy instead.""",
    check=check,
)
