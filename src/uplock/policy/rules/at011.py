"""AT011: a package that could be checked cannot be checked any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.identity import KnownPublisher
from uplock.model.policy import Policy
from uplock.model.results import ArtifactResults
from uplock.policy.ratchet import described, reason
from uplock.policy.ratchet_findings import ratchet_findings
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield a finding per file that nobody could be asked about, of a package that was verified in the same target."""
    del as_of
    return ratchet_findings(RULE, subject, policy, "unasked", _say)


def _say(artifact: ArtifactResults, was: KnownPublisher) -> tuple[str, str]:
    message = (
        f"{artifact.filename} is unchecked ({reason(artifact)}), and {artifact.metadata.name} was signed by "
        f"{described(was.publisher)} before"
    )
    return message, "Run again when the source of provenance can be reached, or give it with --provenance-dir."


RULE = Rule(
    id="AT011",
    description="A package that was verified is unchecked",
    severity="warning",
    reach="package",
    why="""\
Nothing is known against the file: the source of provenance could not be asked. But it could be asked before, and who
wants a missing attestation to go unnoticed makes asking fail.""",
    example=(
        "demo-2.0-py3-none-any.whl is unchecked (unreachable), and demo was signed by GitHub owner/demo (release.yml) "
        "before"
    ),
    remedy="""\
Run again when the source can be reached, or give the documents with `--provenance-dir`.""",
    waive="""\
Not needed: it is a warning. Where a policy makes it an error, name the package and how it is checked instead.""",
    check=check,
)
