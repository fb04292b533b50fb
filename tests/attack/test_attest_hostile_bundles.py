"""Attack: bundles made to cost memory or time, to be read differently by two readers, or to break the verifier."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.bundles import Case, cases
from support.private_bundles import DIGEST, KINDS, Kind, instance, signed, signer_of, verified
from support.shop import uplock
from support.signers import Json
from uplock.attest.bundle import verify_bundle
from uplock.attest.bundle_reader import MAX_TIMESTAMPS
from uplock.attest.reader import MAX_DOCUMENT, MAX_ENTRIES

FILE, STATEMENT = KINDS[0], KINDS[2]
SOUND = json.dumps(signed(FILE)).encode()

FLOODS = {
    "five megabytes": b" " * 5_000_000,
    "five megabytes around a sound one": SOUND.ljust(5_000_000),
    "deep arrays": b"[" * MAX_DOCUMENT,
    "deep objects": b'{"a":' * (MAX_DOCUMENT // 5),
    "deep inside a sound one": SOUND.replace(b"{", b'{"x": ' + b"[" * 100_000 + b"]" * 100_000 + b",", 1),
    "string that never ends": b"[" * 40 + b'"' + b'\\"' * (MAX_DOCUMENT // 2 - 50) + b"\\",
    "long number": SOUND.replace(b'"1004"', b"1" * 1_000_000),
    "long number in a string": SOUND.replace(b'"1004"', b'"' + b"1" * 1_000_000 + b'"'),
}

FORGERIES = {
    "nothing": b"",
    "no JSON": b"\x00\x01",
    "null": b"null",
    "list": b"[]",
    "text": b'"bundle"',
    "byte order mark": b"\xef\xbb\xbf" + SOUND,
    "UTF-16": SOUND.decode().encode("utf-16"),
    "not UTF-8": SOUND.replace(b"messageSignature", b"messageSignature\xff", 1),
    "NaN": SOUND.replace(b'"1004"', b"NaN"),
    "two bundles": SOUND + SOUND,
    "duplicate media type": SOUND.replace(b'{"mediaType"', b'{"mediaType": "x", "mediaType"', 1),
    "duplicate signature": SOUND.replace(b'"signature": ', b'"signature": "AAAA", "signature": ', 1),
    "escaped duplicate": SOUND.replace(b'"signature": ', b'"signatur\\u0065": "AAAA", "signature": ', 1),
    "lone surrogate": SOUND.replace(b'"hashedrekord"', b'"\\ud800"', 1),
    "negative time": SOUND.replace(b'"integratedTime": "', b'"integratedTime": "-', 1),
    "unknown member": SOUND.replace(b"{", b'{"x": 1,', 1),
}


@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_is_refused(name: str) -> None:
    """Work that grew faster than the bundle would not come to an end here."""
    assert verified(FILE, FLOODS[name]).failure == "malformed"


@pytest.mark.parametrize("name", FORGERIES)
def test_what_two_readers_could_read_differently_is_refused(name: str) -> None:
    assert verified(FILE, FORGERIES[name]).failure == "malformed"


def test_a_bundle_that_was_cut_off_is_malformed() -> None:
    for at in range(0, len(SOUND) - 1, 97):
        assert verified(FILE, SOUND[:at]).failure == "malformed", at


def test_a_bundle_over_the_bound_is_an_error_of_the_command(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """It is not read further than that, so nobody knows what it is."""
    path = tmp_path / "huge.json"
    path.write_bytes(SOUND.ljust(MAX_DOCUMENT + 1))
    who = ["--certificate-identity", "x", "--certificate-oidc-issuer", "y"]
    answer = uplock(capfd, "verify", "bundle", "--bundle", path, *who, f"sha256:{DIGEST}", "--json")
    assert (answer.code, answer.json["error"]["kind"]) == (3, "input")


def test_a_time_beyond_all_calendars_is_refused() -> None:
    for second in (2**62, 253_402_300_800):
        bundle = signed(FILE)
        bundle["verificationMaterial"]["tlogEntries"][0]["integratedTime"] = str(second)
        assert verified(FILE, bundle).failure == "outside-certificate-validity"


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_an_entry_beyond_its_own_tree_is_refused(kind: Kind) -> None:
    bundle = signed(kind)
    proof = bundle["verificationMaterial"]["tlogEntries"][0]["inclusionProof"]
    proof["logIndex"] = proof["treeSize"]
    assert verified(kind, bundle).failure == "bad-log-entry"


def test_a_certificate_with_a_key_that_nobody_knows_is_refused() -> None:
    """Its bytes are those of a sound one but for the last digit of the key's algorithm."""
    bundle = signed(FILE)
    certificate = bundle["verificationMaterial"]["certificate"]
    der = base64.b64decode(certificate["rawBytes"])
    ec_public_key = bytes.fromhex("2a8648ce3d0201")
    assert ec_public_key in der
    certificate["rawBytes"] = base64.b64encode(der.replace(ec_public_key, ec_public_key[:-1] + b"\x09")).decode()
    assert verified(FILE, bundle).failure in {"malformed", "untrusted-chain"}


def test_floods_of_entries_and_timestamps_are_refused() -> None:
    bundle = signed(FILE)
    material = bundle["verificationMaterial"]
    entry = material["tlogEntries"][0]
    material["tlogEntries"] = [entry] * (MAX_ENTRIES + 1)
    assert verified(FILE, bundle).failure == "malformed"
    material["tlogEntries"] = []
    assert verified(FILE, bundle).failure == "malformed"
    material["tlogEntries"] = [entry]
    stamps = [{"signedTimestamp": base64.b64encode(b"%d" % number).decode()} for number in range(MAX_TIMESTAMPS + 1)]
    material["timestampVerificationData"] = {"rfc3161Timestamps": stamps}
    assert verified(FILE, bundle).failure == "malformed"
    material["timestampVerificationData"] = {"rfc3161Timestamps": stamps[:1] * 2}
    assert verified(FILE, bundle).failure == "malformed"


def test_both_a_file_and_a_statement_in_one_bundle_are_refused() -> None:
    """One reader could verify the one, and the next believe the other."""
    both = {**signed(FILE), "dsseEnvelope": signed(STATEMENT)["dsseEnvelope"]}
    assert verified(FILE, both).failure == "malformed"
    neither = signed(FILE)
    del neither["messageSignature"]
    assert verified(FILE, neither).failure == "malformed"


def test_a_key_beside_the_certificate_is_refused() -> None:
    bundle = signed(FILE)
    bundle["verificationMaterial"]["publicKey"] = {"hint": "x"}
    assert verified(FILE, bundle).failure == "unknown-publisher"
    keyed = KINDS[5]
    smuggled = signed(keyed)
    smuggled["verificationMaterial"]["certificate"] = bundle["verificationMaterial"]["certificate"]
    assert verified(keyed, smuggled).failure == "malformed"


def _places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _places(inner, (*path, key))


def _replaced(bundle: Json, path: tuple[str | int, ...], value: object) -> Any:
    if not path:
        return value
    whole = json.loads(json.dumps(bundle))
    place = whole
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return whole


HARMLESS = {"hint", "messageDigest", "digest", "algorithm", "logIndex"}
"""Where another value may be as good: hints that nobody signs, and an index that only the log's own promise covers."""


@pytest.mark.parametrize("value", [None, True, -1, "", "AAAA", [], {}, [{}], "x" * 10_000], ids=repr)
@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_any_other_value_at_any_place_gives_an_answer_and_no_access(kind: Kind, value: object) -> None:
    bundle = signed(kind)
    for path in _places(bundle):
        answer = verified(kind, json.dumps(_replaced(bundle, path, value)).encode())
        assert answer.outcome == "invalid" or HARMLESS & set(path), path
        assert (answer.reason is None) == (answer.outcome == "verified")


@pytest.mark.parametrize("case", [each for each in cases() if each.good], ids=lambda case: case.name)
def test_no_bit_of_what_counts_can_be_flipped(case: Case) -> None:
    """In real bundles; some of each are flipped, always the same ones."""
    raw, chance = case.bundle.read_bytes(), random.Random(case.name)  # noqa: S311 - which bits does not matter
    signer, root, whole = case.signer(), case.root(), json.loads(raw)
    for _ in range(20):
        at = chance.randrange(len(raw))
        flipped = bytearray(raw)
        flipped[at] ^= 1 << chance.randrange(8)
        answer = verify_bundle(bytes(flipped), case.sha256, signer, root)
        if answer.outcome == "verified":
            assert _unsigned_apart(json.loads(bytes(flipped)), whole), at


def _unsigned_apart(left: Any, right: Any) -> bool:
    """Whether two bundles say the same wherever that is signed, or pointed to by what is signed."""
    return bool(_essence(left) == _essence(right))


def _essence(bundle: Any) -> Any:
    material = bundle["verificationMaterial"]
    entries = [(each["canonicalizedBody"], each["inclusionProof"]["hashes"]) for each in material["tlogEntries"]]
    content = bundle.get("dsseEnvelope") or bundle["messageSignature"]["signature"]
    if isinstance(content, dict):
        content = (content["payload"], [each["sig"] for each in content["signatures"]])
    return (entries, content, material.get("certificate"))


def test_the_root_of_another_instance_is_no_root() -> None:
    root = instance().root()
    other = type(instance())().root()
    for kind in KINDS:
        raw = json.dumps(signed(kind)).encode()
        assert verify_bundle(raw, DIGEST, signer_of(kind), root).outcome == "verified"
        assert verify_bundle(raw, DIGEST, signer_of(kind), other).outcome == "invalid"
