"""Decodes the parts of an attestation for people to look at: statement, certificate, log entries. Verifies nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uplock.attest.certificate import load_certificate, read_identity, rejections
from uplock.attest.decode_pieces import Pieces, cut
from uplock.attest.publisher import publisher_of
from uplock.attest.strict_json import Node, parse
from uplock.model.attestation_outcome import (
    CheckpointedProof,
    SigningCertificate,
    StatedBuild,
    StatedLogEntry,
    StatedSubject,
    Statement,
)
from uplock.model.digest import sha256_of
from uplock.model.value import changed

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

MAX_SUBJECTS = 20
MAX_DIGESTS = 8
MAX_DEPENDENCIES = 100
MAX_HASHES = 64
"""Elements that are looked at. PEP 740 allows one subject; a build names a few dependencies."""

_SLSA = "https://slsa.dev/provenance/v1"
_GIT = "git+"
_COMMITS = ("gitCommit", "sha1")


def decode_statement(raw: bytes, pieces: Pieces) -> Statement:
    """Return what an in-toto statement says."""
    bare = Statement(sha256=sha256_of(raw), size=len(raw))
    node = pieces.get(lambda: parse(raw, "the statement"))
    if node is None:
        return bare
    predicate_type = pieces.text(pieces.need(node, "predicateType"))
    return changed(
        bare,
        type=pieces.text(pieces.need(node, "_type")),
        predicate_type=predicate_type,
        subjects=tuple(
            StatedSubject(
                name=pieces.text(pieces.need(each, "name")),
                digests=pieces.pairs(pieces.need(each, "digest"), MAX_DIGESTS),
            )
            for each in pieces.some(pieces.need(node, "subject"), MAX_SUBJECTS)
        ),
        build=_build(pieces.need(node, "predicate"), pieces) if predicate_type == _SLSA else None,
    )


def _build(predicate: Node | None, pieces: Pieces) -> StatedBuild:
    """Return what SLSA provenance says; source, ref and commit of the first dependency that is a Git repository."""
    definition = pieces.need(predicate, "buildDefinition")
    builder = pieces.need(pieces.need(predicate, "runDetails"), "builder")
    workflow = pieces.find(pieces.find(definition, "externalParameters"), "workflow")
    build = StatedBuild(
        type=pieces.text(pieces.find(definition, "buildType")),
        builder=pieces.text(pieces.need(builder, "id")),
        source=pieces.text(pieces.find(workflow, "repository")),
        ref=pieces.text(pieces.find(workflow, "ref")),
    )
    for dependency in pieces.some(pieces.find(definition, "resolvedDependencies"), MAX_DEPENDENCIES):
        uri = pieces.text(pieces.find(dependency, "uri")) or ""
        if uri.startswith(_GIT):
            source, _, ref = uri.removeprefix(_GIT).partition("@")
            digest = pieces.find(dependency, "digest")
            commits = [pieces.text(pieces.find(digest, name)) for name in _COMMITS]
            return changed(
                build,
                source=build.source or source,
                ref=build.ref or ref or None,
                commit=next(filter(None, commits), None),
            )
    return build


def decode_certificate(der: bytes, pieces: Pieces, chain: int = 0) -> SigningCertificate:
    """Return what a signing certificate claims; ``chain`` is how many others come with it."""
    bare = SigningCertificate(sha256=sha256_of(der), chain=chain)
    certificate = pieces.get(lambda: load_certificate(der))
    if certificate is None:
        return bare
    identity = pieces.get(lambda: read_identity(certificate))
    if identity is not None:
        claims = tuple((name, cut(value)) for name, value in identity.claims)
        identity = changed(identity, name=cut(identity.name), claims=claims)
        bare = changed(bare, identity=identity.name, publisher=publisher_of(identity), claims=claims)
    try:
        return _with_facts(bare, certificate)
    except rejections():
        pieces.defect("the signing certificate is not of the form that Sigstore's authorities give it")
        return bare


def _with_facts(bare: SigningCertificate, certificate: Certificate) -> SigningCertificate:
    """Add what is not a claim. Raises what cryptography raises."""
    from cryptography.x509 import AuthorityKeyIdentifier, PrecertificateSignedCertificateTimestamps

    authority = certificate.extensions.get_extension_for_class(AuthorityKeyIdentifier).value.key_identifier
    promised = [
        len(each.value)
        for each in certificate.extensions
        if isinstance(each.value, PrecertificateSignedCertificateTimestamps)
    ]
    return changed(
        bare,
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        serial=f"{certificate.serial_number:x}",
        issuer=cut(certificate.issuer.rfc4514_string()),
        authority_key=None if authority is None else cut(authority.hex()),
        key=_key_kind(certificate),
        log_promises=sum(promised),
    )


def _key_kind(certificate: Certificate) -> str:
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    match certificate.public_key():
        case ec.EllipticCurvePublicKey() as key:
            return f"ECDSA over {key.curve.name}"
        case rsa.RSAPublicKey() as key:
            return f"RSA with {key.key_size} bits"
        case ed25519.Ed25519PublicKey():
            return "Ed25519"
        case key:
            return type(key).__name__


def decode_entry(node: Node, pieces: Pieces) -> StatedLogEntry:
    """Return what an entry of a transparency log says (``TransparencyLogEntry`` of Sigstore's specifications)."""
    kind = pieces.need(node, "kindVersion")
    log_id = pieces.base64(pieces.need(pieces.need(node, "logId"), "keyId"))
    promise = pieces.base64(pieces.find(pieces.find(node, "inclusionPromise"), "signedEntryTimestamp"))
    proof = pieces.find(node, "inclusionProof")
    pieces.base64(pieces.need(node, "canonicalizedBody"))
    return StatedLogEntry(
        kind=pieces.text(pieces.need(kind, "kind")),
        version=pieces.text(pieces.need(kind, "version")),
        log_id=None if log_id is None else cut(log_id.hex()),
        log_index=pieces.integer(pieces.need(node, "logIndex")),
        integrated_time=pieces.moment(pieces.find(node, "integratedTime")),
        promise=bool(promise),
        proof=None if proof is None else _proof(proof, pieces),
    )


def _proof(node: Node, pieces: Pieces) -> CheckpointedProof:
    root = pieces.base64(pieces.need(node, "rootHash"))
    hashes = pieces.find(node, "hashes")
    envelope = pieces.need(pieces.find(node, "checkpoint"), "envelope")
    return CheckpointedProof(
        log_index=pieces.integer(pieces.need(node, "logIndex")),
        tree_size=pieces.integer(pieces.need(node, "treeSize")),
        root_hash=None if root is None else cut(root.hex()),
        hashes=len(pieces.some(hashes, MAX_HASHES)),
        origin=None if envelope is None else _origin(envelope, pieces),
    )


def _origin(envelope: Node, pieces: Pieces) -> str | None:
    """Return the first line of a checkpoint, which is a signed note: lines, an empty line, signatures."""
    note = pieces.get(envelope.text)
    if note is None:
        return None
    body, gap, _ = note.partition("\n\n")
    if not gap or body.count("\n") < 2:  # noqa: PLR2004 - origin, size and root hash are a line each
        pieces.defect(f"{envelope.place} is not a signed note")
        return None
    return cut(body.partition("\n")[0])
