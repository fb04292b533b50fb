"""Reads attestation documents: the provenance and attestation objects of PEP 740, version 1.

Nothing here is verified: this turns hostile bytes into bounded, typed values. Unknown keys are allowed by the
specification and dropped. The publisher object of a provenance is metadata of the index that nobody signed: apart
from its kind it is not even kept.
"""

from __future__ import annotations

from uplock.attest.refusal import AttestationError, shown
from uplock.attest.strict_json import Node, malformed, parse
from uplock.model.value import Value

MAX_DOCUMENT = 4 * 1024 * 1024
"""Bytes of a document; a real provenance with two attestations has 20 000."""
MAX_ATTESTATIONS = 32
"""Attestations in one document, over all bundles; indexes accept one per predicate type."""
MAX_ENTRIES = 4
"""Transparency log entries of one attestation; real ones have one."""
_MAX_HASHES = 64

_KINDS = frozenset({"CircleCI", "GitHub", "GitLab", "Google"})
"""Publishers whose workload certificates the public Sigstore instance issues; of others nothing can be checked."""


class InclusionProof(Value, frozen=True, kw_only=True):
    """A Merkle inclusion proof with the log's signed checkpoint."""

    log_index: int
    """Position in the tree of ``tree_size`` leaves, which is one shard of the log."""
    tree_size: int
    root_hash: bytes
    hashes: tuple[bytes, ...]
    checkpoint: str


class LogEntry(Value, frozen=True, kw_only=True):
    """An entry of the transparency log (``TransparencyLogEntry`` of Sigstore's Protobuf specifications)."""

    log_index: int
    key_id: bytes
    kind: str
    version: str
    body: bytes
    integrated_time: int | None = None
    """Seconds since 1970."""
    promise: bytes | None = None
    """The log's signature over entry and time."""
    proof: InclusionProof | None = None


class Attestation(Value, frozen=True, kw_only=True):
    """One attestation: a certificate (DER), the signed statement, and where the log has it."""

    certificate: bytes
    statement: bytes
    signature: bytes
    entries: tuple[LogEntry, ...]


def read_document(document: bytes) -> tuple[Attestation, ...]:
    """Return every attestation of a provenance or attestation document, in order; a provenance may have none.

    Raises :class:`AttestationError` of class ``malformed``, ``unsupported-version`` or ``unknown-publisher``.
    """
    if len(document) > MAX_DOCUMENT:
        malformed(f"the document is larger than {MAX_DOCUMENT} bytes")
    top = parse(document, "the document")
    _version(top)
    bundles = top.find("attestation_bundles")
    if bundles is None:
        return (_attestation(top),)
    attestations = [each for bundle in bundles.items(MAX_ATTESTATIONS) for each in _bundle(bundle)]
    if len(attestations) > MAX_ATTESTATIONS:
        malformed(f"the document has more than {MAX_ATTESTATIONS} attestations")
    return tuple(attestations)


def _version(node: Node) -> None:
    version = node.need("version").value
    if isinstance(version, bool) or version != 1 or not isinstance(version, int):
        written = shown(version) if isinstance(version, str) else str(version)[:20]
        raise AttestationError("unsupported-version", f"{node.place} has version {written}; only the number 1 is known")


def _bundle(bundle: Node) -> list[Attestation]:
    kind = bundle.need("publisher").need("kind").text()
    if kind not in _KINDS:
        raise AttestationError("unknown-publisher", f"the publisher is of the kind {shown(kind)}, which is not known")
    attestations = list(bundle.need("attestations").items(MAX_ATTESTATIONS))
    for attestation in attestations:
        _version(attestation)
    return [_attestation(attestation) for attestation in attestations]


def _attestation(node: Node) -> Attestation:
    envelope = node.need("envelope")
    material = node.need("verification_material")
    entries = tuple(_entry(entry) for entry in material.need("transparency_entries").items(MAX_ENTRIES))
    if not entries:
        malformed(f"{node.place} has no entry of a transparency log")
    return Attestation(
        certificate=material.need("certificate").base64(),
        statement=envelope.need("statement").base64(),
        signature=envelope.need("signature").base64(),
        entries=entries,
    )


def _entry(node: Node) -> LogEntry:
    kind = node.need("kindVersion")
    time = node.find("integratedTime")
    promise = node.find("inclusionPromise")
    proof = node.find("inclusionProof")
    return LogEntry(
        log_index=node.need("logIndex").integer(),
        key_id=node.need("logId").need("keyId").base64(),
        kind=kind.need("kind").text(),
        version=kind.need("version").text(),
        body=node.need("canonicalizedBody").base64(),
        integrated_time=None if time is None else time.integer(),
        promise=None if promise is None else promise.need("signedEntryTimestamp").base64(),
        proof=None if proof is None else _proof(proof),
    )


def _proof(node: Node) -> InclusionProof:
    checkpoint = node.find("checkpoint")
    hashes = node.find("hashes")
    return InclusionProof(
        log_index=node.need("logIndex").integer(),
        tree_size=node.need("treeSize").integer(),
        root_hash=node.need("rootHash").base64(),
        hashes=() if hashes is None else tuple(each.base64() for each in hashes.items(_MAX_HASHES)),
        checkpoint="" if checkpoint is None else checkpoint.need("envelope").text(),
    )
