"""The reference implementation agrees on every genuine attestation, read and judged by its own code."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypi_attestations import (
    Attestation,
    Distribution,
    GitHubPublisher,
    GitLabPublisher,
    GooglePublisher,
    Provenance,
)
from sigstore.verify import policy

from support.attestations import Case, cases, public_verifier
from uplock.model.results import Email, GitHub, GitLab, Google, Publisher, Verified

GENUINE = [each for each in cases() if each.outcome == "ok" and not each.file.startswith("variants/")]


def _identity(publisher: Publisher) -> GitHubPublisher | GitLabPublisher | GooglePublisher | policy.Identity:
    match publisher:
        case GitHub(repository=repository, workflow=workflow):
            return GitHubPublisher(repository=repository, workflow=workflow)
        case GitLab(repository=repository, workflow_filepath=path):
            return GitLabPublisher(repository=repository, workflow_filepath=path)
        case Google(email=email):
            return GooglePublisher(email=email)
        case Email(email=email, issuer=issuer):
            return policy.Identity(identity=email, issuer=issuer)
        case _:
            pytest.fail("the reference knows no such publisher")


def _attestations(each: Case) -> list[Attestation]:
    if each.form == "attestation":
        return [Attestation.model_validate_json(each.document())]
    provenance = Provenance.model_validate_json(each.document())
    return [attestation for bundle in provenance.attestation_bundles for attestation in bundle.attestations]


@pytest.mark.parametrize("each", GENUINE, ids=lambda each: each.id)
def test_the_reference_accepts_the_same_attestations(
    each: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))  # the reference copies its root to the user's folders
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    distribution = Distribution(name=each.artifact, digest=each.sha256)

    ours = public_verifier(each.instance).verify(each.artifact, each.sha256, each.document(), each.publisher)
    theirs = [
        attestation.verify(_identity(each.publisher), distribution, staging=each.instance == "staging", offline=True)
        for attestation in _attestations(each)
    ]

    assert isinstance(ours, Verified)
    assert [attestation.predicate_type for attestation in ours.attestations] == [predicate for predicate, _ in theirs]


def test_the_claims_are_those_that_the_reference_reads() -> None:
    for each in GENUINE:
        ours = public_verifier(each.instance).verify(each.artifact, each.sha256, each.document(), None)
        assert isinstance(ours, Verified)
        for mine, theirs in zip(ours.attestations, _attestations(each), strict=True):
            values = sorted(value for name, value in mine.claims if name not in {"environment", "identity"})
            assert values == sorted(theirs.certificate_claims.values())
