"""Attack: certificates that nobody trusted has issued, or that were issued behind the back of the certificate log."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from support.attestations import DIGEST, WHEEL, about_wheel, attested, failure, private_instance, verify
from support.private_sigstore import SIGNED_AT, Json, PrivateSigstore, github
from uplock.attest.verify import SigstoreVerifier
from uplock.model.results import Verified


def _material(attestation: Json) -> Json:
    material: Json = attestation["verification_material"]
    return material


def test_an_authority_of_ones_own_is_not_trusted() -> None:
    assert failure(verify(PrivateSigstore().attest(about_wheel(), github()))) == "untrusted-chain"


def test_a_certificate_that_no_certificate_log_has_seen_is_not_trusted() -> None:
    assert failure(verify(private_instance().attest(about_wheel(), github(), sct=False))) == "untrusted-chain"


def test_a_certificate_for_another_use_is_not_trusted() -> None:
    assert failure(verify(private_instance().attest(about_wheel(), github(), code=False))) == "untrusted-chain"


@pytest.mark.parametrize("minutes", [-1, 11, 60 * 24 * 365])
def test_a_stolen_key_signs_nothing_outside_the_validity_of_its_certificate(minutes: int) -> None:
    late = private_instance().attest(about_wheel(), github(), signed_at=SIGNED_AT + timedelta(minutes=minutes))

    assert failure(verify(late)) == "outside-certificate-validity"


@pytest.mark.parametrize("minutes", [0, 9])
def test_a_key_signs_from_the_first_moment_of_its_certificate_on(minutes: int) -> None:
    edge = private_instance().attest(about_wheel(), github(), signed_at=SIGNED_AT + timedelta(minutes=minutes))

    assert isinstance(verify(edge), Verified)


def test_the_log_entry_of_another_log_proves_nothing() -> None:
    ours, theirs = attested(), PrivateSigstore().attest(about_wheel(), github())
    _material(ours)["transparency_entries"] = _material(theirs)["transparency_entries"]

    assert failure(verify(ours)) == "bad-log-entry"


def test_the_same_attestation_holds_only_under_the_root_of_its_instance() -> None:
    other = PrivateSigstore()
    document = json.dumps(other.attest(about_wheel(), github())).encode()

    assert isinstance(SigstoreVerifier(other.root()).verify(WHEEL, DIGEST, document, None), Verified)
    assert failure(verify(document)) == "untrusted-chain"
