"""What is claimed of the publish attestations (PEP 740) of each locked file, and what that rests on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal, NamedTuple

from uplock.model.digest import Sha256
from uplock.model.results import (
    ArtifactResults,
    FailureClass,
    Invalid,
    NotAttested,
    Publisher,
    Unchecked,
    Verified,
    VerifiedAttestation,
)
from uplock.model.value import Value
from uplock.sbom.clean import Cleaner, in_utc
from uplock.sbom.sections.attached import attached
from uplock.sbom.sections.values import Claim, Evidence

Side = Literal["for", "against", "neither"]
"""Where a claim stands to the requirement that it is about."""

Kind = Literal["verified", "none published", "not checked", "failed", "not looked into"]


class Stated(NamedTuple):
    """A claim, what it is worth to its requirement, and what it rests on."""

    kind: Kind
    side: Side
    claim: Claim
    evidence: Evidence | None = None


class _Entry(Value, frozen=True, kw_only=True):
    """One verified attestation, as attached."""

    predicate_type: str
    log_time: datetime
    log_index: int
    time_source: Literal["log", "timestamp"]


class _Outcome(Value, frozen=True, kw_only=True):
    """What was found, as attached to evidence."""

    outcome: Literal["verified", "invalid"]
    filename: str
    sha256: Sha256
    document: Sha256 | None
    """Digest of the provenance document."""
    trusted_root: Sha256 | None
    publisher: Publisher | None = None
    attestations: tuple[_Entry, ...] = ()
    failure: FailureClass | None = None
    detail: str | None = None


def stated_of_file(ref: str, results: ArtifactResults | None, root: Sha256 | None, clean: Cleaner) -> Stated:
    """Return the claim about the file of the component ``ref``; ``root`` is the digest of the trusted root.

    Only what was verified speaks for the requirement. It is known of a file without attestations, as of one whose
    attestations fail, that it does not meet it; what was not checked is not known to do either.
    """
    if results is None:
        return Stated("not looked into", "neither", _claim(ref, "Nobody looked into this file"))
    match results.verification:
        case Verified(attestations=()):
            predicate = "The publish attestations of this file were not checked: none is on record"
            return Stated("not checked", "neither", _claim(ref, predicate))
        case Verified() as found:
            evidence = _verified(f"evidence:{ref}", results, found, root, clean)
            predicate = "The publish attestations of this file were verified (PEP 740)"
            return Stated("verified", "for", _claim(ref, predicate, evidence=(evidence.ref,)), evidence)
        case Invalid(failure=failure) as failed:
            evidence = _failed(f"evidence:{ref}", results, failed, root, clean)
            predicate = f"The publish attestations of this file do not hold: {failure}"
            return Stated("failed", "against", _claim(ref, predicate, counter_evidence=(evidence.ref,)), evidence)
        case NotAttested(detail=detail):
            claim = _claim(
                ref, "No publish attestations of this file were published", clean.line("attestation", detail)
            )
            return Stated("none published", "against", claim)
        case Unchecked(reason=reason, detail=detail):
            predicate = f"The publish attestations of this file were not checked: {reason}"
            return Stated("not checked", "neither", _claim(ref, predicate, clean.line("attestation", detail)))


def _claim(
    target: str,
    predicate: str,
    reasoning: str | None = None,
    *,
    evidence: tuple[str, ...] = (),
    counter_evidence: tuple[str, ...] = (),
) -> Claim:
    return Claim(
        ref=f"claim:{target}",
        target=target,
        predicate=predicate,
        reasoning=reasoning,
        evidence=evidence,
        counter_evidence=counter_evidence,
    )


def _verified(ref: str, results: ArtifactResults, found: Verified, root: Sha256 | None, clean: Cleaner) -> Evidence:
    """Return the evidence, dated by the latest trusted time of signing."""
    entries = tuple(_entries(found.attestations))
    outcome = _Outcome(
        outcome="verified",
        filename=results.filename,
        sha256=results.sha256,
        document=found.document,
        trusted_root=root,
        publisher=found.publisher,
        attestations=entries,
    )
    return Evidence(
        ref=ref,
        description="Signatures, certificates, trusted times and digests of the attestations were verified",
        created=max(each.log_time for each in entries),
        data=(attached("attestation", outcome, clean),),
    )


def _entries(attestations: Iterable[VerifiedAttestation]) -> Iterable[_Entry]:
    for each in attestations:
        yield _Entry(
            predicate_type=each.predicate_type,
            log_time=in_utc(each.log_time),
            log_index=each.log_index,
            time_source=each.time_source,
        )


def _failed(ref: str, results: ArtifactResults, found: Invalid, root: Sha256 | None, clean: Cleaner) -> Evidence:
    """Return the evidence, without a date: no time in what does not hold can be trusted."""
    outcome = _Outcome(
        outcome="invalid",
        filename=results.filename,
        sha256=results.sha256,
        document=found.document,
        trusted_root=root,
        failure=found.failure,
        detail=found.detail,
    )
    return Evidence(
        ref=ref,
        description=f"The attestations were looked at and do not hold: {found.failure}",
        data=(attached("attestation", outcome, clean),),
    )
