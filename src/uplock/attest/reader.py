"""Reads attestation documents: provenance and attestation objects of PEP 740 (version 1), and Sigstore bundles.

Nothing here is verified: this turns hostile bytes into bounded, typed values. Unknown keys are allowed by the
specification and dropped. The publisher object of a provenance is metadata of the index that nobody signed: apart
from its kind it is not even kept.
"""

from __future__ import annotations

from typing import NoReturn

from uplock.attest.media_types import WITH_CERTIFICATE, WITH_CHAIN
from uplock.attest.refusal import AttestationError, shown
from uplock.attest.statement import PAYLOAD_TYPE
from uplock.attest.strict_json import Node, malformed, parse
from uplock.model.value import Value

MAX_DOCUMENT = 4 * 1024 * 1024
"""Bytes of a document; a real provenance with two attestations has 20 000."""
MAX_ATTESTATIONS = 32
"""Attestations in one document, over all bundles; indexes accept one per predicate type."""
MAX_ENTRIES = 4
"""Transparency log entries of one attestation; real ones have one."""
MAX_TIMESTAMPS = 4
"""Signed timestamps of one attestation; real ones have one at most."""
_MAX_HASHES = 64
_MAX_CHAIN = 8

_KINDS = frozenset({"CircleCI", "GitHub", "GitLab", "Google"})
"""Kinds of publishers that PEP 740's implementations know; others are told apart, not refused."""


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
    timestamps: tuple[bytes, ...] = ()
    """Signed timestamps over the signature (``TimeStampResp`` of RFC 3161, DER)."""
    unknown_kind: str | None = None
    """What the index calls its publisher, if that is no kind that is known."""


def read_document(document: bytes) -> tuple[Attestation, ...]:
    """Return every attestation of a document, in order; a provenance may have none.

    Raises :class:`AttestationError` of class ``malformed``, ``unsupported-version`` or ``unknown-publisher``.
    """
    if len(document) > MAX_DOCUMENT:
        malformed(f"the document is larger than {MAX_DOCUMENT} bytes")
    top = parse(document, "the document")
    media_type = top.find("mediaType")
    if media_type is not None and top.find("version") is None:
        return (_sigstore_bundle(top, media_type.text()),)
    _version(top)
    bundles = top.find("attestation_bundles")
    if bundles is None:
        return (_attestation(top, None),)
    attestations = [each for bundle in bundles.items(MAX_ATTESTATIONS) for each in _bundle(bundle)]
    if len(attestations) > MAX_ATTESTATIONS:
        malformed(f"the document has more than {MAX_ATTESTATIONS} attestations")
    return tuple(attestations)


def _version(node: Node) -> None:
    version = node.need("version").value
    if isinstance(version, bool) or version != 1 or not isinstance(version, int):
        written = shown(version) if isinstance(version, str) else str(version)[:20]
        _unsupported(f"{node.place} has version {written}; only the number 1 is known")


def _unsupported(detail: str) -> NoReturn:
    raise AttestationError("unsupported-version", detail)


def _bundle(bundle: Node) -> list[Attestation]:
    kind = bundle.need("publisher").need("kind").text()
    attestations = list(bundle.need("attestations").items(MAX_ATTESTATIONS))
    for attestation in attestations:
        _version(attestation)
    return [_attestation(attestation, None if kind in _KINDS else kind) for attestation in attestations]


def _attestation(node: Node, unknown_kind: str | None) -> Attestation:
    envelope = node.need("envelope")
    material = node.need("verification_material")
    timestamps = material.find("timestamps")
    return Attestation(
        certificate=material.need("certificate").base64(),
        statement=envelope.need("statement").base64(),
        signature=envelope.need("signature").base64(),
        entries=_entries(node, material.need("transparency_entries")),
        timestamps=() if timestamps is None else tuple(each.base64() for each in timestamps.items(MAX_TIMESTAMPS)),
        unknown_kind=unknown_kind,
    )


def _sigstore_bundle(top: Node, media_type: str) -> Attestation:
    """Return what a Sigstore bundle holds, if that is a signed in-toto statement (as PEP 740 has it)."""
    material = top.need("verificationMaterial")
    if media_type not in WITH_CHAIN | WITH_CERTIFICATE:
        _unsupported(f"the document is of the type {shown(media_type)}, which is not known")
    if material.find("publicKey") is not None:
        raise AttestationError("unknown-publisher", "the bundle is signed by a bare key, which names nobody")
    if media_type in WITH_CHAIN:
        chain = tuple(material.need("x509CertificateChain").need("certificates").items(_MAX_CHAIN))
        certificate = chain[0] if chain else malformed("the bundle has no certificate")
    else:
        certificate = material.need("certificate")
    envelope = top.find("dsseEnvelope")
    if envelope is None:
        malformed("the bundle holds no statement; one that signs a file itself is for uplock verify bundle")
    if envelope.need("payloadType").text() != PAYLOAD_TYPE:
        malformed("the bundle's envelope holds no in-toto statement")
    signatures = tuple(envelope.need("signatures").items(1))
    timestamps = material.find("timestampVerificationData")
    signed = None if timestamps is None else timestamps.find("rfc3161Timestamps")
    return Attestation(
        certificate=certificate.need("rawBytes").base64(),
        statement=envelope.need("payload").base64(),
        signature=signatures[0].need("sig").base64() if signatures else malformed("the bundle has no signature"),
        entries=_entries(top, material.need("tlogEntries")),
        timestamps=()
        if signed is None
        else tuple(each.need("signedTimestamp").base64() for each in signed.items(MAX_TIMESTAMPS)),
    )


def _entries(whole: Node, node: Node) -> tuple[LogEntry, ...]:
    entries = tuple(_entry(entry) for entry in node.items(MAX_ENTRIES))
    return entries or malformed(f"{whole.place} has no entry of a transparency log")


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
