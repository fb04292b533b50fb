"""Documents beside their lock, keys to sign them with, and envelopes that were tampered with."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, derive_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from uplock.model.digest import sha256_of
from uplock.sbom.envelope import PAYLOAD_TYPE, Envelope, Signature, signed_bytes, write_envelope
from uplock.sbom.signed import MEDIA_TYPE, PREDICATE_TYPE, STATEMENT_TYPE
from uplock.signing.keys import SigningKey

Tree = dict[str, Any]
PrivateKey = Ed25519PrivateKey | EllipticCurvePrivateKey | RSAPrivateKey

LOCK = b'lock-version = "1.0"\n'
LOCK_NAME = "pylock.py312-linux-x86_64.toml"
NAME = "py312-linux-x86_64.cdx.json"


def ed25519(seed: int = 1) -> Ed25519PrivateKey:
    """Return the same key for the same seed."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(bytes([seed])).digest())


def signing_key(seed: int = 1) -> SigningKey:
    """Return our form of :func:`ed25519`."""
    return SigningKey(ed25519(seed))


def ecdsa_key(seed: int = 1) -> SigningKey:
    """Return a key on P-256."""
    return SigningKey(derive_private_key(seed + 1000, SECP256R1()))


def private_pem(key: PrivateKey, passphrase: bytes | None = None) -> bytes:
    """Return a private key as openssl writes it."""
    protection = NoEncryption() if passphrase is None else BestAvailableEncryption(passphrase)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection)


def public_pem(key: PrivateKey) -> bytes:
    """Return the public half of a key."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def make_document(lock: bytes = LOCK, **more: object) -> Tree:
    """Return a document that names its lock."""
    reference = {
        "type": "build-meta",
        "url": f"../locks/{LOCK_NAME}",
        "hashes": [{"alg": "SHA-256", "content": sha256_of(lock)}],
    }
    return {"bomFormat": "CycloneDX", "specVersion": "1.7", "externalReferences": [reference], **more}


def written(tree: Mapping[str, object]) -> bytes:
    """Return a document as a file holds it."""
    return json.dumps(tree, indent=2).encode() + b"\n"


def lay_out(folder: Path, tree: Mapping[str, object] | None = None, lock: bytes | None = LOCK) -> Path:
    """Write a document and its lock as a project has them, and return the document's place."""
    place = folder / "sboms" / NAME
    place.parent.mkdir(parents=True)
    place.write_bytes(written(make_document() if tree is None else tree))
    if lock is not None:
        (folder / "locks").mkdir()
        (folder / "locks" / LOCK_NAME).write_bytes(lock)
    return place


def make_statement(document: Tree, **changes: object) -> Tree:
    """Return the statement about a document and its lock, with members changed."""
    return {
        "_type": STATEMENT_TYPE,
        "subject": [
            {"name": LOCK_NAME, "digest": {"sha256": sha256_of(LOCK)}},
            {"name": NAME, "digest": {"sha256": sha256_of(written(document))}, "mediaType": MEDIA_TYPE},
        ],
        "predicateType": PREDICATE_TYPE,
        "predicate": document,
        **changes,
    }


def signed_envelope(payload: bytes, *keys: SigningKey, payload_type: str = PAYLOAD_TYPE) -> bytes:
    """Return an envelope of any payload, signed by these keys."""
    message = signed_bytes(payload, payload_type)
    signatures = tuple(Signature(keyid=key.public.keyid, signature=key.sign(message)) for key in keys)
    return write_envelope(Envelope(payload=payload, payload_type=payload_type, signatures=signatures))


def signed_statement(statement: Tree, *keys: SigningKey) -> bytes:
    """Return an envelope of a statement."""
    return signed_envelope(json.dumps(statement).encode(), *keys)


def payload_of(envelope: bytes) -> bytes:
    """Return what an envelope holds."""
    return base64.b64decode(json.loads(envelope)["payload"])
