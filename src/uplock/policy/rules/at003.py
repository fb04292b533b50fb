"""AT003: a package is published by somebody else than before."""

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
    """Yield a finding per file whose publisher is none of those that are known of its package."""
    del as_of
    return ratchet_findings(RULE, subject, policy, "changed", _say)


def _say(artifact: ArtifactResults, was: KnownPublisher) -> tuple[str, str]:
    message = (
        f"{artifact.filename} is signed by {signer(artifact)}, and {artifact.metadata.name} was signed by "
        f"{described(was.publisher)} before"
    )
    return message, (
        "Do not install it until its project confirms who publishes it; then accept that with "
        f"uplock trust pin {artifact.metadata.name}."
    )


RULE = Rule(
    id="AT003",
    description="The publisher of a package changed",
    severity="error",
    reach="artifact",
    why="""\
The attestations hold, and they name another publisher than those that verified this package before: another
repository, another service, another account. That is what a stolen project looks like, and also what a project looks
like that moved. Known publishers stand in `locks/lockset.json`, which is committed, so a fresh clone compares as
well. The finding comes back in every run until somebody accepts the change.""",
    example=(
        "demo-2.0-py3-none-any.whl is signed by GitHub evil/demo (release.yml), and demo was signed by "
        "GitHub owner/demo (release.yml) before"
    ),
    remedy="""\
Ask the project, at the address that you know. If the change is meant, `uplock trust pin NAME` writes down the new
publisher as the expected one; the file that it writes is reviewed like any other.""",
    waive="""\
Rarely right: `uplock trust pin` says the same for good. If it must pass before the project has answered, name the
version (`pkg:pypi/NAME@VERSION`) or the digest, for days and not months.""",
    check=check,
)
