"""Attack: a provenance without any attestation, which loops over nothing and passes in naive tools."""

from __future__ import annotations

import json

import pytest

from support.attestations import attested, verify
from support.private_sigstore import provenance
from uplock.model.digest import sha256_of
from uplock.model.results import NotAttested, Verified


@pytest.mark.parametrize("document", [provenance(), provenance([]), provenance([], [])], ids=["none", "one", "two"])
def test_a_provenance_without_attestations_is_not_attested(document: bytes) -> None:
    result = verify(document)

    assert isinstance(result, NotAttested)
    assert result.document == sha256_of(document)


def test_an_empty_bundle_beside_a_sound_one_changes_nothing() -> None:
    assert isinstance(verify(provenance([], [attested()])), Verified)


def test_nothing_in_an_empty_provenance_excuses_a_wrong_version() -> None:
    document = json.dumps({"version": 2, "attestation_bundles": []}).encode()

    assert not isinstance(verify(document), (NotAttested, Verified))
