"""What is known about the attestations of an artifact (PEP 740): properties, and the document by its digest."""

from __future__ import annotations

import re
from collections.abc import Iterator

from uplock.model.digest import Sha256
from uplock.model.results import (
    ArtifactResults,
    CircleCI,
    Email,
    GitHub,
    GitLab,
    Google,
    Invalid,
    NotAttested,
    Other,
    Publisher,
    Unchecked,
    Verified,
    VerifiedAttestation,
)
from uplock.sbom.clean import Cleaner, in_utc
from uplock.sbom.identifier import relative
from uplock.sbom.parts import Hash, Property, Reference
from uplock.sbom.vocabulary import Term


def attestation_properties(results: ArtifactResults, clean: Cleaner) -> Iterator[Property]:
    """Yield the outcome with whatever explains it. Only what was verified names a publisher."""
    match results.verification:
        case Verified(publisher=publisher, attestations=attestations):
            yield Term.ATTESTATION.of("verified")
            yield from clean.facts(Term.ATTESTATION_PUBLISHER, publisher_line(publisher))
            for each in attestations:
                yield from clean.facts(Term.ATTESTATION_ENTRY, _entry(each))
        case NotAttested(detail=detail):
            yield Term.ATTESTATION.of("not-attested")
            yield from clean.facts(Term.ATTESTATION_DETAIL, detail)
        case Invalid(failure=failure, detail=detail):
            yield Term.ATTESTATION.of("invalid")
            yield Term.ATTESTATION_FAILURE.of(failure)
            yield from clean.facts(Term.ATTESTATION_DETAIL, detail)
        case Unchecked(reason=reason, detail=detail):
            yield Term.ATTESTATION.of("unchecked")
            yield Term.ATTESTATION_REASON.of(reason)
            yield from clean.facts(Term.ATTESTATION_DETAIL, detail)


def attestation_reference(results: ArtifactResults, clean: Cleaner) -> Reference | None:
    """Return the reference to the provenance document, if one was read; a place without address goes by its name."""
    digest = _document(results)
    if digest is None:
        return None
    return Reference(
        type="attestation",
        url=_address(results, clean),
        comment="PEP 740",
        hashes=(Hash(algorithm="SHA-256", content=digest),),
    )


def publisher_line(publisher: Publisher) -> str:
    """Return a publisher on one line: its kind, then the fields that identify it."""
    match publisher:
        case GitHub(repository=repository, workflow=workflow, environment=environment):
            return f"GitHub {repository} {workflow}" + (f" environment {environment}" if environment else "")
        case GitLab(repository=repository, workflow_filepath=workflow, environment=environment, host=host):
            place = f"GitLab {repository} {workflow}" + (f" at {host}" if host else "")
            return place + (f" environment {environment}" if environment else "")
        case CircleCI(project_id=project, pipeline_definition_id=definition):
            return f"CircleCI {project} {definition}"
        case Google(email=email):
            return f"Google {email}"
        case Email(email=email, issuer=issuer):
            return f"Email {email} issuer {issuer}"
        case Other(identity=identity, issuer=issuer):
            return f"Other {identity} issuer {issuer}"


def _address(results: ArtifactResults, clean: Cleaner) -> str:
    """Return the URL of the document; one from a file goes by the file's name alone, for its folder is a machine's."""
    named = results.document
    if named is not None and "://" in named and (url := clean.url("attestation", named)):
        return url
    if named is not None and "://" not in named and (name := clean.line("attestation", re.split(r"[/\\]", named)[-1])):
        return relative(name)
    return relative(f"{clean.name('file name', results.filename)}.provenance")


def _document(results: ArtifactResults) -> Sha256 | None:
    match results.verification:
        case Verified(document=document) | Invalid(document=document) | NotAttested(document=document):
            return document
        case Unchecked():
            return None


def _entry(attestation: VerifiedAttestation) -> str:
    moment = in_utc(attestation.log_time).isoformat(timespec="seconds")
    return f"{moment} {attestation.log_index} {attestation.predicate_type}"
