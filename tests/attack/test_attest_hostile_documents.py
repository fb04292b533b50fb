"""Attack: documents made to cost memory or time, or to be read differently by two readers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from support.attestations import attested, failure, verify
from support.private_sigstore import Json, provenance
from uplock.attest.reader import MAX_ATTESTATIONS, MAX_DOCUMENT
from uplock.model.results import Verified

SOUND = json.dumps(attested())


def _with_member(value: str) -> bytes:
    """Return the sound document with one more member, which readers must tolerate."""
    return SOUND.replace('"version"', f'"x": {value}, "version"', 1).encode()


_FLOODS = {
    "huge": b" " * (MAX_DOCUMENT + 1),
    "deep arrays": b"[" * MAX_DOCUMENT,
    "deep objects": b'{"a":' * (MAX_DOCUMENT // 5),
    "deep inside a sound one": SOUND.replace(
        '"version"', f'"x": {"[" * 200_000 + "]" * 200_000}, "version"', 1
    ).encode(),
    "string that never ends": b"[" * 40 + b'"' + b'\\"' * (MAX_DOCUMENT // 2 - 50) + b"\\",
    "many quotes": b"[" * 40 + b'"' * (MAX_DOCUMENT - 40),
    "long number": b'{"version": ' + b"1" * 1_000_000 + b"}",
    "many bundles": provenance(*[[]] * 100_000),
}


@pytest.mark.parametrize("name", _FLOODS)
def test_a_flood_is_refused(name: str) -> None:
    """Work that grew faster than the document would not come to an end here."""
    assert failure(verify(_FLOODS[name])) == "malformed"


def test_a_sound_document_holds_up_to_the_bound_and_not_beyond() -> None:
    assert isinstance(verify(SOUND.ljust(MAX_DOCUMENT).encode()), Verified)
    assert failure(verify(SOUND.ljust(MAX_DOCUMENT + 1).encode())) == "malformed"


def test_brackets_inside_strings_are_no_depth() -> None:
    assert isinstance(
        verify(SOUND.replace('"version"', '"x": "' + "[{" * 500 + '\\"", "version"', 1).encode()), Verified
    )


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_the_depth_that_is_allowed_is_allowed(opening: str) -> None:
    closing = "]" if opening == "[" else "}"

    def nested(levels: int) -> bytes:
        return _with_member(opening * levels + "1" + closing * levels)

    assert isinstance(verify(nested(31)), Verified)
    assert failure(verify(nested(32))) == "malformed"


@pytest.mark.parametrize(
    "change",
    [
        ('"version": 1', '"version": 1, "version": 1'),
        ('"version": 1', '"version": 1, "x": NaN'),
        ('"version": 1', '"version": 1, "x": -Infinity'),
        ('"version": 1', '"version": 1, "x": {"a": 1, "a": 2}'),
        ('"version": 1', '"version": 1,'),
        ('"version": 1', "'version': 1"),
        ('"version": 1', '"version": 1, "x": 01'),
        ('"version": 1', '/* */ "version": 1'),
    ],
    ids=lambda change: change[1],
)
def test_json_that_two_parsers_could_read_differently_is_refused(change: tuple[str, str]) -> None:
    assert failure(verify(SOUND.replace(*change, 1).encode())) == "malformed"


@pytest.mark.parametrize("raw", [b"\xef\xbb\xbf" + SOUND.encode(), SOUND.encode("utf-16"), b"\xff", SOUND.encode() * 2])
def test_other_encodings_and_trailing_documents_are_refused(raw: bytes) -> None:
    assert failure(verify(raw)) == "malformed"


def test_more_attestations_than_the_bound_are_refused_before_any_is_verified() -> None:
    sound = json.loads(SOUND)

    assert failure(verify(provenance([sound] * (MAX_ATTESTATIONS + 1)))) == "malformed"
    assert failure(verify(provenance([sound] * 20, [sound] * 20))) == "malformed"


def _replaced(path: tuple[str | int, ...], value: object) -> Json:
    document: Json = json.loads(SOUND)
    member: Any = document
    for key in path[:-1]:
        member = member[key]
    member[path[-1]] = value
    return document


_ENTRY = ("verification_material", "transparency_entries", 0)
_CHECKPOINT = (*_ENTRY, "inclusionProof", "checkpoint", "envelope")


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ((*_ENTRY, "integratedTime"), "99999999999999", "outside-certificate-validity"),
        ((*_ENTRY, "integratedTime"), "9223372036854775808", "malformed"),
        ((*_ENTRY, "integratedTime"), "-1", "malformed"),
        ((*_ENTRY, "integratedTime"), "0", "no-trusted-time"),
        ((*_ENTRY, "integratedTime"), 1772366400.0, "malformed"),
        ((*_ENTRY, "logIndex"), True, "malformed"),
        ((*_ENTRY, "inclusionProof", "logIndex"), "2", "bad-log-entry"),
        ((*_ENTRY, "inclusionProof", "treeSize"), "0", "bad-log-entry"),
        ((*_ENTRY, "inclusionProof", "treeSize"), "9223372036854775807", "bad-log-entry"),
        ((*_ENTRY, "inclusionProof", "hashes"), [""] * 65, "malformed"),
        ((*_ENTRY, "inclusionProof", "hashes"), [""] * 64, "bad-log-entry"),
        ((*_ENTRY, "inclusionProof", "hashes"), None, "bad-log-entry"),
        ((*_ENTRY, "inclusionProof", "rootHash"), "", "bad-log-entry"),
        ((*_ENTRY, "inclusionProof", "checkpoint"), None, "bad-log-entry"),
        (_CHECKPOINT, "\ud800", "malformed"),
        (_CHECKPOINT, "a\n2\n!\n\n\u2014 a !!!!\n", "bad-log-entry"),
        (
            (*_ENTRY, "inclusionProof", "checkpoint", "envelope"),
            "a\n" + "9" * 5000 + "\nx\n\n\u2014 a AAAAAAAA\n",
            "bad-log-entry",
        ),
        ((*_ENTRY, "inclusionPromise", "signedEntryTimestamp"), "", "no-trusted-time"),
        ((*_ENTRY, "logId", "keyId"), "", "bad-log-entry"),
        ((*_ENTRY, "canonicalizedBody"), "", "bad-log-entry"),
        ((*_ENTRY, "kindVersion", "version"), "0.0.2", "bad-log-entry"),
        (("envelope", "signature"), "", "bad-signature"),
        (("envelope", "signature"), "AAAA\n", "malformed"),
        (("envelope", "statement"), "AAA", "malformed"),
        (("envelope", "statement"), "\u00e9", "malformed"),
        (("verification_material", "certificate"), "", "malformed"),
        (("verification_material", "certificate"), "MAA=", "malformed"),
        (("verification_material", "transparency_entries"), {}, "malformed"),
        (("verification_material",), [], "malformed"),
        (("version",), None, "malformed"),
        (("version",), True, "unsupported-version"),
        (("version",), 1.0, "unsupported-version"),
        (("version",), [1], "unsupported-version"),
    ],
    ids=str,
)
def test_a_member_that_is_not_as_specified_has_one_class(
    path: tuple[str | int, ...], value: object, expected: str
) -> None:
    assert failure(verify(_replaced(path, value))) == expected
