"""Whatever a document holds, the verifier answers; and nothing but what was signed is ever reported as verified."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.attestations import attested, case, public_verifier, verify
from support.private_sigstore import github, provenance
from uplock.model.results import GitHub, Invalid, NotAttested, Verified

GENUINE = case("pypi_attestations-0.0.19.tar.gz.provenance")
SOUND = provenance([attested(github(environment="pypi"))])
SIGNER = GitHub(repository="octo/shop", workflow="release.yml", environment="pypi")

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def _places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    below: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        below = list(value.items())
    elif isinstance(value, list):
        below = list(enumerate(value))
    return [path, *(place for key, inner in below for place in _places(inner, (*path, key)))][1 if not path else 0 :]


PLACES = _places(json.loads(SOUND))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(PLACES), JSON)
def test_any_member_replaced_by_anything_is_answered(path: tuple[str | int, ...], value: Any) -> None:
    document = json.loads(SOUND)
    member = document
    for key in path[:-1]:
        member = member[key]
    member[path[-1]] = value

    match verify(json.dumps(document).encode()):
        case Verified(publisher=publisher):
            assert publisher == SIGNER
        case Invalid(detail=detail):
            assert detail.isprintable()
            assert len(detail) < 600
        case result:
            assert isinstance(result, NotAttested)
            assert path[-1] in {"attestation_bundles", "attestations"}


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(GENUINE.document()) - 1), st.integers(1, 255))
def test_any_changed_byte_of_a_real_provenance_is_answered(position: int, mask: int) -> None:
    changed = bytearray(GENUINE.document())
    changed[position] ^= mask

    result = public_verifier().verify(GENUINE.artifact, GENUINE.sha256, bytes(changed), None)

    assert isinstance(result, (Verified, Invalid))
    assert not isinstance(result, Verified) or result.publisher == GENUINE.publisher


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=200)
    | st.text(max_size=200).map(lambda text: text.encode())
    | JSON.map(json.dumps).map(str.encode)
)
def test_anything_at_all_is_answered(document: bytes) -> None:
    result = verify(document)

    assert isinstance(result, Invalid)
    assert result.failure in {"malformed", "unsupported-version"}


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300) | JSON.map(json.dumps).map(str.encode))
def test_any_signed_payload_is_answered(payload: bytes) -> None:
    result = verify(attested(content=payload or b" "))

    assert isinstance(result, Invalid)
    assert result.failure == "malformed"
