"""Attack: a worthless log entry behind a sound one, where tools look at the first only."""

from __future__ import annotations

import copy
import json

import pytest

from support.attestations import attested, failure, verify
from support.private_sigstore import Json
from uplock.model.results import Invalid, Verified


def _with_entries(attestation: Json, *entries: Json) -> Json:
    changed = copy.deepcopy(attestation)
    changed["verification_material"]["transparency_entries"] = list(entries)
    return changed


def _entry(attestation: Json) -> Json:
    entry: Json = copy.deepcopy(attestation["verification_material"]["transparency_entries"][0])
    return entry


def test_two_entries_that_both_hold_are_accepted() -> None:
    sound = attested()

    assert isinstance(verify(_with_entries(sound, _entry(sound), _entry(sound))), Verified)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("integratedTime",), "1772366401"),
        (("integratedTime",), "1"),
        (("inclusionPromise",), None),
        (("inclusionProof",), None),
        (("inclusionProof", "hashes"), []),
        (("inclusionProof", "checkpoint", "envelope"), "x\n"),
        (("logIndex",), "7"),
        (("canonicalizedBody",), "e30="),
        (("kindVersion", "kind"), "intoto"),
    ],
    ids=str,
)
def test_a_second_entry_that_does_not_hold_fails_all(place: tuple[str, ...], value: object) -> None:
    sound = attested()
    bad = _entry(sound)
    member = bad
    for key in place[:-1]:
        member = member[key]
    member[place[-1]] = value

    result = verify(_with_entries(sound, _entry(sound), bad))

    assert isinstance(result, Invalid)
    assert result.failure == "bad-log-entry"
    assert result.detail.startswith("log entry 2: ")


def test_the_genuine_entry_of_another_attestation_does_not_count() -> None:
    sound, other = attested(), attested()

    assert failure(verify(_with_entries(sound, _entry(sound), _entry(other)))) == "bad-log-entry"
    assert failure(verify(_with_entries(sound, _entry(other)))) == "bad-log-entry"


def test_more_entries_than_anybody_needs_are_refused_unread() -> None:
    sound = attested()

    assert failure(verify(_with_entries(sound, *[_entry(sound)] * 5))) == "malformed"


def test_a_member_written_twice_is_refused() -> None:
    text = json.dumps(attested())
    twice = text.replace('"transparency_entries":', '"transparency_entries": [], "transparency_entries":')

    assert failure(verify(twice.encode())) == "malformed"
