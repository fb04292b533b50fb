"""What ``uplock inspect attestation`` reads out of signing certificates, however strange they are."""

from __future__ import annotations

import base64
import warnings
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ed448, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import CertificateBuilder, Name, NameAttribute
from cryptography.x509.oid import NameOID

from support.attestations import attested
from support.private_sigstore import SIGNED_AT, Signer, github
from uplock.attest.decode_certificate import decode_certificate
from uplock.attest.decode_pieces import MAX_TEXT, Pieces
from uplock.model.attestation_outcome import SigningCertificate
from uplock.model.digest import sha256_of
from uplock.model.results import Other

SERIAL = (1 << 158) - 1
VERSION = bytes.fromhex("a003020102")
ED25519 = bytes.fromhex("300506032b6570")


def read(der: bytes) -> tuple[SigningCertificate, tuple[str, ...]]:
    """Return what is shown of a certificate, and what is said to be wrong with it."""
    pieces = Pieces()
    return decode_certificate(der, pieces), pieces.defects


def of(signer: Signer) -> bytes:
    """Return the certificate that the private instance gives a signer."""
    return base64.b64decode(attested(signer)["verification_material"]["certificate"])


def self_signed(key: ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey | rsa.RSAPrivateKey) -> bytes:
    """Return a certificate as no authority makes it: without extensions, and with a name that X.520 forbids."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        name = Name([NameAttribute(NameOID.COUNTRY_NAME, "Nowhere", _validate=False)])
    made = CertificateBuilder(name, name, key.public_key(), SERIAL, SIGNED_AT, SIGNED_AT + timedelta(minutes=10))
    algorithm = SHA256() if isinstance(key, rsa.RSAPrivateKey) else None
    return made.sign(key, algorithm).public_bytes(Encoding.DER)


def element(tag: int, content: bytes) -> bytes:
    """Return a DER element of any size."""
    size = len(content)
    return bytes([tag, 0x82]) + size.to_bytes(2) + content


def with_serial(der: bytes, serial: bytes) -> bytes:
    """Return a self-signed certificate (Ed25519) with a serial number that cryptography would refuse to write."""
    start, end = der.index(VERSION), der.index(ED25519, der.index(b"\x03\x21\x00"))
    old = bytes([0x02, 20]) + SERIAL.to_bytes(20)
    body = der[start:end].replace(old, element(0x02, serial))
    return element(0x30, element(0x30, body) + der[end:])


def test_a_certificate_that_is_none_is_told() -> None:
    content, defects = read(bytes(3))

    assert content == SigningCertificate(sha256=sha256_of(bytes(3)))
    assert defects == ("the signing certificate cannot be parsed",)


def test_a_certificate_without_an_issuer_claim_shows_everything_else() -> None:
    content, defects = read(of(github().claiming(_8=None)))

    assert (content.identity, content.publisher, content.claims) == (None, None, ())
    assert (content.not_before, content.log_promises, content.key) == (SIGNED_AT, 1, "EC secp256r1")
    assert defects == ("the signing certificate does not say which issuer vouched for it",)


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        (ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)), "Ed25519"),
        (ed448.Ed448PrivateKey.generate(), "Ed448PublicKey"),
        (rsa.generate_private_key(65537, 1024), "RSA 1024"),  # noqa: S505 - weak keys are shown as they are
    ],
    ids=["Ed25519", "Ed448", "RSA"],
)
def test_a_certificate_of_no_authority_shows_what_it_has(
    key: ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey | rsa.RSAPrivateKey, kind: str
) -> None:
    content, defects = read(self_signed(key))

    assert (content.not_before, content.serial) == (SIGNED_AT, f"{SERIAL:x}")
    assert (content.issuer, content.authority_key, content.log_promises) == ("C=Nowhere", None, 0)
    assert (content.identity, content.key) == (None, kind)
    assert defects == ("the signing certificate names nobody in a form that is known",)


def test_a_serial_number_of_any_length_is_cut() -> None:
    der = self_signed(ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)))

    content, _ = read(with_serial(der, b"\x0f" + b"\xff" * 5000))

    assert content.serial == "f" * (MAX_TEXT - 1) + "…"


@pytest.mark.parametrize(
    ("found", "put", "part"),
    [
        (bytes.fromhex("2a8648ce3d030107"), bytes.fromhex("2a8648ce3d030177"), "key"),
        (bytes.fromhex("551d23"), bytes.fromhex("551d0f"), "extensions"),
    ],
    ids=["a curve that is none", "an extension twice"],
)
def test_a_part_that_cannot_be_read_hides_no_other(found: bytes, put: bytes, part: str) -> None:
    sound = of(github())
    assert found in sound

    content, defects = read(sound.replace(found, put))

    assert content.not_before == SIGNED_AT
    assert content.serial == read(sound)[0].serial
    assert f"the {part} of the signing certificate cannot be read" in defects


def test_a_claim_of_any_length_is_cut() -> None:
    content, _ = read(of(github("octo/" + "x" * 60_000)))

    assert content.identity is not None
    assert max(len(content.identity), *(len(value) for _, value in content.claims)) == MAX_TEXT
    assert isinstance(content.publisher, Other)
