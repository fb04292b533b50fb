"""Attack: the index (or whoever changes its answers) names another publisher than the one who signed."""

from __future__ import annotations

import json

from support.attestations import WHEEL, attested, case, failure, public_verifier, verify
from support.private_sigstore import github
from uplock.model.results import GitHub, Verified
from uplock.model.value import encode


def test_the_publisher_that_the_index_names_is_never_reported() -> None:
    lie = case("gh-publisher-lies")
    named = json.loads(lie.document())["attestation_bundles"][0]["publisher"]["repository"]

    result = public_verifier().verify(lie.artifact, lie.sha256, lie.document(), None)

    assert isinstance(result, Verified)
    assert result.publisher == GitHub(repository="trailofbits/pypi-attestations", workflow="release.yml")
    assert named != "trailofbits/pypi-attestations"
    assert named not in encode(result).decode()


def test_the_lie_does_not_satisfy_a_policy_that_believes_it() -> None:
    lie = case("gh-publisher-lies")
    named = json.loads(lie.document())["attestation_bundles"][0]["publisher"]
    believed = GitHub(repository=named["repository"], workflow=named["workflow"])

    assert failure(public_verifier().verify(lie.artifact, lie.sha256, lie.document(), believed)) == "identity-mismatch"


def test_a_sound_attestation_by_somebody_else_is_an_identity_mismatch() -> None:
    expected = GitHub(repository="octo/shop", workflow="release.yml")

    assert failure(verify(attested(github("mallory/shop")), expected)) == "identity-mismatch"
    assert isinstance(verify(attested(github("octo/shop")), expected, WHEEL), Verified)
