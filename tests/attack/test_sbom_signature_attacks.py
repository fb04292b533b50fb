"""Somebody without the key makes a document look signed, or signs one thing and shows another."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from support.signed_sboms import (
    LOCK_NAME,
    NAME,
    Tree,
    ecdsa_key,
    lay_out,
    make_document,
    make_statement,
    payload_of,
    signed_envelope,
    signed_statement,
    signing_key,
    written,
)
from uplock.errors import InputError, IntegrityError
from uplock.model.digest import sha256_of
from uplock.model.sbom_sign_outcome import SbomSignatureResult
from uplock.sbom.envelope import PAYLOAD_TYPE, read_envelope, signed_bytes
from uplock.workflow.sbom_sign import sign_document, signature_state, verify_document

OURS, THEIRS = signing_key(1), signing_key(2)
DOCUMENT = make_document(version=1)
EVIL = make_document(version=2)
GENUINE = signed_statement(make_statement(DOCUMENT), OURS)


def _verified(tmp_path: Path, envelope: bytes, document: Tree = DOCUMENT) -> SbomSignatureResult:
    place = lay_out(tmp_path, document)
    return verify_document(place.read_bytes(), place, envelope, Path("x.intoto.json"), locks=(), key=OURS.public)


def _with(envelope: bytes, **changes: object) -> bytes:
    return json.dumps(json.loads(envelope) | changes).encode()


def test_the_genuine_envelope_holds(tmp_path: Path) -> None:
    result = _verified(tmp_path, GENUINE)

    assert (result.outcome, result.bound, result.reason) == ("verified", "bytes", None)
    assert [each.compared for each in result.locks] == [True]


def test_a_changed_document_with_the_genuine_envelope(tmp_path: Path) -> None:
    result = _verified(tmp_path, GENUINE, EVIL)

    assert (result.outcome, result.reason, result.locks) == ("invalid", "another document was signed", ())


def test_the_same_content_in_other_bytes(tmp_path: Path) -> None:
    place = lay_out(tmp_path)
    respelled = json.dumps(DOCUMENT).encode()

    result = verify_document(respelled, place, GENUINE, place, locks=(), key=OURS.public)

    assert (result.outcome, result.bound) == ("invalid", None)
    assert "other bytes" in (result.reason or "")


def test_every_flipped_bit_of_a_signature_and_many_of_the_payload() -> None:
    envelope = json.loads(GENUINE)
    signature = base64.b64decode(envelope["signatures"][0]["sig"])
    payload = payload_of(GENUINE)
    raw = written(DOCUMENT)
    for index in range(len(signature) * 8):
        sig = bytearray(signature)
        sig[index // 8] ^= 1 << index % 8
        flipped = _with(GENUINE, signatures=[{"sig": base64.b64encode(sig).decode()}])
        assert signature_state(raw, flipped, OURS.public) is False
    for index in range(0, len(payload), 7):
        body = payload[:index] + bytes([payload[index] ^ 1]) + payload[index + 1 :]
        assert signature_state(raw, _with(GENUINE, payload=base64.b64encode(body).decode()), OURS.public) is False


@pytest.mark.parametrize(
    "envelope",
    [
        pytest.param(signed_statement(make_statement(DOCUMENT), THEIRS), id="signed by another key"),
        pytest.param(_with(GENUINE, signatures=[]), id="signatures stripped"),
        pytest.param(_with(GENUINE, payloadType="application/json"), id="another payload type put on"),
        pytest.param(
            signed_envelope(json.dumps(make_statement(DOCUMENT)).encode(), OURS, payload_type="text/plain"),
            id="really signed as something else",
        ),
        pytest.param(signed_envelope(b"{}", OURS), id="something else really signed"),
        pytest.param(signed_statement(make_statement(EVIL), OURS), id="another document really signed"),
        pytest.param(
            _with(
                signed_statement(make_statement(EVIL), THEIRS),
                signatures=json.loads(GENUINE)["signatures"],
            ),
            id="genuine signature on another payload",
        ),
        pytest.param(
            _with(
                signed_statement(make_statement(DOCUMENT), THEIRS),
                signatures=[{"keyid": OURS.public.keyid, "sig": json.loads(GENUINE)["signatures"][0]["sig"][:-8]}],
            ),
            id="genuine keyid, cut signature",
        ),
        pytest.param(
            signed_statement(
                make_statement(
                    DOCUMENT, subject=[{"name": LOCK_NAME, "digest": {"sha256": sha256_of(b"another lock")}}]
                ),
                OURS,
            ),
            id="another lock as subject",
        ),
        pytest.param(
            signed_statement(make_statement(DOCUMENT, predicateType="https://spdx.dev/Document"), OURS),
            id="another predicate",
        ),
    ],
)
def test_what_the_key_did_not_say_about_the_document_is_never_verified(envelope: bytes, tmp_path: Path) -> None:
    result = _verified(tmp_path, envelope)

    assert result.outcome == "invalid"
    assert result.reason
    assert signature_state(written(DOCUMENT), envelope, OURS.public) is False


def test_the_key_that_an_envelope_brings_along_is_not_asked(tmp_path: Path) -> None:
    envelope = json.loads(signed_statement(make_statement(DOCUMENT), THEIRS))
    envelope["signatures"][0] |= {"keyid": OURS.public.keyid, "cert": "x", "publicKey": "y"}

    assert _verified(tmp_path, json.dumps(envelope).encode()).outcome == "invalid"


def test_a_keyid_that_lies_does_not_hide_a_genuine_signature(tmp_path: Path) -> None:
    envelope = json.loads(GENUINE)
    envelope["signatures"][0]["keyid"] = THEIRS.public.keyid

    assert _verified(tmp_path, json.dumps(envelope).encode()).outcome == "verified"


def test_signatures_of_strangers_are_counted_and_nothing_more(tmp_path: Path) -> None:
    envelope = signed_statement(make_statement(DOCUMENT), THEIRS, OURS, ecdsa_key())

    result = _verified(tmp_path, envelope)

    assert (result.outcome, result.signatures) == ("verified", 3)


def test_a_signature_of_one_algorithm_is_none_of_another() -> None:
    raw = written(DOCUMENT)
    for signer, asked in ((OURS, ecdsa_key()), (ecdsa_key(), OURS)):
        envelope = signed_statement(make_statement(DOCUMENT), signer)
        assert signature_state(raw, envelope, signer.public) is True
        assert signature_state(raw, envelope, asked.public) is False


def test_a_signature_over_the_bare_payload_is_none(tmp_path: Path) -> None:
    sig = base64.b64encode(OURS.sign(payload_of(GENUINE))).decode()

    assert _verified(tmp_path, _with(GENUINE, signatures=[{"sig": sig}])).outcome == "invalid"


def test_the_border_between_type_and_payload_cannot_be_moved() -> None:
    one, other = signed_bytes(b"b c", "a"), signed_bytes(b"c", "a b")
    assert one != other


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda text: text.replace(b'"payload":', b'"payload": "", "payload":', 1), id="key twice"),
        pytest.param(lambda _: b"[]", id="no object"),
        pytest.param(lambda _: b"", id="empty"),
        pytest.param(lambda text: text[: len(text) // 2], id="cut"),
        pytest.param(lambda text: _with(text, payload=None), id="no payload"),
        pytest.param(lambda text: _with(text, payloadType=3), id="type is a number"),
        pytest.param(lambda text: _with(text, signatures=None), id="no signatures"),
        pytest.param(lambda text: _with(text, signatures=["x"]), id="signature is a text"),
        pytest.param(lambda text: _with(text, signatures=[{"sig": "AAAA", "keyid": 3}]), id="keyid is a number"),
        pytest.param(lambda text: _with(text, signatures=[{"sig": "AAAA"}] * 65), id="too many signatures"),
        pytest.param(lambda text: _with(text, signatures=[{"sig": "A" * 4000}]), id="giant signature"),
        pytest.param(lambda text: _with(text, payload="+/-_"), id="two alphabets"),
        pytest.param(lambda text: _with(text, payload="QQ"), id="no padding"),
        pytest.param(lambda text: _with(text, payload="QR=="), id="stray bits"),
        pytest.param(lambda text: _with(text, payload="QQ==\n"), id="white space"),
        pytest.param(lambda text: _with(text, payload="Q\u00e9=="), id="no ASCII"),
        pytest.param(lambda _: b'{"x":' * 100_000, id="deep"),
    ],
)
def test_an_envelope_of_another_form_is_an_error(spoil: Callable[[bytes], bytes]) -> None:
    envelope = spoil(GENUINE)

    with pytest.raises(InputError):
        read_envelope(envelope)
    assert signature_state(written(DOCUMENT), envelope, OURS.public) is None


def test_an_unreadable_document_is_never_signed_by_anybody() -> None:
    assert signature_state(b"<bom/>", GENUINE, OURS.public) is None
    assert signature_state(b'{"bomFormat": "CycloneDX", "bomFormat": "CycloneDX"}', GENUINE, OURS.public) is None


def test_the_other_alphabet_of_base64_is_read_as_the_protocol_asks() -> None:
    document = make_document(x="\u00ff\u00fe?>" * 9)
    envelope = json.loads(signed_statement(make_statement(document), OURS))
    envelope["payload"] = envelope["payload"].replace("+", "-").replace("/", "_")
    for each in envelope["signatures"]:
        each["sig"] = each["sig"].replace("+", "-").replace("/", "_")

    assert signature_state(written(document), json.dumps(envelope).encode(), OURS.public) is True


def test_another_lock_beside_a_signed_document_is_an_integrity_error(tmp_path: Path) -> None:
    place = lay_out(tmp_path, DOCUMENT, lock=b"another lock")

    with pytest.raises(IntegrityError) as caught:
        verify_document(place.read_bytes(), place, GENUINE, place, locks=(), key=OURS.public)
    assert LOCK_NAME in caught.value.context
    with pytest.raises(IntegrityError):
        sign_document(place.read_bytes(), place, (), OURS)


def test_a_lock_that_is_named_must_be_the_one_that_was_signed(tmp_path: Path) -> None:
    place = lay_out(tmp_path, DOCUMENT)
    stranger = tmp_path / "stranger.toml"
    stranger.write_bytes(b"another lock")

    with pytest.raises(IntegrityError) as caught:
        verify_document(place.read_bytes(), place, GENUINE, place, locks=(stranger,), key=OURS.public)
    assert caught.value.context == str(stranger)


def test_no_file_is_looked_at_for_a_document_that_the_key_did_not_sign(tmp_path: Path) -> None:
    place = lay_out(tmp_path, DOCUMENT, lock=b"another lock")
    envelope = signed_statement(make_statement(DOCUMENT), THEIRS)

    result = verify_document(place.read_bytes(), place, envelope, place, locks=(), key=OURS.public)

    assert (result.outcome, result.locks) == ("invalid", ())


def test_the_payload_type_is_the_one_of_in_toto() -> None:
    assert json.loads(GENUINE)["payloadType"] == PAYLOAD_TYPE == "application/vnd.in-toto+json"
    assert json.loads(payload_of(GENUINE))["subject"][1]["name"] == NAME
