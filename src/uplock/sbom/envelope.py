"""DSSE envelopes: a payload, its type, and signatures over both.

Specifications: secure-systems-lab/dsse, protocol 1.0.0 and envelope 0.1.0; in-toto Attestation Framework v1, Envelope.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from uplock.errors import InputError
from uplock.model.value import Value
from uplock.sbom.strict_json import strict_object

PAYLOAD_TYPE = "application/vnd.in-toto+json"
"""The type that is written."""

STATEMENT_TYPES = frozenset({PAYLOAD_TYPE, "application/vnd.in-toto.cyclonedx+json"})
"""The types under which a statement about a CycloneDX document may be signed."""

MAX_SIGNATURES = 64
_MAX_SIGNATURE = 1024
"""Bytes; one of ECDSA on P-384 has up to 104."""


class Signature(Value, frozen=True, kw_only=True):
    """One signature. ``keyid`` is a hint that nothing vouches for."""

    keyid: str | None
    signature: bytes


class Envelope(Value, frozen=True, kw_only=True):
    """What is signed, and by which signatures: nothing is verified yet."""

    payload: bytes
    payload_type: str
    signatures: tuple[Signature, ...]


def signed_bytes(payload: bytes, payload_type: str) -> bytes:
    """Return what a signature is over: DSSE's pre-authentication encoding, in which no two pairs are equal."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def write_envelope(envelope: Envelope) -> bytes:
    """Return the JSON of an envelope, in standard base64."""
    import json

    tree = {
        "payload": base64.b64encode(envelope.payload).decode(),
        "payloadType": envelope.payload_type,
        "signatures": [
            ({} if each.keyid is None else {"keyid": each.keyid}) | {"sig": base64.b64encode(each.signature).decode()}
            for each in envelope.signatures
        ],
    }
    return json.dumps(tree, indent=2).encode() + b"\n"


def read_envelope(raw: bytes) -> Envelope:
    """Parse an envelope, strictly; members that the specification does not know are ignored, as in-toto asks.

    Raises :class:`InputError`.
    """
    tree = strict_object(raw, "the envelope")
    signatures = tree.get("signatures")
    if not isinstance(signatures, list):
        raise _malformed("signatures is not an array")
    if len(signatures) > MAX_SIGNATURES:
        raise _malformed(f"more than {MAX_SIGNATURES} signatures")
    return Envelope(
        payload=_base64(tree, "payload"),
        payload_type=_text(tree, "payloadType"),
        signatures=tuple(_signature(each) for each in signatures),
    )


def _signature(tree: Any) -> Signature:
    if not isinstance(tree, dict):
        raise _malformed("a signature is not an object")
    keyid = None if tree.get("keyid") is None else _text(tree, "keyid")
    signature = _base64(tree, "sig")
    if len(signature) > _MAX_SIGNATURE:
        raise _malformed(f"a signature of more than {_MAX_SIGNATURE} bytes")
    return Signature(keyid=keyid or None, signature=signature)


def _text(tree: dict[str, Any], key: str) -> str:
    text = tree.get(key)
    if not isinstance(text, str):
        raise _malformed(f"{key} is not a string")
    return text


def _base64(tree: dict[str, Any], key: str) -> bytes:
    """Return the bytes of a text in either alphabet of RFC 4648, padded: each has exactly one text in each."""
    text = _text(tree, key)
    safe = "-" in text or "_" in text
    try:
        data = base64.b64decode(text, altchars=b"-_" if safe else None, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _malformed(f"{key} is not base64") from error
    encode = base64.urlsafe_b64encode if safe else base64.b64encode
    if encode(data).decode() != text:
        raise _malformed(f"{key} is not base64")
    return data


def _malformed(message: str) -> InputError:
    return InputError(f"not a DSSE envelope: {message}", remedy="Name the file that uplock sbom sign wrote.")
