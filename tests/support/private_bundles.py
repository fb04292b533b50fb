"""Sigstore bundles of every kind from a private instance: files and statements, certificates and plain keys."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from support.private_sigstore import PrivateSigstore
from support.signers import GITHUB_ISSUER, Json, github
from support.signing_options import SIGNED_AT, Fault
from support.statements import slsa_statement
from support.transparency_log import TransparencyLog, b64, canonical, signed_message
from uplock.attest.bundle import CertificateIdentity, verify_bundle
from uplock.attest.bundle_key import PublicKey, load_key
from uplock.model.bundle_outcome import BundleVerification
from uplock.model.digest import Sha256, sha256_of

ARTIFACT = b"what was built\n"
DIGEST = sha256_of(ARTIFACT)
SIGNER = replace(github(), bare_issuer=GITHUB_ISSUER)
"""With the claim that sigstore compares; uplock reads either form of it."""

V01 = "application/vnd.dev.sigstore.bundle+json;version=0.1"
V02 = "application/vnd.dev.sigstore.bundle+json;version=0.2"
V03_OLD = "application/vnd.dev.sigstore.bundle+json;version=0.3"
V03 = "application/vnd.dev.sigstore.bundle.v0.3+json"

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
Change = Callable[[Json], None]


@dataclass(frozen=True)
class Kind:
    """What is signed, by whom, and as what it is logged."""

    content: str
    """``file`` or ``statement``."""
    entry: str
    """Kind and version of the log entry: ``dsse 0.0.1``."""
    keyed: bool
    """A plain key signs, without a certificate."""

    def __str__(self) -> str:
        return f"{self.content} {self.entry} {'key' if self.keyed else 'certificate'}"

    @property
    def known_to_sigstore(self) -> bool:
        return not self.keyed and not self.entry.startswith("intoto")


KINDS = tuple(
    Kind(content, entry, keyed)
    for keyed in (False, True)
    for content, entry in (
        ("file", "hashedrekord 0.0.1"),
        ("file", "hashedrekord 0.0.2"),
        ("statement", "dsse 0.0.1"),
        ("statement", "hashedrekord 0.0.2"),
        ("statement", "intoto 0.0.2"),
    )
)


class AnyLog(TransparencyLog):
    """A log that takes whatever body it is given."""

    def taking(self, kind: str, version: str, body: bytes, faults: Collection[Fault]) -> Json:
        """Return the entry, with its proof."""
        entry: Json = {
            "logIndex": "1004" if self._version == "v1" else "4",
            "logId": {"keyId": b64(self.id)},
            "kindVersion": {"kind": kind, "version": version},
            "canonicalizedBody": b64(body),
        }
        if "no-proof" not in faults:
            entry["inclusionProof"] = self._proof(body, faults, 0)
        if self._version == "v1" and "no-time" not in faults:
            entry |= self._time(entry, SIGNED_AT, faults)
        return entry


class BundleInstance(PrivateSigstore):
    """A private instance that signs bundles."""

    def __init__(self) -> None:
        super().__init__()
        self.any_logs = {"v1": AnyLog("v1"), "v2": AnyLog("v2")}
        self.logs = {**self.any_logs}

    def sign(
        self,
        kind: Kind,
        key: PrivateKey | None = None,
        *,
        body_change: Change | None = None,
        faults: Collection[Fault] = (),
        media_type: str = V03,
        content: bytes | None = None,
        hashed: bool = True,
    ) -> Json:
        """Return a bundle; ``body_change`` edits what the log is told, ``content`` replaces what is signed."""
        name, version = kind.entry.split()
        key = key or ec.generate_private_key(ec.SECP256R1())
        plain = ARTIFACT if kind.content == "file" else slsa_statement("built", DIGEST, SIGNER)
        plain = plain if content is None else content
        message = plain if kind.content == "file" else signed_message(plain)
        signature = sign(key, message)
        shown: x509.Certificate | PrivateKey = key
        if not kind.keyed:
            assert isinstance(key, ec.EllipticCurvePrivateKey)
            shown = self.authority.issue(key.public_key(), SIGNER, self.certificate_log, "code")
        body = _body(name, version, plain, message, signature, shown)
        if body_change is not None:
            body_change(body)
        log = self.any_logs["v2" if kind.entry == "hashedrekord 0.0.2" else "v1"]
        material: Json = {
            **_material(shown, media_type),
            "tlogEntries": [log.taking(name, version, canonical(body), faults)],
        }
        if kind.entry == "hashedrekord 0.0.2" and "no-time" not in faults:
            stamp = self._stranger.timestamps if "stamped-by-stranger" in faults else self.timestamps
            signed = {"signedTimestamp": b64(stamp.stamp(signature, SIGNED_AT))}
            material["timestampVerificationData"] = {"rfc3161Timestamps": [signed]}
        whole: Json = {"mediaType": media_type, "verificationMaterial": material}
        if kind.content == "file":
            whole["messageSignature"] = {"signature": b64(signature)}
            if hashed:
                digest = {"algorithm": "SHA2_256", "digest": b64(hashlib.sha256(plain).digest())}
                whole["messageSignature"]["messageDigest"] = digest
        else:
            whole["dsseEnvelope"] = {
                "payload": b64(plain),
                "payloadType": "application/vnd.in-toto+json",
                "signatures": [{"sig": b64(signature)}],
            }
        return whole


@cache
def instance() -> BundleInstance:
    """Return the instance that tests share."""
    return BundleInstance()


@cache
def shared_key() -> ec.EllipticCurvePrivateKey:
    """Return the plain key that tests share."""
    return ec.generate_private_key(ec.SECP256R1())


def signer_of(kind: Kind, key: PrivateKey | None = None) -> CertificateIdentity | PublicKey:
    """Return who signs bundles of this kind: the shared signer or key."""
    if kind.keyed:
        return load_key(pem(key or shared_key()))
    assert isinstance(SIGNER.name, x509.UniformResourceIdentifier)
    return CertificateIdentity(name=SIGNER.name.value, issuer=GITHUB_ISSUER)


def signed(kind: Kind, key: PrivateKey | None = None, **options: object) -> Json:
    """Return a bundle by the shared signer or key; the options are those of :meth:`BundleInstance.sign`."""
    return instance().sign(kind, key or (shared_key() if kind.keyed else None), **options)  # type: ignore[arg-type]


def verified(
    kind: Kind, bundle: Json | bytes, sha256: Sha256 = DIGEST, root: bytes | None = None
) -> BundleVerification:
    """Return what uplock says of a bundle that the shared signer or key should have signed."""
    raw = bundle if isinstance(bundle, bytes) else json.dumps(bundle).encode()
    return verify_bundle(raw, sha256, signer_of(kind), root or instance().root())


def sign(key: PrivateKey, message: bytes) -> bytes:
    """Sign as the public instance's signers do: over SHA-256."""
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(message, PKCS1v15(), SHA256())
    return key.sign(message, ec.ECDSA(SHA256()))


def pem(key: PrivateKey) -> bytes:
    """Return the public half in PEM."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _material(shown: x509.Certificate | PrivateKey, media_type: str) -> Json:
    if not isinstance(shown, x509.Certificate):
        return {"publicKey": {"hint": "whichever"}}
    certificate = {"rawBytes": b64(shown.public_bytes(Encoding.DER))}
    if media_type in {V01, V02}:
        return {"x509CertificateChain": {"certificates": [certificate]}}
    return {"certificate": certificate}


def _body(
    kind: str, version: str, plain: bytes, message: bytes, signature: bytes, shown: x509.Certificate | PrivateKey
) -> Json:
    certificate = isinstance(shown, x509.Certificate)
    verifier = b64(shown.public_bytes(Encoding.PEM) if isinstance(shown, x509.Certificate) else pem(shown))
    digest = {"algorithm": "sha256", "value": sha256_of(plain)}
    spec: Json
    if kind == "intoto":
        signed_by = {"publicKey": verifier, "sig": b64(b64(signature).encode())}
        envelope = {"payloadType": "application/vnd.in-toto+json", "signatures": [signed_by]}
        spec = {"content": {"envelope": envelope, "hash": digest, "payloadHash": digest}}
    elif kind == "dsse":
        signed_by = {"signature": b64(signature), "verifier": verifier}
        spec = {"envelopeHash": digest, "payloadHash": digest, "signatures": [signed_by]}
    elif version == "0.0.1":
        spec = {"data": {"hash": digest}, "signature": {"content": b64(signature), "publicKey": {"content": verifier}}}
    else:
        encoded = (
            shown.public_bytes(Encoding.DER)
            if isinstance(shown, x509.Certificate)
            else shown.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        )
        who: Json = {"x509Certificate" if certificate else "publicKey": {"rawBytes": b64(encoded)}}
        who["keyDetails"] = "PKIX_ECDSA_P256_SHA_256"
        data = {"algorithm": "SHA2_256", "digest": b64(hashlib.sha256(message).digest())}
        spec = {"hashedRekordV002": {"data": data, "signature": {"content": b64(signature), "verifier": who}}}
    return {"apiVersion": version, "kind": kind, "spec": spec}
