from __future__ import annotations

import base64
from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.x509.oid import NameOID

from support.attestations import attested, failure, verify
from support.private_sigstore import SIGNED_AT, Signer, github
from uplock.attest.certificate import load_certificate, read_identity, signs
from uplock.attest.refusal import AttestationError
from uplock.model.results import Email, Verified

ISSUER = "https://issuer.example"


def _certificate(signer: Signer) -> x509.Certificate:
    return load_certificate(base64.b64decode(attested(signer)["verification_material"]["certificate"]))


def test_the_claims_have_names() -> None:
    identity = read_identity(_certificate(github(environment="pypi")))

    assert dict(identity.claims) == {
        "issuer": "https://token.actions.githubusercontent.com",
        "repository": "https://github.com/octo/shop",
        "commit": "c" * 40,
        "ref": "refs/tags/v1.0",
        "repository-id": "4711",
        "owner-id": "42",
        "build-config": "https://github.com/octo/shop/.github/workflows/release.yml@refs/tags/v1.0",
        "environment": "pypi",
    }
    assert identity.claims == tuple(sorted(identity.claims))
    assert identity.claim("visibility") is None


def test_a_claim_of_any_length_is_read() -> None:
    for size in (127, 128, 255, 256, 70_000):
        identity = read_identity(_certificate(github().claiming(_21="x" * size)))
        assert identity.claim("run") == "x" * size


def test_the_old_issuer_claim_counts_only_without_the_new_one() -> None:
    address = x509.RFC822Name("a@example.org")

    old = Signer(name=address, claims={}, bare_issuer=ISSUER)
    both = Signer(name=address, claims={8: "https://new.example"}, bare_issuer=ISSUER)

    assert read_identity(_certificate(old)).issuer == ISSUER
    assert read_identity(_certificate(both)).issuer == "https://new.example"
    result = verify(attested(old))
    assert isinstance(result, Verified)
    assert result.publisher == Email(email="a@example.org", issuer=ISSUER)


def test_a_bare_user_name_is_a_name() -> None:
    user = x509.OtherName(x509.ObjectIdentifier("1.3.6.1.4.1.57264.1.7"), b"\x0c\x04user")

    identity = read_identity(_certificate(Signer(name=user, claims={8: ISSUER})))

    assert (identity.name, identity.email) == ("user", False)


@pytest.mark.parametrize(
    "signer",
    [
        Signer(name=x509.RFC822Name("a@example.org"), claims={}),
        Signer(name=x509.RFC822Name("a@example.org"), claims={}, raw={8: b""}),
        Signer(name=x509.RFC822Name("a@example.org"), claims={}, raw={8: b"\x0c"}),
        Signer(name=x509.RFC822Name("a@example.org"), claims={}, raw={8: b"\x13\x01a"}),
        Signer(name=x509.RFC822Name("a@example.org"), claims={}, raw={8: b"\x0c\x02a"}),
        Signer(name=x509.RFC822Name("a@example.org"), claims={}, raw={8: b"\x0c\x01ab"}),
        Signer(name=x509.RFC822Name("a@example.org"), claims={}, raw={8: b"\x0c\x85a"}),
        Signer(name=x509.RFC822Name("a@example.org"), claims={}, raw={8: b"\x0c\x01\xff"}),
        Signer(name=x509.RFC822Name("a@example.org"), claims={}, raw={1: b"\xff"}),
        Signer(name=x509.DNSName("host.example"), claims={8: ISSUER}),
    ],
    ids=[
        "no issuer",
        "empty",
        "tag only",
        "other tag",
        "too short",
        "too long",
        "no length",
        "not UTF-8",
        "old",
        "DNS",
    ],
)
def test_a_trusted_certificate_that_names_nobody_readably_is_an_unknown_publisher(signer: Signer) -> None:
    assert failure(verify(attested(signer))) == "unknown-publisher"


def _built(*names: x509.GeneralName) -> x509.Certificate:
    key = ed25519.Ed25519PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, SIGNED_AT, SIGNED_AT.replace(year=2027))
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(list(names)), critical=True)
    return builder.sign(key, None)


@pytest.mark.parametrize(
    "names",
    [
        [],
        [x509.RFC822Name("a@example.org"), x509.RFC822Name("b@example.org")],
        [x509.OtherName(x509.ObjectIdentifier("1.2.3"), b"\x0c\x01a")],
    ],
    ids=["none", "two", "foreign"],
)
def test_a_certificate_has_exactly_one_name(names: list[x509.GeneralName]) -> None:
    with pytest.raises(AttestationError) as caught:
        read_identity(_built(*names))
    assert caught.value.failure == "unknown-publisher"


def test_only_an_elliptic_curve_key_signs() -> None:
    assert not signs(_built(x509.RFC822Name("a@example.org")), b"signature", b"message")
    assert not signs(_certificate(replace(github())), b"signature", b"message")


@pytest.mark.parametrize("der", [b"", b"0\x00", b"\x30\x82\xff\xff", b"x" * 1000])
def test_bytes_that_are_no_certificate_are_malformed(der: bytes) -> None:
    with pytest.raises(AttestationError) as caught:
        load_certificate(der)
    assert caught.value.failure == "malformed"
