"""What the body of a log entry must say about a bundle, where sigstore cannot compare them.

That is for entries of the kind in-toto, and for all entries about plain keys. The log's operator has put digest,
signature and verifier into the body; if one of them differs, the entry is about another signature and proves nothing.
The shapes are those of Rekor's types ``hashedrekord`` 0.0.1 and 0.0.2, ``dsse`` 0.0.1 and ``intoto`` 0.0.2.
"""

from __future__ import annotations

import base64

from uplock.attest.bundle_reader import UNDATED, Entry, Envelope, Message
from uplock.attest.refusal import AttestationError
from uplock.attest.statement import PAYLOAD_TYPE, signed_message
from uplock.attest.strict_json import Node, parse
from uplock.model.digest import Sha256, sha256_of
from uplock.model.value import Value

KINDS: dict[type[Message | Envelope], frozenset[tuple[str, str]]] = {
    Message: frozenset({("hashedrekord", "0.0.1"), ("hashedrekord", "0.0.2")}),
    Envelope: frozenset({("dsse", "0.0.1"), ("hashedrekord", "0.0.2"), ("intoto", "0.0.2")}),
}
"""Kinds and versions of entries that a log makes of each content."""


class Signatory(Value, frozen=True, kw_only=True):
    """What the signer shows, as logs write it: a certificate or a public key (DER)."""

    label: str
    """``CERTIFICATE`` or ``PUBLIC KEY``, as in PEM."""
    der: bytes


def check_kind(entry: Entry, content: Message | Envelope) -> None:
    """Check that a log makes entries of this kind for this content.

    Raises :class:`AttestationError` of class ``bad-log-entry``.
    """
    kind = (entry.kind, entry.version)
    if kind not in KINDS[type(content)] or (entry.dated and kind == UNDATED):
        raise AttestationError("bad-log-entry", "the log entry is of a kind that is not known for such bundles")


def check_body(entry: Entry, content: Message | Envelope, sha256: Sha256, signatory: Signatory) -> None:
    """Check that an entry is about this signature by this signer over this content.

    ``sha256`` is the digest of the input; a statement is compared itself. The entry's kind was checked before.
    Raises :class:`AttestationError` of class ``bad-log-entry``.
    """
    try:
        body = parse(entry.body, "the body of the log entry")
        same = (body.need("kind").text(), body.need("apiVersion").text()) == (entry.kind, entry.version)
        same = same and _about(body.need("spec"), entry, content, sha256, signatory)
    except AttestationError as error:
        raise AttestationError("bad-log-entry", error.detail) from error
    if not same:
        raise other_entry()


def other_entry() -> AttestationError:
    """Return the refusal of an entry that is about another file, signature or signer."""
    return AttestationError("bad-log-entry", "the log entry is about another file, signature or signer")


def _about(spec: Node, entry: Entry, content: Message | Envelope, sha256: Sha256, signatory: Signatory) -> bool:
    if isinstance(content, Message):
        if entry.version == "0.0.1":
            return _hashed(spec, content.signature, sha256, signatory)
        return _hashed_v2(spec, content.signature, sha256, signatory)
    if entry.kind == "hashedrekord":
        return _hashed_v2(spec, content.signature, sha256_of(signed_message(content.statement)), signatory)
    return (_dsse if entry.kind == "dsse" else _in_toto)(spec, content, signatory)


def _hashed(spec: Node, signature: bytes, sha256: Sha256, signatory: Signatory) -> bool:
    signed = spec.need("signature")
    return (
        _is_hash(spec.need("data").need("hash"), sha256)
        and signed.need("content").base64() == signature
        and _is_pem(signed.need("publicKey").need("content").base64(), signatory)
    )


def _hashed_v2(spec: Node, signature: bytes, sha256: Sha256, signatory: Signatory) -> bool:
    record = spec.need("hashedRekordV002")
    data, signed = record.need("data"), record.need("signature")
    verifier = signed.need("verifier").find("publicKey" if signatory.label == "PUBLIC KEY" else "x509Certificate")
    return (
        (data.need("algorithm").text(), data.need("digest").base64()) == ("SHA2_256", bytes.fromhex(sha256))
        and signed.need("content").base64() == signature
        and verifier is not None
        and verifier.need("rawBytes").base64() == signatory.der
    )


def _dsse(spec: Node, envelope: Envelope, signatory: Signatory) -> bool:
    (signed,) = tuple(spec.need("signatures").items(1)) or (None,)
    return (
        signed is not None
        and _is_hash(spec.need("payloadHash"), sha256_of(envelope.statement))
        and signed.need("signature").base64() == envelope.signature
        and _is_pem(signed.need("verifier").base64(), signatory)
    )


def _in_toto(spec: Node, envelope: Envelope, signatory: Signatory) -> bool:
    """Whether an in-toto entry is about this envelope. It holds the base64 of the signature's base64."""
    content = spec.need("content")
    logged = content.need("envelope")
    (signed,) = tuple(logged.need("signatures").items(1)) or (None,)
    return (
        signed is not None
        and _is_hash(content.need("payloadHash"), sha256_of(envelope.statement))
        and logged.need("payloadType").text() == PAYLOAD_TYPE
        and signed.need("sig").base64() == base64.b64encode(envelope.signature)
        and _is_pem(signed.need("publicKey").base64(), signatory)
    )


def _is_hash(node: Node, sha256: Sha256) -> bool:
    return (node.need("algorithm").text(), node.need("value").text()) == ("sha256", sha256)


def _is_pem(written: bytes, signatory: Signatory) -> bool:
    """Whether a text is what the signer shows, in PEM (RFC 7468), with lines of any length."""
    lines = written.decode(errors="replace").strip().splitlines()
    frame = [f"-----BEGIN {signatory.label}-----", f"-----END {signatory.label}-----"]
    if [*lines[:1], *lines[-1:]] != frame:
        return False
    return Node("".join(lines[1:-1]), "the verifier of the log entry").base64() == signatory.der
