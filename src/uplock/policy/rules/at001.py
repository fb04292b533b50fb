"""AT001: an artifact without a verified attestation (PEP 740)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.policy import Policy
from uplock.model.results import ArtifactResults, NotAttested, Unchecked, UncheckedReason
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject
from uplock.policy.wording import counted, listed

_UNCHECKED: dict[UncheckedReason, tuple[str, str]] = {
    "not-offered": (
        "the source offers no provenance at all",
        "Use an index that offers provenance (PEP 740), or give the provenance documents yourself.",
    ),
    "unreachable": (
        "the source of provenance could not be reached",
        "Run again when the source of provenance can be reached.",
    ),
    "refused": (
        "the source of provenance refused to answer",
        "Check that these credentials may read the provenance of the index.",
    ),
    "server-error": (
        "the source of provenance failed",
        "Run again when the source of provenance works.",
    ),
    "timed-out": (
        "the source of provenance did not answer in time",
        "Run again when the source of provenance is less busy, or nearer.",
    ),
    "redirected": (
        "the source of provenance pointed to another host, which was not asked",
        "Let the index serve provenance itself, or give the provenance documents yourself.",
    ),
    "not-asked": (
        "provenance was not asked for",
        "Run again with a source of provenance.",
    ),
}


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield one finding per reason for the unchecked; for the not attested, one per package that is asked for by name.

    Indirect dependencies without an attestation share one finding: the project did not choose them, and most of the
    world is not attested yet.
    """
    del as_of
    direct = {package.artifact.sha256 for package in subject.lock.packages if package.direct} if subject.lock else set()
    indirect: list[ArtifactResults] = []
    unchecked: dict[UncheckedReason, list[ArtifactResults]] = {}
    for artifact in subject.artifacts:
        match artifact.verification:
            case NotAttested(detail=detail) if artifact.sha256 in direct:
                yield RULE.finding(
                    subject,
                    policy,
                    about=artifact.filename,
                    of=artifact,
                    message=f"{artifact.filename} is not attested: {detail}",
                    remedy=f"Ask the publisher of {artifact.metadata.name} for attestations (PEP 740).",
                )
            case NotAttested():
                indirect.append(artifact)
            case Unchecked(reason=reason):
                unchecked.setdefault(reason, []).append(artifact)
            case _:
                pass
    if indirect:
        yield RULE.finding(
            subject,
            policy,
            about="indirect dependencies",
            message=f"{_count(indirect)} not attested: {_names(indirect)}",
            remedy="Ask the publishers for attestations (PEP 740), the most critical first.",
        )
    for reason, artifacts in unchecked.items():
        because, remedy = _UNCHECKED[reason]
        yield RULE.finding(
            subject,
            policy,
            about=reason,
            message=f"{_count(artifacts)} unchecked, because {because}: {_names(artifacts)}",
            remedy=remedy,
        )


def _count(artifacts: list[ArtifactResults]) -> str:
    return f"{counted(len(artifacts), 'artifact')} {'is' if len(artifacts) == 1 else 'are'}"


def _names(artifacts: list[ArtifactResults]) -> str:
    return listed(artifact.metadata.name for artifact in artifacts)


RULE = Rule(
    id="AT001",
    description="An artifact is not attested, or its attestations are unchecked",
    severity="info",
    reach="target",
    why="""\
An attestation (PEP 740) ties a file to the repository and workflow that published it. Without one there is only the
index's word. Most packages are not attested yet, so this is information by default, and it is kept short: a package
that the project asks for by name has a finding of its own when the source has no attestation for it; the indirect
dependencies share one finding; and the unchecked share one finding per reason (the source offers no provenance at all,
could not be reached, was not asked). These lists show ten names and count the rest.""",
    example=(
        "12 artifacts are unchecked, because the source offers no provenance at all: amqp, billiard, celery, click, "
        "flask, itsdangerous, jinja2, kombu, markupsafe, redis and 2 more"
    ),
    remedy="""\
Use a source that offers provenance, run again when it can be reached, or ask the publisher to attest.""",
    waive="""\
Needed only where the policy says `severities = { AT001 = "error" }`, which demands an attestation of every artifact.
Most findings are about many packages at once, so name the interpreter and the platform; name the package where the
finding is about one that the project asks for.""",
    check=check,
)
