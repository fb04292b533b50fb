"""A private transparency log: entries of Rekor v1 and v2 with all that proves them, and none of the other entries."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Collection
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from support.certificate_authority import PublicKey, key_id
from support.signers import Json
from support.signing_options import Fault

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

_INDEX, _SIZE = 4, 6
"""Where every entry is in its tree: its proof has a hash from beside and one from before it."""
_SHARD_BEGINS = 1000
"""How many entries Rekor v1 counts before its present tree."""


class TransparencyLog:
    """A log with a key of its own: ECDSA and promises of inclusion in version 1, Ed25519 and none in version 2."""

    def __init__(self, version: Literal["v1", "v2"]) -> None:
        self._version = version
        self._name = f"{version}.log.example"
        self._key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey = (
            ec.generate_private_key(ec.SECP256R1()) if version == "v1" else ed25519.Ed25519PrivateKey.generate()
        )

    @property
    def url(self) -> str:
        return f"https://{self._name}"

    @cached_property
    def public_key(self) -> PublicKey:
        return self._key.public_key()

    @cached_property
    def id(self) -> bytes:
        """What the log calls itself; four bytes of it are in its checkpoints (key id of a signed note)."""
        if isinstance(self.public_key, ec.EllipticCurvePublicKey):
            return key_id(self.public_key)
        raw = self.public_key.public_bytes(Encoding.Raw, PublicFormat.Raw)
        return hashlib.sha256(self._name.encode() + b"\n\x01" + raw).digest()

    @cached_property
    def _stranger(self) -> TransparencyLog:
        return TransparencyLog(self._version)

    def entry(
        self,
        certificate: Certificate,
        content: bytes,
        signature: bytes,
        moment: datetime,
        faults: Collection[Fault] = (),
        number: int = 0,
    ) -> Json:
        """Return an entry for a signed statement, with its proof; ``number`` tells entries about the same apart."""
        logged = b"another statement" if "other-body" in faults else content
        if self._version == "v1":
            kind, version, body = "dsse", "0.0.1", _dsse_body(certificate, logged, signature)
        else:
            kind, version, body = "hashedrekord", "0.0.2", _hashedrekord_body(certificate, logged, signature)
        entry: Json = {
            "logIndex": str(_SHARD_BEGINS + _INDEX + number if self._version == "v1" else _INDEX),
            "logId": {"keyId": b64(self.id)},
            "kindVersion": {"kind": kind, "version": version},
            "canonicalizedBody": b64(body),
        }
        if "no-proof" not in faults:
            entry["inclusionProof"] = self._proof(body, faults, number)
        if self._version == "v1" and "no-time" not in faults:
            entry |= self._time(entry, moment, faults)
        return entry

    def _time(self, entry: Json, moment: datetime, faults: Collection[Fault]) -> Json:
        """Return what Rekor v1 says about the time, with its signature (signed entry timestamp)."""
        seconds = int(moment.timestamp())
        promise = canonical(
            {
                "body": entry["canonicalizedBody"],
                "integratedTime": seconds,
                "logID": self.id.hex(),
                "logIndex": int(entry["logIndex"]),
            }
        )
        time: Json = {"integratedTime": str(seconds)}
        if "no-promise" not in faults:
            signer = self._stranger if "promise-by-stranger" in faults else self
            time["inclusionPromise"] = {"signedEntryTimestamp": b64(signer.sign(promise))}
        return time

    def _proof(self, body: bytes, faults: Collection[Fault], number: int) -> Json:
        """Return the inclusion proof (RFC 9162 section 2.1.3) and the checkpoint of the tree."""
        beside = hashlib.sha256(b"beside %d" % number).digest()
        before = hashlib.sha256(b"before %d" % number).digest()
        top = _node(before, _node(hashlib.sha256(b"\0" + body).digest(), beside))
        other = hashlib.sha256(b"other tree").digest()
        if "other-root-hash" in faults:
            top = other
        proof: Json = {
            "logIndex": str(_INDEX),
            "treeSize": str(_SIZE),
            "rootHash": b64(top),
            "hashes": [b64(beside), b64(before)],
        }
        if "no-checkpoint" not in faults:
            shown = other if "checkpoint-of-other-tree" in faults else top
            signer = self._stranger if "checkpoint-by-stranger" in faults else self
            proof["checkpoint"] = {"envelope": self._checkpoint(shown, signer)}
        return proof

    def _checkpoint(self, top: bytes, signer: TransparencyLog) -> str:
        """Return a checkpoint as a signed note (C2SP ``tlog-checkpoint``)."""
        origin = f"{self._name} - 1" if self._version == "v1" else self._name
        note = f"{origin}\n{_SIZE}\n{b64(top)}\n"
        signature = self.id[:4] + signer.sign(note.encode())
        return f"{note}\n\N{EM DASH} {self._name} {b64(signature)}\n"

    def sign(self, message: bytes) -> bytes:
        if isinstance(self._key, ec.EllipticCurvePrivateKey):
            return self._key.sign(message, ec.ECDSA(SHA256()))
        return self._key.sign(message)


def signed_message(content: bytes) -> bytes:
    """Return the bytes that are signed for a statement (pre-authentication encoding of DSSE 1.0)."""
    payload_type = b"application/vnd.in-toto+json"
    return b"DSSEv1 %d %s %d %s" % (len(payload_type), payload_type, len(content), content)


def _dsse_body(certificate: Certificate, content: bytes, signature: bytes) -> bytes:
    pem = certificate.public_bytes(Encoding.PEM)
    return canonical(
        {
            "apiVersion": "0.0.1",
            "kind": "dsse",
            "spec": {
                "envelopeHash": {"algorithm": "sha256", "value": "0" * 64},
                "payloadHash": {"algorithm": "sha256", "value": hashlib.sha256(content).hexdigest()},
                "signatures": [{"signature": b64(signature), "verifier": b64(pem)}],
            },
        }
    )


def _hashedrekord_body(certificate: Certificate, content: bytes, signature: bytes) -> bytes:
    digest = hashlib.sha256(signed_message(content)).digest()
    verifier = {
        "keyDetails": "PKIX_ECDSA_P256_SHA_256",
        "x509Certificate": {"rawBytes": b64(certificate.public_bytes(Encoding.DER))},
    }
    record = {
        "data": {"algorithm": "SHA2_256", "digest": b64(digest)},
        "signature": {"content": b64(signature), "verifier": verifier},
    }
    return canonical({"apiVersion": "0.0.2", "kind": "hashedrekord", "spec": {"hashedRekordV002": record}})


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def canonical(value: object) -> bytes:
    """Return canonical JSON (RFC 8785) of what is plain enough for it."""
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
