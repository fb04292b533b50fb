"""AT005: a package that was attested is not attested any more."""

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
    """Yield a finding per file without attestation of a package that had one in the same target."""
    del as_of
    return ratchet_findings(RULE, subject, policy, "lost", _say)


def _say(artifact: ArtifactResults, was: KnownPublisher) -> tuple[str, str]:
    message = (
        f"{artifact.filename} is not attested, and {artifact.metadata.name} was signed by "
        f"{described(was.publisher)} before"
    )
    return message, (
        f"Ask the project of {artifact.metadata.name} why, or stay at the version that is attested; "
        "uplock trust forget accepts it for good."
    )


RULE = Rule(
    id="AT005",
    description="A package lost its attestations",
    severity="error",
    reach="artifact",
    why="""\
An earlier version was published by a workflow that is known, this one by nobody in particular. Whoever steals the
password of a maintainer can upload a file, and cannot attest it: a missing attestation after a verified one is the
trace of that. What was attested before is known from `locks/lockset.json`, by target; a target that is new takes over
what the others know.""",
    example="demo-2.0-py3-none-any.whl is not attested, and demo was signed by GitHub owner/demo (release.yml) before",
    remedy="""\
Ask the project whether it stopped attesting. Until it answers, stay at the version that is attested. If it did stop,
`uplock trust forget NAME` takes the publisher out of what is known.""",
    waive="""\
Right for a release that was made by hand once, if its project says so: name the version (`pkg:pypi/NAME@VERSION`) or
the digest, and where the project says so.""",
    check=check,
)
