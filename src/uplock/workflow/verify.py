"""Verifying attestations: of a lock, a folder of artifacts, or one artifact known by name and digest."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from uplock.errors import InputError, UsageError
from uplock.files import digest_file, read_bytes
from uplock.model.digest import Sha256
from uplock.model.finding import Status
from uplock.model.lock import Lock
from uplock.model.outcome import ArtifactVerification, AttestationCounts, Failure, VerifyResult
from uplock.model.results import Invalid, NotAttested, Publisher, Unchecked, Verification, Verified
from uplock.model.wheel_name import is_bounded
from uplock.ports import Event, OnEvent, ProvenanceAbsent, ProvenanceAnswer, ProvenanceFound, ProvenanceSource, Verifier

Named = tuple[str, str, Sha256]
"""Normalized project name, file name, digest."""

MAX_DOCUMENT = 8 * 1024 * 1024
"""Bytes of a provenance file that are read at most; the reader's own bound is lower."""

NOTHING = Unchecked(reason="not-asked", detail="no provenance was given: use --provenance or --provenance-dir")


def verify_artifact(
    filename: str, sha256: Sha256, answer: ProvenanceAnswer, verifier: Verifier, expected: Publisher | None = None
) -> ArtifactVerification:
    """Verify one artifact against what a source answered, under the caller's policy if there is one."""
    root = verifier.identity[1]
    match answer:
        case ProvenanceFound(document=document, source=place):
            return outcome(filename, sha256, verifier.verify(filename, sha256, document, expected), place, root)
        case ProvenanceAbsent(source=place):
            absent = NotAttested(detail=f"{place} has no provenance of this file")
            return outcome(filename, sha256, absent, None, root)
        case Unchecked():
            return outcome(filename, sha256, answer, None, root)


def verify_all(artifacts: Iterable[Named], source: ProvenanceSource, verifier: Verifier) -> VerifyResult:
    """Verify many artifacts against one provenance source, sorted by file name."""
    rows = tuple(
        verify_artifact(filename, sha256, source.provenance(filename, name), verifier)
        for name, filename, sha256 in sorted(artifacts, key=lambda each: each[1:])
    )
    counts = AttestationCounts(
        verified=sum(row.outcome == "verified" for row in rows),
        not_attested=sum(row.outcome == "not-attested" for row in rows),
        invalid=sum(row.outcome == "invalid" for row in rows),
        unchecked=sum(row.outcome == "unchecked" for row in rows),
    )
    return VerifyResult(status=status_of(counts), counts=counts, artifacts=rows)


def status_of(counts: AttestationCounts) -> Status:
    """Return ``fail`` with anything invalid, ``undetermined`` with nothing verified, else ``pass``."""
    if counts.invalid:
        return "fail"
    return "pass" if counts.verified else "undetermined"


def outcome(
    filename: str, sha256: Sha256, verification: Verification, document: str | None, trusted_root: Sha256
) -> ArtifactVerification:
    """Return a verification as the commands show it."""
    failure: Failure | None = None
    match verification:
        case Verified(publisher=publisher, attestations=attestations):
            return ArtifactVerification(
                filename=filename,
                sha256=sha256,
                outcome="verified",
                publisher=publisher,
                document=document,
                attestations=attestations,
                trusted_root=trusted_root,
            )
        case Invalid(failure=failure, detail=reason):
            name = "invalid"
        case NotAttested(detail=reason):
            name, failure = "not-attested", "no-attestation"
        case Unchecked(reason=why, detail=detail):
            name, reason = "unchecked", f"{why}: {detail}"
    return ArtifactVerification(
        filename=filename,
        sha256=sha256,
        outcome=name,
        failure=failure,
        reason=reason,
        document=document,
        trusted_root=trusted_root,
    )


def document_for(filename: str, provenance: Path | None, source: ProvenanceSource | None) -> ProvenanceAnswer:
    """Return the document that was given as a file, else what ``source`` answers, else that nothing was asked."""
    if provenance is not None:
        return ProvenanceFound(document=read_bytes(provenance, MAX_DOCUMENT), source=provenance.name)
    return NOTHING if source is None else source.provenance(filename, "")


def artifacts_of(locks: Iterable[Lock]) -> tuple[Named, ...]:
    """Return every distinct artifact of ``locks``."""
    return tuple(
        {
            (package.name, package.artifact.filename, package.artifact.sha256)
            for lock in locks
            for package in lock.packages
        }
    )


def artifacts_in(folder: Path, on_event: OnEvent) -> tuple[Named, ...]:
    """Return every wheel and sdist directly in ``folder``, hashed. Raises :class:`UsageError` if there is none."""
    from packaging.utils import InvalidSdistFilename, InvalidWheelFilename, parse_sdist_filename, parse_wheel_filename

    if not folder.is_dir():
        raise UsageError("there is no such folder", context=str(folder), remedy="Name a folder of wheels.")
    found = []
    for path in sorted(folder.iterdir()):
        if not is_bounded(path.name):
            continue
        try:
            name = (parse_wheel_filename if path.suffix == ".whl" else parse_sdist_filename)(path.name)[0]
        except (InvalidWheelFilename, InvalidSdistFilename):
            continue
        on_event(Event(stage="verify", message=path.name))
        digest = digest_file(path)
        if digest is None:
            raise InputError("cannot be read", context=str(path), remedy="Check its permissions.")
        found.append((name, path.name, digest))
    if not found:
        raise UsageError("there is no wheel and no sdist in it", context=str(folder), remedy="Name another folder.")
    return tuple(found)
