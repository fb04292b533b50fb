"""Keys: which are read, what they sign, and that another implementation of DSSE agrees."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from securesystemslib.dsse import Envelope as OtherEnvelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer._crypto_signer import CryptoSigner
from securesystemslib.signer._key import SSlibKey

from support.signed_sboms import PrivateKey, ed25519, make_document, make_statement, private_pem, public_pem, written
from uplock.errors import InputError
from uplock.sbom.envelope import PAYLOAD_TYPE
from uplock.signing.keys import MAX_KEY, load_private_key, load_public_key, read_key_file
from uplock.workflow.sbom_sign import sign_document, signature_state

P256, P384 = ec.derive_private_key(7, ec.SECP256R1()), ec.derive_private_key(7, ec.SECP384R1())
KEYS = [(ed25519(), "ed25519"), (P256, "ecdsa-p256-sha256"), (P384, "ecdsa-p384-sha384")]
RSA = rsa.generate_private_key(65537, 2048)


@pytest.mark.parametrize(("key", "algorithm"), KEYS)
def test_a_key_verifies_what_it_signs_and_nothing_else(key: PrivateKey, algorithm: str) -> None:
    signer, public = load_private_key(private_pem(key)), load_public_key(public_pem(key))

    signature = signer.sign(b"message")

    assert public.verify(signature, b"message")
    assert not public.verify(signature, b"massage")
    assert not public.verify(signature[:-1], b"message")
    assert not public.verify(b"", b"message")
    assert (signer.public.keyid, public.algorithm) == (public.keyid, algorithm)


@pytest.mark.parametrize(("key", "algorithm"), KEYS)
def test_signing_again_gives_the_same_bytes(key: PrivateKey, algorithm: str) -> None:
    signer = load_private_key(private_pem(key))

    assert signer.public.algorithm == algorithm
    assert len({signer.sign(b"message") for _ in range(3)}) == 1


@pytest.mark.parametrize(("key", "algorithm"), KEYS)
def test_another_implementation_verifies_our_envelope(key: PrivateKey, algorithm: str, tmp_path: Path) -> None:
    (tmp_path / "lock").write_bytes(b"lock")
    signer = load_private_key(private_pem(key))
    assert signer.public.algorithm == algorithm
    document = written({"bomFormat": "CycloneDX"})

    envelope, _, _ = sign_document(document, tmp_path / "a.json", (tmp_path / "lock",), signer)

    theirs = SSlibKey.from_crypto(load_pem_public_key(public_pem(key)), keyid=signer.public.keyid)
    read = OtherEnvelope.from_dict(json.loads(envelope))
    assert list(read.verify([theirs], 1)) == [signer.public.keyid]
    read.payload += b" "
    with pytest.raises(VerificationError):
        read.verify([theirs], 1)


@pytest.mark.parametrize(("key", "algorithm"), KEYS)
def test_we_verify_the_envelope_of_another_implementation(key: PrivateKey, algorithm: str) -> None:
    public = load_public_key(public_pem(key))
    assert public.algorithm == algorithm
    tree = make_document()
    envelope = OtherEnvelope(json.dumps(make_statement(tree)).encode(), PAYLOAD_TYPE, {})
    envelope.sign(CryptoSigner(key, SSlibKey.from_crypto(load_pem_public_key(public_pem(key)))))

    assert signature_state(written(tree), json.dumps(envelope.to_dict()).encode(), public) is True
    envelope.payload += b" "
    assert signature_state(written(tree), json.dumps(envelope.to_dict()).encode(), public) is False


def test_an_encrypted_key_needs_its_passphrase_and_another_ignores_one() -> None:
    pem = private_pem(ed25519(), b"pass")

    assert load_private_key(pem, b"pass").public.keyid == load_private_key(private_pem(ed25519()), b"x").public.keyid
    for wrong, said in ((None, "encrypted"), (b"", "encrypted"), (b"other", "another passphrase")):
        with pytest.raises(InputError) as caught:
            load_private_key(pem, wrong)
        assert said in caught.value.message
        assert caught.value.remedy


@pytest.mark.parametrize(
    "key", [RSA, ec.derive_private_key(7, ec.SECP521R1()), ec.derive_private_key(7, ec.SECP256K1())]
)
def test_other_kinds_of_keys_are_refused(key: PrivateKey) -> None:
    for load, pem in ((load_private_key, private_pem(key)), (load_public_key, public_pem(key))):
        with pytest.raises(InputError) as caught:
            load(pem)
        assert "ed25519" in caught.value.remedy


@pytest.mark.parametrize(
    ("pem", "remedy"),
    [
        (b"", "in PEM"),
        (b"\xff" * 100, "in PEM"),
        (private_pem(ed25519()), "-pubout"),
        (public_pem(ed25519(1)) + public_pem(ed25519(2)), "one public key"),
    ],
)
def test_what_is_no_single_public_key_is_refused(pem: bytes, remedy: str) -> None:
    with pytest.raises(InputError) as caught:
        load_public_key(pem)
    assert remedy in caught.value.remedy


def test_a_public_key_signs_nothing() -> None:
    with pytest.raises(InputError):
        load_private_key(public_pem(ed25519()))


def test_a_key_file_says_whether_others_may_read_it_and_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_bytes(b"k" * MAX_KEY)
    for mode, shared in ((0o600, False), (0o400, False), (0o640, True), (0o604, True)):
        path.chmod(mode)
        assert read_key_file(path) == (b"k" * MAX_KEY, shared)
    path.chmod(0o600)
    path.write_bytes(b"k" * (MAX_KEY + 1))
    for place in (path, tmp_path, tmp_path / "none"):
        with pytest.raises(InputError) as caught:
            read_key_file(place)
        assert caught.value.context == str(place)
