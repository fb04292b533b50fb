"""The answer of ``uplock inspect attestation`` for people: every part is marked as unverified."""

from __future__ import annotations

from collections.abc import Iterator

from uplock.model.attestation_outcome import (
    AttestationContent,
    AttestationGroup,
    CheckpointedProof,
    SigningCertificate,
    StatedAttestation,
    StatedBuild,
    StatedLogEntry,
    StatedTimestamp,
    Statement,
)
from uplock.report.text import Paint, count, join, moment, plain, publisher_text

_MARK = "UNVERIFIED"
_HEAD = "this is what the file says of itself; no signature, certificate, log entry or time was checked"
_FOOT = "to verify it, run uplock verify artifact, or uplock verify bundle for a Sigstore bundle that signs a file"


def attestation_text(result: AttestationContent, paint: Paint) -> str:
    """Render ``uplock inspect attestation``."""
    mark = paint(_MARK, "yellow")
    total = sum(len(group.attestations) for group in result.groups)
    lines = [
        f"{mark}: {_HEAD}",
        plain(f"{result.form} {result.filename} · {result.size} bytes · sha256 {result.sha256}"),
        *map(plain, _pairs(("version", result.version))),
        *(plain(f"  wrong: {each}") for each in result.defects),
    ]
    number = 0
    for group in result.groups:
        lines += map(plain, _publisher(group))
        for attestation in group.attestations:
            number += 1
            lines.append(f"attestation {number} of {total} · {mark}")
            lines += map(plain, _attestation(attestation))
    if not total:
        lines.append("no attestation in it")
    return join([*lines, f"{mark}: {_FOOT}"])


def _publisher(group: AttestationGroup) -> Iterator[str]:
    if group.publisher is not None:
        yield "publisher as the index states it: nobody signed this"
        yield from (f"  {key}: {value}" for key, value in group.publisher)


def _attestation(attestation: StatedAttestation) -> Iterator[str]:
    if attestation.statement is not None:
        yield f"  statement ({_MARK})"
        yield from _statement(attestation.statement)
    if attestation.file is not None:
        yield f"  signed file ({_MARK})"
        yield from _pairs((attestation.file.algorithm or "digest", attestation.file.digest), indent=4)
    if attestation.certificate is not None:
        yield f"  certificate ({_MARK})"
        yield from _certificate(attestation.certificate)
    elif attestation.key_hint is not None:
        yield f"  signed by a key without a certificate, hint: {attestation.key_hint}"
    if attestation.signature is not None:
        yield f"  signature of {count(attestation.signature, 'byte')} ({_MARK})"
    for number, entry in enumerate(attestation.entries, 1):
        yield f"  log entry {number} of {len(attestation.entries)} ({_MARK})"
        yield from _entry(entry)
    if not attestation.entries:
        yield "  no log entry"
    for number, stamp in enumerate(attestation.stamps, 1):
        yield f"  timestamp {number} of {len(attestation.stamps)} ({_MARK})"
        yield from _stamp(stamp)
    if not attestation.timestamps:
        yield "  no timestamp (RFC 3161)"
    yield from (f"  wrong: {each}" for each in attestation.defects)


def _statement(statement: Statement) -> Iterator[str]:
    for subject in statement.subjects:
        yield f"    about {subject.name or '(no name)'}"
        yield from (f"      {algorithm}: {digest}" for algorithm, digest in subject.digests)
    yield from _pairs(("type", statement.type), ("predicate", statement.predicate_type), indent=4)
    if statement.build is not None:
        yield from _build(statement.build)
    yield f"    sha256: {statement.sha256} ({count(statement.size, 'byte')})"


def _build(build: StatedBuild) -> Iterator[str]:
    yield f"    build, as the build itself wrote it ({_MARK})"
    yield from _pairs(
        ("type", build.type),
        ("builder", build.builder),
        ("source", build.source),
        ("ref", build.ref),
        ("commit", build.commit),
        indent=6,
    )


def _certificate(certificate: SigningCertificate) -> Iterator[str]:
    publisher = None if certificate.publisher is None else publisher_text(certificate.publisher)
    yield from _pairs(("identity", certificate.identity), ("publisher", publisher), *certificate.claims, indent=4)
    if certificate.not_before is not None and certificate.not_after is not None:
        yield f"    valid: {moment(certificate.not_before)} to {moment(certificate.not_after)}"
    yield from _pairs(
        ("serial", certificate.serial),
        ("from authority", certificate.issuer),
        ("authority key", certificate.authority_key),
        ("signs with", certificate.key),
        ("sha256", certificate.sha256),
        indent=4,
    )
    if certificate.log_promises is not None:
        yield f"    {count(certificate.log_promises, 'promise')} of certificate logs (SCT)"
    if certificate.chain:
        yield f"    {count(certificate.chain, 'further certificate')} in the chain"


def _entry(entry: StatedLogEntry) -> Iterator[str]:
    kind = " ".join(filter(None, (entry.kind, entry.version)))
    index = None if entry.log_index is None else str(entry.log_index)
    time = None if entry.integrated_time is None else moment(entry.integrated_time)
    yield from _pairs(("kind", kind), ("log id", entry.log_id), ("index", index), ("time", time), indent=4)
    yield f"    {'with' if entry.promise else 'without'} a signed entry timestamp (SET)"
    yield from ["    without an inclusion proof"] if entry.proof is None else _proof(entry.proof)


def _stamp(stamp: StatedTimestamp) -> Iterator[str]:
    yield from _pairs(
        ("time", None if stamp.time is None else moment(stamp.time)),
        ("from an authority certified by", stamp.issuer),
        ("serial", stamp.serial),
        ("policy", stamp.policy),
        (f"{stamp.algorithm or 'hash'} of what was stamped", stamp.digest),
        indent=4,
    )


def _proof(proof: CheckpointedProof) -> Iterator[str]:
    index, size = ("?" if each is None else each for each in (proof.log_index, proof.tree_size))
    yield f"    inclusion proof: leaf {index} in a tree of {size}, path of {proof.hashes}"
    yield from _pairs(("checkpoint from", proof.origin), ("root hash", proof.root_hash), indent=6)


def _pairs(*pairs: tuple[str, str | None], indent: int = 2) -> Iterator[str]:
    return (f"{' ' * indent}{key}: {value}" for key, value in pairs if value)
