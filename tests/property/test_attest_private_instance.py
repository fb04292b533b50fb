"""sigstore itself judges the private instance of these tests: sound by default, and broken in one step on request."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from functools import cache
from typing import Literal, get_args

import pytest
from pypi_attestations import Provenance
from rfc3161_client import VerifierBuilder, decode_timestamp_response
from sigstore.errors import Error
from sigstore.models import Bundle, ClientTrustConfig, SigningConfig
from sigstore.verify import Verifier
from sigstore.verify.policy import OIDCIssuerV2

from support.attestations import about_wheel, private_instance, private_verifier
from support.private_sigstore import (
    GITHUB_ISSUER,
    SIGNED_AT,
    Fault,
    Json,
    PrivateSigstore,
    Signer,
    circleci,
    custom,
    github,
    gitlab,
    google,
    slsa_statement,
    statement,
)
from support.statements import publish_predicate_type
from uplock.model.digest import Sha256
from uplock.model.results import CircleCI, GitHub, GitLab, Google, Publisher, Verified

FAULTS: tuple[Fault, ...] = get_args(Fault)
OF_PROMISES = {"promise-by-stranger", "no-promise"}
OF_STAMPS = {"stamped-by-stranger", "stamp-of-other-signature", "stamp-refused"}
LATE = SIGNED_AT + timedelta(minutes=11)

Log = Literal["v1", "v2"]


@cache
def _sigstore() -> Verifier:
    config = {
        "mediaType": ClientTrustConfig.ClientTrustConfigType.CONFIG_0_1.value,
        "trustedRoot": json.loads(private_instance().root()),
        "signingConfig": {"mediaType": SigningConfig.SigningConfigType.SIGNING_CONFIG_0_2.value},
    }
    return Verifier(trusted_root=ClientTrustConfig.from_json(json.dumps(config)).trusted_root)


def _judge(attestation: Json, entry: int = 0) -> bytes:
    """Return the payload if sigstore believes the attestation with one of its log entries."""
    material, envelope = attestation["verification_material"], attestation["envelope"]
    stamps = [{"signedTimestamp": each} for each in material.get("timestamps", [])]
    bundle = {
        "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
        "verificationMaterial": {
            "certificate": {"rawBytes": material["certificate"]},
            "tlogEntries": [material["transparency_entries"][entry]],
            "timestampVerificationData": {"rfc3161Timestamps": stamps},
        },
        "dsseEnvelope": {
            "payload": envelope["statement"],
            "payloadType": "application/vnd.in-toto+json",
            "signatures": [{"sig": envelope["signature"]}],
        },
    }
    return _sigstore().verify_dsse(Bundle.from_json(json.dumps(bundle)), OIDCIssuerV2(GITHUB_ISSUER))[1]


@pytest.mark.parametrize("log", ["v1", "v2"])
def test_sigstore_believes_what_is_sound(log: Log) -> None:
    assert _judge(private_instance().attest(about_wheel(), github(), log=log)) == about_wheel()


@pytest.mark.parametrize("log", ["v1", "v2"])
def test_sigstore_believes_every_sound_entry(log: Log) -> None:
    attestation = private_instance().attest(about_wheel(), github(), log=log, entries=3)

    for number in range(3):
        assert _judge(attestation, number) == about_wheel()


@pytest.mark.parametrize(
    ("log", "fault"),
    [("v1", fault) for fault in FAULTS if fault not in OF_STAMPS]
    + [("v2", fault) for fault in FAULTS if fault not in OF_PROMISES],
)
def test_sigstore_refuses_what_is_broken_in_one_step(log: Log, fault: Fault) -> None:
    attestation = private_instance().attest(about_wheel(), github(), log=log, faults=frozenset({fault}))
    entries = attestation["verification_material"]["transparency_entries"]
    if fault == "second-entry-bad":
        assert _judge(attestation, 0) == about_wheel()

    with pytest.raises(Error):
        _judge(attestation, len(entries) - 1)


@pytest.mark.parametrize("log", ["v1", "v2"])
def test_sigstore_refuses_certificates_that_are_late_unlogged_or_for_mail(log: Log) -> None:
    instance = private_instance()
    for attestation in (
        instance.attest(about_wheel(), github(), log=log, signed_at=LATE),
        instance.attest(about_wheel(), github(), log=log, stamps=(LATE,)),
        instance.attest(about_wheel(), github(), log=log, sct=False),
        instance.attest(about_wheel(), github(), log=log, code=False),
    ):
        with pytest.raises(Error):
            _judge(attestation)


def test_a_fault_in_what_is_not_there_is_an_error() -> None:
    idle: list[tuple[Log, Fault]] = [("v2", "no-promise"), ("v1", "stamp-refused")]
    for log, fault in idle:
        with pytest.raises(ValueError, match=fault):
            private_instance().attest(about_wheel(), github(), log=log, faults=frozenset({fault}))


def test_a_timestamp_is_one_to_its_own_library() -> None:
    authority = private_instance().timestamps
    response = decode_timestamp_response(authority.stamp(b"message", LATE))
    own, root = authority.chain

    verifier = VerifierBuilder().tsa_certificate(own).add_root_certificate(root).build()

    assert verifier.verify_message(response, b"message")
    assert response.tst_info.gen_time == LATE


SIGNERS: list[tuple[Signer, Publisher]] = [
    (github(environment="pypi"), GitHub(repository="octo/shop", workflow="release.yml", environment="pypi")),
    (gitlab(), GitLab(repository="group/sub/shop", workflow_filepath=".gitlab-ci.yml")),
    (google(), Google(email="release@shop.example")),
    (
        circleci(),
        CircleCI(
            project_id="11111111-2222-3333-4444-555555555555",
            pipeline_definition_id="66666666-7777-8888-9999-000000000000",
            vcs_origin="github.com/octo/shop",
            vcs_ref="refs/tags/v1.0",
        ),
    ),
]


def test_many_files_are_attested_by_whom_each_is_said_to_be() -> None:
    files = [(f"shop_{number}-1.0-py3-none-any.whl", f"{number:064x}") for number in range(len(SIGNERS))]
    signers = {name: signer for (name, _), (signer, _) in zip(files, SIGNERS, strict=True)}
    files.append(("bare-1.0-py3-none-any.whl", "f" * 64))

    documents = private_instance().attest_all(files, signers.get)

    assert list(documents) == list(signers)
    for (name, sha256), (_, publisher) in zip(files, SIGNERS, strict=False):
        Provenance.model_validate_json(documents[name])
        result = private_verifier().verify(name, Sha256(sha256), documents[name], publisher)
        assert isinstance(result, Verified)
        assert result.publisher == publisher


def test_a_self_managed_gitlab_vouches_for_itself() -> None:
    signer = gitlab(host="gitlab.example.org", repository_id="7", owner_id="8", environment="release")

    assert signer.claims[8] == "https://gitlab.example.org"
    assert signer.claims[12] == "https://gitlab.example.org/group/sub/shop"
    assert (signer.claims[15], signer.claims[17], signer.claims[23]) == ("7", "8", "release")


def test_whom_pep_740_has_no_kind_for_the_index_calls_other() -> None:
    signer = custom("https://ci.example/job/1", "https://issuer.example", _15="9")
    content = statement(("a-1.0.tar.gz", "ab" * 32), predicate=publish_predicate_type())

    (document,) = private_instance().attest_all([("a-1.0.tar.gz", "ab" * 32)], lambda _: signer).values()

    bundle = json.loads(document)["attestation_bundles"][0]
    assert bundle["publisher"] == {"kind": "Other"}
    assert base64.b64decode(bundle["attestations"][0]["envelope"]["statement"]) == content


def test_slsa_provenance_says_what_the_certificate_says() -> None:
    signer = github(ref="refs/tags/v2.0")

    predicate = json.loads(slsa_statement("a-1.0.tar.gz", "ab" * 32, signer))["predicate"]

    workflow = predicate["buildDefinition"]["externalParameters"]["workflow"]
    assert workflow == {
        "ref": "refs/tags/v2.0",
        "repository": "https://github.com/octo/shop",
        "path": ".github/workflows/release.yml",
    }
    (source,) = predicate["buildDefinition"]["resolvedDependencies"]
    assert source["uri"] == "git+https://github.com/octo/shop@refs/tags/v2.0"
    assert source["digest"] == {"gitCommit": signer.claims[13]}
    assert predicate["runDetails"]["builder"]["id"] == signer.claims[18]


def test_instances_do_not_believe_one_another() -> None:
    with pytest.raises(Error):
        _judge(PrivateSigstore().attest(about_wheel(), github()))
