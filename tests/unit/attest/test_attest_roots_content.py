"""Whom a trusted root trusts, as it is shown to people; the oracle is sigstore's own reader."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from sigstore.models import TrustedRoot

from support.attestations import private_instance
from uplock.attest.roots import embedded_root
from uplock.attest.trust_content import MAX_CHAIN, MAX_ENTRIES, read_content
from uplock.errors import InputError
from uplock.model.digest import sha256_of

Json = dict[str, Any]
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey


@pytest.mark.parametrize("instance", ["production", "staging"])
def test_everybody_in_an_embedded_root_is_shown(instance: Literal["production", "staging"]) -> None:
    root = embedded_root(instance)
    known = json.loads(root)

    found = read_content(root)

    assert found.media_type == known["mediaType"]
    for logs, key in ((found.transparency_logs, "tlogs"), (found.certificate_logs, "ctlogs")):
        assert [each.url for each in logs] == [each["baseUrl"] for each in known[key]]
        assert [each.key for each in logs] == [each["publicKey"]["keyDetails"] for each in known[key]]
        assert [each.log_id for each in logs] == [base64.b64decode(each["logId"]["keyId"]).hex() for each in known[key]]
    for authorities, key in (
        (found.certificate_authorities, "certificateAuthorities"),
        (found.timestamp_authorities, "timestampAuthorities"),
    ):
        assert [each.url for each in authorities] == [each["uri"] for each in known[key]]
        assert [[each.sha256 for each in authority.certificates] for authority in authorities] == [
            [sha256_of(base64.b64decode(each["rawBytes"])) for each in authority["certChain"]["certificates"]]
            for authority in known[key]
        ]


def test_certificates_are_those_that_sigstore_trusts(tmp_path: Path) -> None:
    path = tmp_path / "root.json"
    path.write_bytes(embedded_root("production"))
    oracle = TrustedRoot.from_file(str(path))

    found = read_content(path.read_bytes())

    shown = [each.sha256 for authority in found.certificate_authorities for each in authority.certificates]
    assert sorted(shown) == sorted(each.fingerprint(SHA256()).hex() for each in oracle.get_fulcio_certs())


def test_names_and_periods_of_an_authority_are_shown() -> None:
    ended, current = read_content(embedded_root("production")).certificate_authorities

    assert ended.subject == "sigstore, sigstore.dev"
    assert ended.start == datetime(2021, 3, 7, 3, 20, 29, tzinfo=UTC)
    assert ended.end == datetime(2022, 12, 31, 23, 59, 59, 999000, tzinfo=UTC)
    assert current.end is None
    assert [each.subject for each in current.certificates] == [
        "CN=sigstore-intermediate,O=sigstore.dev",
        "CN=sigstore,O=sigstore.dev",
    ]
    assert {each.key for each in current.certificates} == {"EC secp384r1"}
    assert current.certificates[0].not_before == datetime(2022, 4, 13, 20, 6, 15, tzinfo=UTC)
    assert current.certificates[0].not_after == datetime(2031, 10, 5, 13, 56, 58, tzinfo=UTC)


def _root() -> Json:
    root: Json = json.loads(private_instance().root())
    return root


def _with_authority(der: bytes) -> bytes:
    root = _root()
    root["certificateAuthorities"][0]["certChain"]["certificates"][0]["rawBytes"] = base64.b64encode(der).decode()
    return json.dumps(root).encode()


def _certificate(key: Key, name: str = "private") -> bytes:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    start, end = datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
    signer = ec.generate_private_key(ec.SECP256R1())
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), 1, start, end)
    return builder.sign(signer, SHA256()).public_bytes(Encoding.DER)


@pytest.mark.parametrize(
    ("make", "shown"),
    [
        (lambda: ec.generate_private_key(ec.SECP256R1()), "EC secp256r1"),
        (lambda: rsa.generate_private_key(65537, 2048), "RSA 2048"),
        (ed25519.Ed25519PrivateKey.generate, "Ed25519"),
        (ed448.Ed448PrivateKey.generate, "Ed448PublicKey"),
    ],
)
def test_the_kind_of_a_key_is_named(make: Callable[[], Key], shown: str) -> None:
    (authority,) = read_content(_with_authority(_certificate(make()))).certificate_authorities

    assert authority.certificates[0].key == shown


def test_a_certificate_that_steers_terminals_by_its_name_is_shown_without_that() -> None:
    der = _certificate(ed25519.Ed25519PrivateKey.generate(), "\x1b[31mroot\u202e")
    (authority,) = read_content(_with_authority(der)).certificate_authorities

    assert authority.certificates[0].subject == "CN=\ufffd[31mroot\ufffd"


def test_what_a_root_leaves_out_is_shown_as_nothing() -> None:
    root = _root()
    for key in ("ctlogs", "timestampAuthorities"):
        root.pop(key, None)
    authority, log = root["certificateAuthorities"][0], root["tlogs"][0]
    for key in ("subject", "uri", "validFor"):
        authority.pop(key)
    log.pop("baseUrl")
    log["publicKey"].pop("validFor", None)
    root["future"] = {"anything": 1}

    found = read_content(json.dumps(root).encode())

    assert found.certificate_logs == ()
    assert found.timestamp_authorities == ()
    shown = found.certificate_authorities[0]
    assert (shown.subject, shown.url, shown.start, shown.end) == ("", "", None, None)
    assert (found.transparency_logs[0].url, found.transparency_logs[0].start) == ("", None)


def _at(*path: str | int, value: object) -> Callable[[Json], None]:
    def change(root: Json) -> None:
        inner: Any = root
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = value

    return change


LOG = ("tlogs", 0)
AUTHORITY = ("certificateAuthorities", 0)
BAD: dict[str, Callable[[Json], None]] = {
    "logs that are no array": _at("tlogs", value={}),
    "too many logs": lambda root: root.update(tlogs=root["tlogs"] * (MAX_ENTRIES + 1)),
    "too long a chain": lambda root: root["certificateAuthorities"][0]["certChain"].update(
        certificates=root["certificateAuthorities"][0]["certChain"]["certificates"] * (MAX_CHAIN + 1)
    ),
    "no media type": lambda root: root.pop("mediaType"),
    "a number as URL": _at(*LOG, "baseUrl", value=1),
    "a line break in a URL": _at(*LOG, "baseUrl", value="https://log.example\nverified"),
    "a long URL": _at(*LOG, "baseUrl", value="https://log.example/" + "a" * 300),
    "a key that is not base64": _at(*LOG, "publicKey", "rawBytes", value="-"),
    "no log id": _at(*LOG, "logId", value=None),
    "a certificate that is none": _at(*AUTHORITY, "certChain", "certificates", 0, "rawBytes", value="AAAA"),
    "no certificates": _at(*AUTHORITY, "certChain", value={}),
    "a moment of no form": _at(*AUTHORITY, "validFor", value={"start": "2021-13-01"}),
    "a moment that is none": _at(*AUTHORITY, "validFor", value={"start": "2021-13-01T00:00:00Z"}),
    "a moment before all years": _at(*AUTHORITY, "validFor", value={"end": "0001-01-01T00:00:00+02:00"}),
    "a number as moment": _at(*AUTHORITY, "validFor", value={"end": 5}),
}


@pytest.mark.parametrize("spoil", BAD.values(), ids=BAD)
def test_a_malformed_root_is_an_error_that_names_the_place(spoil: Callable[[Json], None]) -> None:
    root = _root()
    spoil(root)

    with pytest.raises(InputError, match="the trusted root") as caught:
        read_content(json.dumps(root).encode())
    assert caught.value.remedy


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff", b"[]", b"[" * 100_000, b'{"mediaType": "a", "mediaType": "a"}'])
def test_what_is_no_strict_json_is_an_error(raw: bytes) -> None:
    with pytest.raises(InputError):
        read_content(raw)
