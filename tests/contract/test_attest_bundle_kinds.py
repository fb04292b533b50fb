"""Bundles of every kind from a private instance: each holds, and none holds once one thing in it is another."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from support.bundles import sigstore_accepts
from support.private_bundles import (
    DIGEST,
    KINDS,
    SIGNER,
    V01,
    V02,
    V03,
    V03_OLD,
    Change,
    Kind,
    PrivateKey,
    instance,
    pem,
    shared_key,
    sign,
    signed,
    signer_of,
    verified,
)
from support.signers import GITHUB_ISSUER, Json
from support.signing_options import SIGNED_AT, Fault
from support.statements import statement
from support.transparency_log import b64
from uplock.attest.bundle import CertificateIdentity, verify_bundle
from uplock.attest.bundle_key import load_key
from uplock.errors import InputError
from uplock.model.digest import Sha256, sha256_of

DATED = [kind for kind in KINDS if kind.entry != "hashedrekord 0.0.2"]
STATEMENTS = [kind for kind in KINDS if kind.content == "statement"]
FILES = [kind for kind in KINDS if kind.content == "file"]
OTHER = sha256_of(b"other")


def raw(bundle: Json) -> bytes:
    return json.dumps(bundle).encode()


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_a_sound_bundle_holds(kind: Kind) -> None:
    bundle = signed(kind)
    answer = verified(kind, bundle)
    assert (answer.outcome, answer.failure, answer.reason) == ("verified", None, None)
    assert (answer.sha256, answer.bundle) == (DIGEST, sha256_of(raw(bundle)))
    assert answer.trusted_root == sha256_of(instance().root())
    assert (answer.log_index, answer.log_time) == (4 if kind.entry == "hashedrekord 0.0.2" else 1004, SIGNED_AT)
    assert answer.time_source == ("log" if kind in DATED else "timestamp")
    if kind.keyed:
        assert answer.key == load_key(pem(shared_key())).sha256
        assert (answer.identity, answer.issuer, answer.claims) == (None, None, ())
    else:
        assert (answer.key, answer.issuer) == (None, GITHUB_ISSUER)
        assert dict(answer.claims)["repository"] == SIGNER.claims[12]
    assert (answer.predicate_type is None) == (kind.content == "file")


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_sigstore_accepts_the_same_bundles_where_it_knows_their_kind(kind: Kind) -> None:
    accepted = sigstore_accepts(raw(signed(kind)), DIGEST, signer_of(kind), instance().root())
    assert accepted == kind.known_to_sigstore


@pytest.mark.parametrize("media_type", [V01, V02, V03_OLD, V03])
@pytest.mark.parametrize("kind", DATED, ids=str)
def test_every_version_of_bundles_is_read(kind: Kind, media_type: str) -> None:
    assert verified(kind, signed(kind, media_type=media_type)).outcome == "verified"


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_another_input_is_refused(kind: Kind) -> None:
    assert verified(kind, signed(kind), OTHER).failure == "subject-digest-mismatch"


@pytest.mark.parametrize("kind", FILES, ids=str)
def test_without_the_word_of_the_bundle_another_input_has_a_bad_signature(kind: Kind) -> None:
    bundle = signed(kind, hashed=False)
    assert verified(kind, bundle).outcome == "verified"
    assert verified(kind, bundle, OTHER).failure == "bad-signature"


@pytest.mark.parametrize("kind", DATED, ids=str)
def test_a_signature_by_another_key_is_refused(kind: Kind) -> None:
    """Of Rekor v2 the timestamp, which is over the signature, would not hold either."""
    bundle = signed(kind)
    other = b64(sign(ec.generate_private_key(ec.SECP256R1()), b"whatever"))
    if kind.content == "file":
        bundle["messageSignature"]["signature"] = other
    else:
        bundle["dsseEnvelope"]["signatures"][0]["sig"] = other
    assert verified(kind, bundle).failure == "bad-signature"


def _set(*path: str | int, value: object) -> Change:
    def change(body: Json) -> None:
        place: Any = body
        for step in path[:-1]:
            place = place[step]
        assert place[path[-1]] != value
        place[path[-1]] = value

    return change


def _drop(*path: str | int) -> Change:
    def change(body: Json) -> None:
        place: Any = body
        for step in path[:-1]:
            place = place[step]
        del place[path[-1]]

    return change


_OTHER_PEM = b64(pem(ec.generate_private_key(ec.SECP256R1())))
_NO_PEM = b64(b"no PEM at all")
_V1, _V2 = ("spec",), ("spec", "hashedRekordV002")
_DSSE, _INTOTO = ("spec", "signatures"), ("spec", "content", "envelope")

WRONG_BODIES: list[tuple[str, str, Change]] = [
    ("hashedrekord 0.0.1", "digest", _set(*_V1, "data", "hash", "value", value=OTHER)),
    ("hashedrekord 0.0.1", "algorithm", _set(*_V1, "data", "hash", "algorithm", value="sha512")),
    ("hashedrekord 0.0.1", "signature", _set(*_V1, "signature", "content", value=b64(b"other"))),
    ("hashedrekord 0.0.1", "verifier", _set(*_V1, "signature", "publicKey", "content", value=_OTHER_PEM)),
    ("hashedrekord 0.0.1", "no PEM", _set(*_V1, "signature", "publicKey", "content", value=_NO_PEM)),
    ("hashedrekord 0.0.1", "empty verifier", _set(*_V1, "signature", "publicKey", "content", value="")),
    ("hashedrekord 0.0.1", "no verifier", _drop(*_V1, "signature", "publicKey")),
    ("hashedrekord 0.0.1", "kind", _set("kind", value="rekord")),
    ("hashedrekord 0.0.1", "version", _set("apiVersion", value="0.0.2")),
    ("hashedrekord 0.0.2", "digest", _set(*_V2, "data", "digest", value=b64(bytes.fromhex(OTHER)))),
    ("hashedrekord 0.0.2", "algorithm", _set(*_V2, "data", "algorithm", value="SHA2_512")),
    ("hashedrekord 0.0.2", "signature", _set(*_V2, "signature", "content", value=b64(b"other"))),
    (
        "hashedrekord 0.0.2",
        "verifier",
        _set(
            *_V2,
            "signature",
            "verifier",
            value={"keyDetails": "PKIX_ECDSA_P256_SHA_256", "publicKey": {"rawBytes": b64(b"other")}},
        ),
    ),
    ("hashedrekord 0.0.2", "no spec", _drop("spec")),
    ("dsse 0.0.1", "payload", _set("spec", "payloadHash", "value", value=OTHER)),
    ("dsse 0.0.1", "signature", _set(*_DSSE, 0, "signature", value=b64(b"other"))),
    ("dsse 0.0.1", "verifier", _set(*_DSSE, 0, "verifier", value=_OTHER_PEM)),
    ("dsse 0.0.1", "no signature", _set(*_DSSE, value=[])),
    ("intoto 0.0.2", "payload", _set("spec", "content", "payloadHash", "value", value=OTHER)),
    ("intoto 0.0.2", "payload type", _set(*_INTOTO, "payloadType", value="text/plain")),
    ("intoto 0.0.2", "signature", _set(*_INTOTO, "signatures", 0, "sig", value=b64(b64(b"other").encode()))),
    ("intoto 0.0.2", "verifier", _set(*_INTOTO, "signatures", 0, "publicKey", value=_OTHER_PEM)),
    ("intoto 0.0.2", "no signature", _set(*_INTOTO, "signatures", value=[])),
    ("intoto 0.0.2", "version", _set("apiVersion", value="0.0.1")),
]


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        pytest.param(kind, change, id=f"{kind} {name}")
        for entry, name, change in WRONG_BODIES
        for kind in KINDS
        if kind.entry == entry
    ],
)
def test_an_entry_about_something_else_is_refused(kind: Kind, change: Change) -> None:
    """The log holds the entry and everything else holds: only what it says is not what the bundle says."""
    answer = verified(kind, signed(kind, body_change=change))
    assert (answer.outcome, answer.failure) == ("invalid", "bad-log-entry")


_FAULTS: list[tuple[Fault, str]] = [
    ("checkpoint-by-stranger", "bad-log-entry"),
    ("checkpoint-of-other-tree", "bad-log-entry"),
    ("other-root-hash", "bad-log-entry"),
    ("no-proof", "bad-log-entry"),
    ("no-checkpoint", "bad-log-entry"),
    ("no-time", "no-trusted-time"),
]


@pytest.mark.parametrize(("fault", "failure"), _FAULTS, ids=str)
@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_an_entry_that_the_log_does_not_prove_is_refused(kind: Kind, fault: Fault, failure: str) -> None:
    assert verified(kind, signed(kind, faults={fault})).failure == failure


@pytest.mark.parametrize("kind", DATED, ids=str)
def test_a_time_that_the_log_did_not_sign_is_refused(kind: Kind) -> None:
    assert verified(kind, signed(kind, faults={"promise-by-stranger"})).failure == "bad-log-entry"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in DATED], ids=str)
def test_a_timestamp_by_a_stranger_is_refused(kind: Kind) -> None:
    assert verified(kind, signed(kind, faults={"stamped-by-stranger"})).failure == "no-trusted-time"


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_an_entry_of_another_kind_than_the_log_has_is_refused(kind: Kind) -> None:
    """The kind beside the body is signed by nobody."""
    bundle = signed(kind)
    others = {each.entry for each in KINDS if each.content == kind.content and each.entry != kind.entry}
    for other in sorted(others - {"hashedrekord 0.0.2"}):
        name, version = other.split()
        entry = bundle["verificationMaterial"]["tlogEntries"][0]
        entry["kindVersion"] = {"kind": name, "version": version}
        assert verified(kind, bundle).failure == "bad-log-entry", other


@pytest.mark.parametrize("written", [("rekord", "0.0.1"), ("intoto", "0.0.1"), ("dsse", "0.0.2"), ("", "")])
@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_kinds_of_entries_that_are_not_known_are_refused(kind: Kind, written: tuple[str, str]) -> None:
    bundle = signed(kind)
    bundle["verificationMaterial"]["tlogEntries"][0]["kindVersion"] = {"kind": written[0], "version": written[1]}
    assert verified(kind, bundle).failure == "bad-log-entry"


@pytest.mark.parametrize("kind", DATED, ids=str)
def test_every_log_entry_must_hold(kind: Kind) -> None:
    bundle = signed(kind)
    entries = bundle["verificationMaterial"]["tlogEntries"]
    entries.append(entries[0])
    assert verified(kind, bundle).outcome == "verified"
    entries[1] = {**entries[1], "logIndex": "7"}
    answer = verified(kind, bundle)
    assert answer.failure == "bad-log-entry"
    assert answer.reason is not None
    assert answer.reason.startswith("log entry 2: ")


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_a_certificate_is_no_plain_key_and_a_plain_key_no_certificate(kind: Kind) -> None:
    other = next(each for each in KINDS if (each.entry, each.keyed) == (kind.entry, not kind.keyed))
    answer = verified(other, signed(kind))
    assert answer.failure == ("unknown-publisher" if kind.keyed else "identity-mismatch")


@pytest.mark.parametrize(
    ("name", "issuer"),
    [("https://github.com/octo/other", GITHUB_ISSUER), (None, "https://login.example"), (None, GITHUB_ISSUER + "/")],
)
@pytest.mark.parametrize("kind", [kind for kind in KINDS if not kind.keyed], ids=str)
def test_another_identity_or_issuer_is_refused(kind: Kind, name: str | None, issuer: str) -> None:
    right = signer_of(kind)
    assert isinstance(right, CertificateIdentity)
    wrong = CertificateIdentity(name=name or right.name, issuer=issuer)
    answer = verify_bundle(raw(signed(kind)), DIGEST, wrong, instance().root())
    assert answer.failure == "identity-mismatch"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.keyed], ids=str)
def test_another_key_than_the_one_that_signed_is_refused(kind: Kind) -> None:
    key = load_key(pem(ec.generate_private_key(ec.SECP256R1())))
    assert verify_bundle(raw(signed(kind)), DIGEST, key, instance().root()).failure == "bad-signature"


@pytest.mark.parametrize(
    "key",
    [
        ec.generate_private_key(ec.SECP384R1()),
        ec.generate_private_key(ec.SECP521R1()),
        rsa.generate_private_key(public_exponent=65537, key_size=2048),
    ],
    ids=["P-384", "P-521", "RSA 2048"],
)
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.keyed], ids=str)
def test_keys_of_other_kinds_sign_as_well(kind: Kind, key: PrivateKey) -> None:
    bundle = signed(kind, key)
    answer = verify_bundle(raw(bundle), DIGEST, signer_of(kind, key), instance().root())
    assert answer.outcome == "verified"


@pytest.mark.parametrize("kind", STATEMENTS, ids=str)
@pytest.mark.parametrize("version", ["v0.1", "v1"])
def test_any_subject_of_a_statement_is_verified(kind: Kind, version: str) -> None:
    """By its digest alone, beside subjects that have none or another one."""
    subjects = [
        {"name": "without", "uri": "https://files.example"},
        {"name": "source", "digest": {"gitCommit": "c" * 40}},
        {"name": "other", "digest": {"sha256": OTHER}},
        {"name": "built", "digest": {"sha256": DIGEST}},
    ]
    kind_of_statement = f"https://in-toto.io/Statement/{version}"
    content = statement(predicate="https://predicate.example/v1", subject=subjects, _type=kind_of_statement)
    bundle = signed(kind, content=content)
    assert verified(kind, bundle).predicate_type == "https://predicate.example/v1"
    assert verified(kind, bundle, OTHER).outcome == "verified"
    assert verified(kind, bundle, Sha256("0" * 64)).failure == "subject-digest-mismatch"


@pytest.mark.parametrize(
    "content",
    [
        b"no JSON",
        b"{}",
        statement(("built", DIGEST), predicate="https://predicate.example/v1", _type="https://in-toto.io/Link/v1"),
        statement(("built", DIGEST), predicate="https://predicate.example/v1", subject=None),
        statement(("built", DIGEST), predicate="https://predicate.example/v1", predicateType=None),
        statement(("built", DIGEST), predicate="p").replace(b'"name"', b'"name": "twice", "name"'),
    ],
)
@pytest.mark.parametrize("kind", STATEMENTS, ids=str)
def test_a_signed_payload_that_is_no_statement_is_malformed(kind: Kind, content: bytes) -> None:
    assert verified(kind, signed(kind, content=content)).failure == "malformed"


@pytest.mark.parametrize("kind", STATEMENTS, ids=str)
def test_a_payload_of_another_type_is_malformed(kind: Kind) -> None:
    bundle = signed(kind)
    bundle["dsseEnvelope"]["payloadType"] = "text/plain"
    assert verified(kind, bundle).failure == "malformed"


def test_base64_that_is_broken_into_lines_is_read() -> None:
    bundle = signed(KINDS[1])
    stamps = bundle["verificationMaterial"]["timestampVerificationData"]["rfc3161Timestamps"]
    text = stamps[0]["signedTimestamp"]
    stamps[0]["signedTimestamp"] = "\r\n".join([text[:76], text[76:]])
    bundle["messageSignature"]["signature"] = bundle["messageSignature"]["signature"] + "\n"
    assert verified(KINDS[1], bundle).outcome == "verified"


@pytest.mark.parametrize("kind", [KINDS[0], KINDS[5]], ids=str)
def test_a_root_without_a_transparency_log_is_an_error(kind: Kind) -> None:
    root = json.loads(instance().root())
    for log in root["tlogs"]:
        log["publicKey"]["validFor"]["start"] = "2999-01-01T00:00:00Z"
    with pytest.raises(InputError, match="trusted root"):
        verified(kind, signed(kind), root=json.dumps(root).encode())
