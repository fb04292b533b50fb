"""A private Sigstore instance: certificate authority, certificate log and transparency log, in memory.

It makes genuine attestations (PEP 740) under a trusted root of its own, so that tests can have what nobody has signed
in public: other predicates, two subjects, missing log proofs, identities of any kind. Needs cryptography only.
"""

from __future__ import annotations

import base64
import hashlib
import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

SIGNED_AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
"""When everything here is signed; certificates are valid from then on for ten minutes."""
_BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)
_END = datetime(2040, 1, 1, tzinfo=UTC)
_ARC = "1.3.6.1.4.1.57264.1."
_SCT_LIST = x509.ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2")
_ORIGIN = "log.example - 1"

GITHUB_ISSUER = "https://token.actions.githubusercontent.com"

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Signer:
    """Whom a certificate names: subject alternative name, and claims by the last number of their identifier."""

    name: x509.GeneralName
    claims: Mapping[int, str]
    bare_issuer: str | None = None
    """Value of the old claim .1, which is not DER."""
    raw: Mapping[int, bytes] = field(default_factory=dict)
    """Claims whose bytes are given as they are, well-formed or not."""

    def claiming(self, **changes: str | None) -> Signer:
        """Return this signer with claims changed or removed: ``claiming(_23="prod", _13=None)``."""
        claims = {**self.claims, **{int(key[1:]): value for key, value in changes.items()}}
        return replace(self, claims={key: value for key, value in claims.items() if value is not None})


def github(repository: str = "octo/shop", workflow: str = "release.yml", environment: str | None = None) -> Signer:
    """Return a workflow of GitHub Actions that runs for the tag v1.0."""
    url = f"https://github.com/{repository}"
    config = f"{url}/.github/workflows/{workflow}@refs/tags/v1.0"
    claims = {8: GITHUB_ISSUER, 12: url, 13: "c" * 40, 14: "refs/tags/v1.0", 15: "4711", 17: "42", 18: config}
    if environment is not None:
        claims[23] = environment
    return Signer(name=x509.UniformResourceIdentifier(config), claims=claims)


def gitlab(repository: str = "group/sub/shop", path: str = ".gitlab-ci.yml") -> Signer:
    """Return a pipeline of gitlab.com that runs for the tag v1.0."""
    url = f"https://gitlab.com/{repository}"
    config = f"{url}//{path}@refs/tags/v1.0"
    claims = {8: "https://gitlab.com", 12: url, 13: "c" * 40, 14: "refs/tags/v1.0", 18: config}
    return Signer(name=x509.UniformResourceIdentifier(config), claims=claims)


def person(email: str, issuer: str) -> Signer:
    """Return somebody known by e-mail address."""
    return Signer(name=x509.RFC822Name(email), claims={8: issuer})


def statement(*subjects: tuple[str, str], predicate: str, **members: object) -> bytes:
    """Return an in-toto statement about files (name and SHA-256); ``members`` replace members of the statement."""
    content = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": name, "digest": {"sha256": digest}} for name, digest in subjects],
        "predicateType": predicate,
        "predicate": None,
    }
    return json.dumps({**content, **members}).encode()


def provenance(*bundles: Sequence[Json], kind: str = "GitHub") -> bytes:
    """Return a provenance document; each bundle is a list of attestations."""
    publisher = {"kind": kind, "repository": "octo/shop", "workflow": "release.yml"}
    return json.dumps(
        {
            "version": 1,
            "attestation_bundles": [{"publisher": publisher, "attestations": list(bundle)} for bundle in bundles],
        }
    ).encode()


class PrivateSigstore:
    """One instance with keys of its own."""

    def __init__(self) -> None:
        self._ca_key = ec.generate_private_key(ec.SECP256R1())
        self._ct_key = ec.generate_private_key(ec.SECP256R1())
        self._log_key = ec.generate_private_key(ec.SECP256R1())
        self._ca = self._authority()

    def _authority(self) -> x509.Certificate:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "private")])
        key = self._ca_key.public_key()
        return (
            x509.CertificateBuilder(name, name, key, x509.random_serial_number(), _BEGINNING, _END)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_key_usage(ca=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .sign(self._ca_key, SHA256())
        )

    def root(self, *, certificate_logs: bool = True) -> bytes:
        """Return the trusted root of this instance."""
        log = _log("https://log.example", self._log_key)
        certificate_log = _log("https://ct.example", self._ct_key)
        authority = {
            "subject": {"organization": "private", "commonName": "private"},
            "uri": "https://ca.example",
            "certChain": {"certificates": [{"rawBytes": _b64(self._ca.public_bytes(Encoding.DER))}]},
            "validFor": {"start": _iso(_BEGINNING)},
        }
        return json.dumps(
            {
                "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
                "tlogs": [log],
                "certificateAuthorities": [authority],
                "ctlogs": [certificate_log] if certificate_logs else [],
            }
        ).encode()

    def attest(
        self, content: bytes, signer: Signer, *, sct: bool = True, signed_at: datetime = SIGNED_AT, code: bool = True
    ) -> Json:
        """Sign a statement and return the attestation. ``signed_at`` is the time that the log vouches for."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._certificate(key, signer, sct=sct, code=code)
        payload_type = b"application/vnd.in-toto+json"
        message = b"DSSEv1 %d %s %d %s" % (len(payload_type), payload_type, len(content), content)
        signature = key.sign(message, ec.ECDSA(SHA256()))
        return {
            "version": 1,
            "envelope": {"statement": _b64(content), "signature": _b64(signature)},
            "verification_material": {
                "certificate": _b64(certificate.public_bytes(Encoding.DER)),
                "transparency_entries": [self.entry(certificate, content, signature, signed_at)],
            },
        }

    def entry(self, certificate: x509.Certificate, content: bytes, signature: bytes, signed_at: datetime) -> Json:
        """Return an entry of the transparency log for a signed statement: index 0 of a tree of two leaves."""
        pem = certificate.public_bytes(Encoding.PEM)
        body = _canonical(
            {
                "apiVersion": "0.0.1",
                "kind": "dsse",
                "spec": {
                    "envelopeHash": {"algorithm": "sha256", "value": "0" * 64},
                    "payloadHash": {"algorithm": "sha256", "value": hashlib.sha256(content).hexdigest()},
                    "signatures": [{"signature": _b64(signature), "verifier": _b64(pem)}],
                },
            }
        )
        sibling = hashlib.sha256(b"sibling").digest()
        top = hashlib.sha256(b"\x01" + hashlib.sha256(b"\x00" + body).digest() + sibling).digest()
        time = int(signed_at.timestamp())
        promise = {"body": _b64(body), "integratedTime": time, "logID": _key_id(self._log_key).hex(), "logIndex": 1000}
        return {
            "logIndex": "1000",
            "logId": {"keyId": _b64(_key_id(self._log_key))},
            "kindVersion": {"kind": "dsse", "version": "0.0.1"},
            "integratedTime": str(time),
            "inclusionPromise": {"signedEntryTimestamp": _b64(self._log_signs(_canonical(promise)))},
            "inclusionProof": {
                "logIndex": "0",
                "treeSize": "2",
                "rootHash": _b64(top),
                "hashes": [_b64(sibling)],
                "checkpoint": {"envelope": self._checkpoint(top)},
            },
            "canonicalizedBody": _b64(body),
        }

    def _checkpoint(self, top: bytes) -> str:
        note = f"{_ORIGIN}\n2\n{_b64(top)}\n"
        signature = _key_id(self._log_key)[:4] + self._log_signs(note.encode())
        return f"{note}\n\N{EM DASH} log.example {_b64(signature)}\n"

    def _log_signs(self, message: bytes) -> bytes:
        return self._log_key.sign(message, ec.ECDSA(SHA256()))

    def _certificate(
        self, key: ec.EllipticCurvePrivateKey, signer: Signer, *, sct: bool, code: bool
    ) -> x509.Certificate:
        """Return a certificate, signed twice: the certificate log sees it without its own promise (RFC 6962)."""
        usage = ExtendedKeyUsageOID.CODE_SIGNING if code else ExtendedKeyUsageOID.EMAIL_PROTECTION
        authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._ca_key.public_key())
        builder = (
            x509.CertificateBuilder(
                self._ca.subject,
                x509.Name([]),
                key.public_key(),
                x509.random_serial_number(),
                SIGNED_AT,
                SIGNED_AT + timedelta(minutes=10),
            )
            .add_extension(_key_usage(ca=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(authority, critical=False)
            .add_extension(x509.SubjectAlternativeName([signer.name]), critical=True)
        )
        for number, value in _encoded(signer).items():
            identifier = x509.ObjectIdentifier(_ARC + str(number))
            builder = builder.add_extension(x509.UnrecognizedExtension(identifier, value), critical=False)
        if sct:
            promise = self._certificate_promise(builder.sign(self._ca_key, SHA256()))
            builder = builder.add_extension(x509.UnrecognizedExtension(_SCT_LIST, promise), critical=False)
        return builder.sign(self._ca_key, SHA256())

    def _certificate_promise(self, precertificate: x509.Certificate) -> bytes:
        """Return the extension value with one signed certificate timestamp (RFC 6962 section 3.2)."""
        issuer = hashlib.sha256(_public(self._ca_key)).digest()
        tbs = precertificate.tbs_certificate_bytes
        milliseconds = int(SIGNED_AT.timestamp()) * 1000
        entry = issuer + len(tbs).to_bytes(3, "big") + tbs
        signed = struct.pack("!BBQH", 0, 0, milliseconds, 1) + entry + b"\0\0"
        signature = self._ct_key.sign(signed, ec.ECDSA(SHA256()))
        sct = struct.pack("!B32sQH", 0, _key_id(self._ct_key), milliseconds, 0)
        sct += struct.pack("!BBH", 4, 3, len(signature)) + signature
        promises = struct.pack("!HH", len(sct) + 2, len(sct)) + sct
        return _der(0x04, promises)


def _encoded(signer: Signer) -> dict[int, bytes]:
    bare = {} if signer.bare_issuer is None else {1: signer.bare_issuer.encode()}
    texts = {number: _der(0x0C, value.encode()) for number, value in signer.claims.items()}
    return dict(sorted({**bare, **texts, **signer.raw}.items()))


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def _key_usage(*, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )


def _log(url: str, key: ec.EllipticCurvePrivateKey) -> Json:
    public = {
        "rawBytes": _b64(_public(key)),
        "keyDetails": "PKIX_ECDSA_P256_SHA_256",
        "validFor": {"start": _iso(_BEGINNING)},
    }
    return {"baseUrl": url, "hashAlgorithm": "SHA2_256", "publicKey": public, "logId": {"keyId": _b64(_key_id(key))}}


def _public(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _key_id(key: ec.EllipticCurvePrivateKey) -> bytes:
    return hashlib.sha256(_public(key)).digest()


def _canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
