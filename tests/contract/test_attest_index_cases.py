"""Every case of the attestation fixtures: genuine documents and their falsifications, outcome and class exactly."""

from __future__ import annotations

import hashlib
import tomllib

import pytest

from support.attestations import FIXTURES, Case, case, cases, public_verifier
from uplock.model.results import GitHub, Invalid, NotAttested, Unchecked, Verified


def _outcome(each: Case) -> str:
    result = public_verifier(each.instance).verify(each.artifact, each.sha256, each.document(), each.publisher)
    match result:
        case Verified():
            return "ok"
        case NotAttested():
            return "no-attestation"
        case Invalid(failure=failure):
            return failure
        case Unchecked():
            return "unchecked"


@pytest.mark.parametrize("each", cases(), ids=lambda each: each.id)
def test_the_case_comes_out_as_the_index_says(each: Case) -> None:
    assert _outcome(each) == each.outcome


def test_all_65_cases_are_there_and_their_files_unchanged() -> None:
    raw = tomllib.loads((FIXTURES / "INDEX.toml").read_text(encoding="utf-8"))["case"]

    assert len(raw) == 65
    for each in raw:
        assert hashlib.sha256((FIXTURES / each["file"]).read_bytes()).hexdigest() == each["file_sha256"], each["id"]


@pytest.mark.parametrize("each", [each for each in cases() if each.outcome == "ok"], ids=lambda each: each.id)
def test_without_policy_the_publisher_comes_from_the_certificate(each: Case) -> None:
    result = public_verifier(each.instance).verify(each.artifact, each.sha256, each.document(), None)

    assert isinstance(result, Verified)
    assert result.publisher == each.publisher
    assert all(attestation.publisher == each.publisher for attestation in result.attestations)


def test_a_staging_attestation_is_not_trusted_in_production() -> None:
    (staging,) = (each for each in cases() if each.instance == "staging")

    result = public_verifier().verify(staging.artifact, staging.sha256, staging.document(), None)

    assert isinstance(result, Invalid)
    assert result.failure == "untrusted-chain"


def test_an_environment_that_only_the_index_claims_is_not_reported() -> None:
    claimed = case("gh-publisher-environment")

    result = public_verifier().verify(claimed.artifact, claimed.sha256, claimed.document(), None)

    assert isinstance(result, Verified)
    assert isinstance(result.publisher, GitHub)
    assert result.publisher.environment is None


def test_the_evidence_of_a_real_attestation_is_kept() -> None:
    juwunit = case("juwunit-0.1.3-cp310-abi3-macosx_10_12_x86_64.whl.publish.attestation")

    result = public_verifier().verify(juwunit.artifact, juwunit.sha256, juwunit.document(), None)

    assert isinstance(result, Verified)
    (attestation,) = result.attestations
    claims = dict(attestation.claims)
    assert claims["environment"] == "pypi"
    assert claims["ref"] == "refs/tags/v0.1.3"
    assert claims["repository-id"] == "1235832394"
    assert claims["owner-id"] == "115962839"
    assert claims["visibility"] == "private"
    assert attestation.log_time.isoformat() == "2026-05-13T20:54:13+00:00"
    assert attestation.log_index == 1526139932
