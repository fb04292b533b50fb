"""A private certificate authority like the public Sigstore instance's: root, intermediate, and a certificate log."""

from __future__ import annotations

import hashlib
import struct
from datetime import UTC, datetime, timedelta
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from support import der
from support.signers import Signer
from support.signing_options import SIGNED_AT

BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)
END = datetime(2040, 1, 1, tzinfo=UTC)

_ARC = "1.3.6.1.4.1.57264.1."
_SCT_LIST = x509.ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2")

PublicKey = ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey


class CertificateLog:
    """A certificate transparency log (RFC 6962) that promises to take whatever it sees."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())

    def promise(self, precertificate: x509.Certificate, issuer: PublicKey) -> bytes:
        """Return the list of one signed certificate timestamp (section 3.2 and 3.3)."""
        tbs = precertificate.tbs_certificate_bytes
        milliseconds = int(SIGNED_AT.timestamp()) * 1000
        entry = key_id(issuer) + len(tbs).to_bytes(3, "big") + tbs
        signed = struct.pack("!BBQH", 0, 0, milliseconds, 1) + entry + b"\0\0"
        signature = self.key.sign(signed, ec.ECDSA(SHA256()))
        timestamp = struct.pack("!B32sQH", 0, key_id(self.key.public_key()), milliseconds, 0)
        timestamp += struct.pack("!BBH", 4, 3, len(signature)) + signature
        return struct.pack("!HH", len(timestamp) + 2, len(timestamp)) + timestamp


class CertificateAuthority:
    """A root and an intermediate on P-384, which issues certificates for ten minutes from :data:`SIGNED_AT` on."""

    def __init__(self) -> None:
        root_key = ec.generate_private_key(ec.SECP384R1())
        self._key = ec.generate_private_key(ec.SECP384R1())
        self._draft_key = ec.generate_private_key(ec.SECP256R1())
        root_name, self._name = common_name("private"), common_name("private-intermediate")
        root = authority_certificate(root_name, root_key.public_key(), root_name, root_key, path_length=1)
        intermediate = authority_certificate(self._name, self._key.public_key(), root_name, root_key, path_length=0)
        self.chain = (intermediate, root)
        """In the order of a trusted root: whoever issues first, the root last."""

    def issue(
        self, key: ec.EllipticCurvePublicKey, signer: Signer, log: CertificateLog | None, usage: Literal["code", "mail"]
    ) -> x509.Certificate:
        """Return a certificate; the certificate log sees it without its own promise (RFC 6962).

        That draft is signed by a key that takes less time: the log looks at everything but the signature, and the
        algorithm, which is among what it looks at, names the hash and not the curve.
        """
        builder = self._builder(key, signer, usage)
        if log is not None:
            promise = log.promise(builder.sign(self._draft_key, SHA384()), self._key.public_key())
            extension = x509.UnrecognizedExtension(_SCT_LIST, der.octets(promise))
            builder = builder.add_extension(extension, critical=False)
        return builder.sign(self._key, SHA384())

    def _builder(
        self, key: ec.EllipticCurvePublicKey, signer: Signer, usage: Literal["code", "mail"]
    ) -> x509.CertificateBuilder:
        purpose = ExtendedKeyUsageOID.CODE_SIGNING if usage == "code" else ExtendedKeyUsageOID.EMAIL_PROTECTION
        authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        end = SIGNED_AT + timedelta(minutes=10)
        builder = (
            x509.CertificateBuilder(self._name, x509.Name([]), key, x509.random_serial_number(), SIGNED_AT, end)
            .add_extension(key_usage(ca=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(authority, critical=False)
            .add_extension(x509.SubjectAlternativeName([signer.name]), critical=True)
        )
        for number, value in signer.extensions().items():
            identifier = x509.ObjectIdentifier(_ARC + str(number))
            builder = builder.add_extension(x509.UnrecognizedExtension(identifier, value), critical=False)
        return builder


def authority_certificate(
    name: x509.Name,
    key: ec.EllipticCurvePublicKey,
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    path_length: int,
) -> x509.Certificate:
    """Return the certificate of an authority, signed by itself or by another one."""
    return (
        x509.CertificateBuilder(issuer, name, key, x509.random_serial_number(), BEGINNING, END)
        .add_extension(key_usage(ca=True), critical=True)
        .add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .sign(issuer_key, SHA384())
    )


def common_name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def key_usage(*, ca: bool) -> x509.KeyUsage:
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


def public_bytes(key: PublicKey) -> bytes:
    """Return a public key as SubjectPublicKeyInfo."""
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def key_id(key: PublicKey) -> bytes:
    """Return the identifier of a key, as certificate logs and Rekor v1 have it."""
    return hashlib.sha256(public_bytes(key)).digest()
