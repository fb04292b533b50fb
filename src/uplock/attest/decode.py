"""Decodes attestation documents for people to look at: provenance and attestations of PEP 740, Sigstore bundles.

Nothing here is verified, and nothing here is used to verify: :mod:`uplock.attest.reader` is strict and refuses a whole
document for one defect. This reads on past defects and tells them, since whoever looks at a document that was refused
wants to see why. Bounds and strictness of the JSON are the same.
"""

from __future__ import annotations

from collections.abc import Iterable

from uplock.attest.bundle_reader import MAX_TIMESTAMPS as MAX_BUNDLE_TIMESTAMPS
from uplock.attest.decode_certificate import decode_certificate
from uplock.attest.decode_parts import decode_entry, decode_statement
from uplock.attest.decode_pieces import Pieces, as_json, cut
from uplock.attest.decode_timestamp import decode_timestamps
from uplock.attest.media_types import WITH_CERTIFICATE, WITH_CHAIN
from uplock.attest.reader import MAX_ATTESTATIONS, MAX_DOCUMENT, MAX_ENTRIES, MAX_TIMESTAMPS
from uplock.attest.refusal import AttestationError
from uplock.attest.statement import PAYLOAD_TYPE
from uplock.attest.strict_json import Node, parse
from uplock.errors import InputError
from uplock.model.attestation_outcome import (
    AttestationContent,
    AttestationGroup,
    Form,
    SignedDigest,
    SigningCertificate,
    StatedAttestation,
    StatedLogEntry,
)
from uplock.model.digest import sha256_of

MAX_CHAIN = 8
MAX_KEYS = 20
"""Members of a publisher object that are shown."""

_SIGNERS = ("publicKey", "x509CertificateChain", "certificate")
_REMEDY = "Name a provenance or attestation of PEP 740, or a Sigstore bundle."


def decode_document(raw: bytes, filename: str) -> AttestationContent:
    """Return what a document says of itself, with what is wrong with it.

    Raises :class:`InputError` if nothing of it can be shown: it is too large, not JSON in the strict sense (bounded
    depth, no key twice, UTF-8), or of none of the three forms.
    """
    if len(raw) > MAX_DOCUMENT:
        raise InputError(f"larger than {MAX_DOCUMENT} bytes", remedy=_REMEDY)
    try:
        top = parse(raw, "the document")
    except AttestationError as error:
        raise InputError(error.detail, remedy=_REMEDY) from error
    form = _form(top)
    pieces = Pieces()
    groups: tuple[AttestationGroup, ...]
    match form:
        case "bundle":
            version = pieces.text(pieces.need(top, "mediaType"))
            if version is not None and version not in WITH_CHAIN | WITH_CERTIFICATE:
                pieces.defect("its media type is not that of a Sigstore bundle of version 0.1, 0.2 or 0.3")
            groups = (AttestationGroup(publisher=None, attestations=(_bundle(top, version),)),)
        case "attestation":
            version = _version(top, pieces)
            groups = (AttestationGroup(publisher=None, attestations=(_attestation(top),)),)
        case "provenance":
            version = _version(top, pieces)
            groups = _provenance(top, pieces)
    return AttestationContent(
        filename=filename,
        sha256=sha256_of(raw),
        size=len(raw),
        form=form,
        version=version,
        groups=groups,
        defects=pieces.defects,
    )


def _form(top: Node) -> Form:
    """Return which form a document has, as the verifier would take it. Raises :class:`InputError` for none."""
    members = top.value if isinstance(top.value, dict) else {}
    there = {key for key, value in members.items() if value is not None}
    if "version" not in there and there & {"mediaType", "verificationMaterial"}:
        return "bundle"
    if "attestation_bundles" in there:
        return "provenance"
    if there & {"envelope", "verification_material"}:
        return "attestation"
    if "attestation_bundles" in members:
        return "provenance"
    raise InputError("neither a provenance, nor an attestation, nor a Sigstore bundle", remedy=_REMEDY)


def _version(node: Node, pieces: Pieces) -> str | None:
    """Return the version as it is written; a defect unless it is the number 1, the only one that there is."""
    version = pieces.need(node, "version")
    if version is None:
        return None
    if isinstance(version.value, bool) or version.value != 1 or not isinstance(version.value, int):
        pieces.defect(f"{version.place} is not the number 1, which is the only version that is known")
    return pieces.text(Node(as_json(version.value), version.place))


def _provenance(top: Node, pieces: Pieces) -> tuple[AttestationGroup, ...]:
    groups = []
    left = MAX_ATTESTATIONS
    for bundle in pieces.some(pieces.need(top, "attestation_bundles"), MAX_ATTESTATIONS):
        publisher = pieces.need(bundle, "publisher")
        attestations = pieces.some(pieces.need(bundle, "attestations"), left)
        left -= len(attestations)
        groups.append(
            AttestationGroup(
                publisher=None if publisher is None else pieces.pairs(publisher, MAX_KEYS),
                attestations=tuple(_attestation(each, nested=True) for each in attestations),
            )
        )
    return tuple(groups)


def _attestation(node: Node, *, nested: bool = False) -> StatedAttestation:
    """Return an attestation of PEP 740; ``nested`` in a provenance it has a version of its own."""
    pieces = Pieces()
    if nested:
        _version(node, pieces)
    envelope, material = pieces.need(node, "envelope"), pieces.need(node, "verification_material")
    statement = pieces.base64(pieces.need(envelope, "statement"))
    signature = pieces.base64(pieces.need(envelope, "signature"))
    certificate = pieces.base64(pieces.need(material, "certificate"))
    stamps = _stamps(pieces.some(pieces.find(material, "timestamps"), MAX_TIMESTAMPS), pieces)
    return StatedAttestation(
        statement=None if statement is None else decode_statement(statement, pieces),
        certificate=None if certificate is None else decode_certificate(certificate, pieces),
        signature=None if signature is None else len(signature),
        entries=_entries(pieces.need(material, "transparency_entries"), pieces),
        timestamps=len(stamps),
        stamps=decode_timestamps(stamps, pieces),
        defects=pieces.defects,
    )


def _entries(node: Node | None, pieces: Pieces) -> tuple[StatedLogEntry, ...]:
    entries = tuple(decode_entry(each, pieces) for each in pieces.some(node, MAX_ENTRIES))
    if node is not None and node.value == []:
        pieces.defect(f"{node.place} has no entry of a transparency log")
    return entries


def _stamps(timestamps: Iterable[Node | None], pieces: Pieces) -> tuple[bytes, ...]:
    """Return those of them that can be timestamps: what is in base64."""
    found = (pieces.base64(each) for each in timestamps)
    return tuple(each for each in found if each is not None)


def _bundle(top: Node, media_type: str | None) -> StatedAttestation:
    """Return what a Sigstore bundle of any version holds."""
    pieces = Pieces(wrapped=True)
    material = pieces.need(top, "verificationMaterial")
    envelope, message = pieces.find(top, "dsseEnvelope"), pieces.find(top, "messageSignature")
    if (envelope is None) == (message is None):
        pieces.defect("the document must have either a messageSignature or a dsseEnvelope")
    if envelope is not None and pieces.text(pieces.need(envelope, "payloadType")) != PAYLOAD_TYPE:
        pieces.defect("the envelope holds no in-toto statement")
    payload = pieces.base64(pieces.need(envelope, "payload"))
    signature = pieces.base64(pieces.need(message, "signature") if envelope is None else _signed(envelope, pieces))
    times = pieces.find(pieces.find(material, "timestampVerificationData"), "rfc3161Timestamps")
    signed = (pieces.need(each, "signedTimestamp") for each in pieces.some(times, MAX_BUNDLE_TIMESTAMPS))
    stamps = _stamps(signed, pieces)
    return StatedAttestation(
        statement=None if payload is None else decode_statement(payload, pieces),
        file=None if message is None else _file(pieces.find(message, "messageDigest"), pieces),
        certificate=_signer(material, media_type, pieces),
        key_hint=pieces.text(pieces.find(pieces.find(material, "publicKey"), "hint")),
        signature=None if signature is None else len(signature),
        entries=_entries(pieces.need(material, "tlogEntries"), pieces),
        timestamps=len(stamps),
        stamps=decode_timestamps(stamps, pieces),
        defects=pieces.defects,
    )


def _signed(envelope: Node, pieces: Pieces) -> Node | None:
    """Return the one signature of an envelope."""
    signatures = pieces.need(envelope, "signatures")
    first = next(iter(pieces.some(signatures, 1)), None)
    if signatures is not None and signatures.value == []:
        pieces.defect(f"{signatures.place} has no signature")
    return pieces.need(first, "sig")


def _file(node: Node | None, pieces: Pieces) -> SignedDigest:
    digest = pieces.base64(pieces.find(node, "digest"))
    return SignedDigest(
        algorithm=pieces.text(pieces.find(node, "algorithm")), digest=None if digest is None else cut(digest.hex())
    )


def _signer(material: Node | None, media_type: str | None, pieces: Pieces) -> SigningCertificate | None:
    """Return the certificate that a verifier takes for the signing one; none if a bare key signed.

    Where it is depends on the version. That of an unknown version is taken from where there is one.
    """
    stated = [name for name in _SIGNERS if pieces.find(material, name) is not None]
    if material is not None and len(stated) > 1:
        pieces.defect(f"{material.place} tells in several ways who signed: {', '.join(stated)}")
    if "publicKey" in stated:
        return None
    if media_type in WITH_CERTIFICATE or (media_type not in WITH_CHAIN and "x509CertificateChain" not in stated):
        first, others = pieces.need(material, "certificate"), 0
    else:
        chained = pieces.need(pieces.need(material, "x509CertificateChain"), "certificates")
        chain = pieces.some(chained, MAX_CHAIN)
        if chained is not None and not chain:
            pieces.defect(f"{chained.place} has no certificate")
        first, others = next(iter(chain), None), max(len(chain) - 1, 0)
    der = pieces.base64(pieces.need(first, "rawBytes"))
    return None if der is None else decode_certificate(der, pieces, others)
