"""Public keys for bundles: which are read, and what they sign."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from support.bundles import FOLDER
from support.private_bundles import PrivateKey, pem, sign
from uplock.attest.bundle_key import certified_key, load_key
from uplock.errors import InputError
from uplock.model.digest import sha256_of

KEYS: dict[str, PrivateKey] = {
    "P-256": ec.generate_private_key(ec.SECP256R1()),
    "P-384": ec.generate_private_key(ec.SECP384R1()),
    "P-521": ec.generate_private_key(ec.SECP521R1()),
    "RSA": rsa.generate_private_key(public_exponent=65537, key_size=2048),
}


def _public(key: ed25519.Ed25519PrivateKey | PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@pytest.mark.parametrize("name", KEYS)
def test_a_key_confirms_its_own_signature_over_its_own_message_only(name: str) -> None:
    key = load_key(pem(KEYS[name]))
    signature = sign(KEYS[name], b"message")
    assert key.signs(signature, sha256_of(b"message"))
    assert not key.signs(signature, sha256_of(b"other"))
    assert not key.signs(b"", sha256_of(b"message"))
    other = KEYS["P-256" if name != "P-256" else "P-384"]
    assert not key.signs(sign(other, b"message"), sha256_of(b"message"))


def test_a_signature_over_another_hash_is_none() -> None:
    private = KEYS["P-384"]
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    signature = private.sign(b"message", ec.ECDSA(SHA384()))
    assert not load_key(pem(private)).signs(signature, sha256_of(b"message"))


def test_a_key_is_known_by_the_digest_of_its_der() -> None:
    private = KEYS["P-256"]
    der = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert load_key(pem(private)).sha256 == hashlib.sha256(der).hexdigest()


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"no key",
        b"\xff\xfe",
        (FOLDER / "managed-key-wrong-key_fail" / "key.pub").read_bytes(),
        pem(KEYS["P-256"])[:60],
        KEYS["P-256"].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    ],
    ids=["empty", "text", "no text", "a bad one of the suite", "cut off", "a private key"],
)
def test_what_is_no_public_key_is_an_error(text: bytes) -> None:
    with pytest.raises(InputError, match="not a public key"):
        load_key(text)


@pytest.mark.parametrize(
    "key",
    [
        ed25519.Ed25519PrivateKey.generate(),
        ec.generate_private_key(ec.SECP256K1()),
        rsa.generate_private_key(public_exponent=65537, key_size=1024),  # noqa: S505 - that it is weak is the point
    ],
    ids=["Ed25519", "secp256k1", "RSA 1024"],
)
def test_keys_of_other_kinds_are_an_error(key: ed25519.Ed25519PrivateKey | PrivateKey) -> None:
    with pytest.raises(InputError, match="kind that is not supported"):
        load_key(_public(key))


def test_a_certificate_of_a_kind_of_key_that_signs_nothing_has_none() -> None:
    def certificate(private: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> x509.Certificate:
        from support.certificate_authority import BEGINNING, END, common_name

        issuer = ec.generate_private_key(ec.SECP256R1())
        name = common_name("x")
        builder = x509.CertificateBuilder(name, name, private.public_key(), 1, BEGINNING, END)
        return builder.sign(issuer, SHA256())

    private = ec.generate_private_key(ec.SECP256R1())
    key = certified_key(certificate(private))
    assert key is not None
    assert key.signs(sign(private, b"message"), sha256_of(b"message"))
    assert certified_key(certificate(ed25519.Ed25519PrivateKey.generate())) is None
    der = certificate(private).public_bytes(Encoding.DER)
    algorithm = bytes.fromhex("2a8648ce3d0201")
    unknown = x509.load_der_x509_certificate(der.replace(algorithm, algorithm[:-1] + b"\x09"))
    assert certified_key(unknown) is None


def test_the_command_names_the_file_of_a_bad_key(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    from support.shop import uplock

    path = tmp_path / "release.pub"
    path.write_bytes(b"no key")
    answer = uplock(capfd, "verify", "bundle", "--bundle", path, "--key", path, "sha256:" + "ab" * 32)
    assert answer.code == 3
    assert f"{path}: not a public key" in answer.err
