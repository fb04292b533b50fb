"""What a private Sigstore instance signs, through the whole verifier: every step that can go wrong, by its class."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import pytest

from support.attestations import DIGEST, WHEEL, about_wheel, failure, private_instance, verify
from support.signers import Json, Signer, circleci, custom, github, gitlab, google, person
from support.signing_options import SIGNED_AT, Fault, Signing
from support.statements import bundle, provenance, slsa_predicate_of, slsa_statement
from uplock.model.results import (
    CircleCI,
    Email,
    FailureClass,
    GitHub,
    GitLab,
    Google,
    Invalid,
    Other,
    Publisher,
    Verified,
)

LATE = SIGNED_AT + timedelta(hours=1)
DEFINITION = "https://circleci.com/api/v2/projects/{}/pipeline-definitions/{}"
IDS = ("11111111-2222-3333-4444-555555555555", "66666666-7777-8888-9999-000000000000")


def signed(signer: Signer | None = None, **options: object) -> Json:
    return private_instance().attest(about_wheel(), signer or github(), **options)  # type: ignore[arg-type]


def held(document: bytes | Json, expected: Publisher | None = None) -> Verified:
    result = verify(document, expected)
    assert isinstance(result, Verified), result
    return result


# --- logs and times -----------------------------------------------------------------------------------------------


def test_an_entry_of_rekor_v2_with_a_timestamp_holds() -> None:
    (attestation,) = held(signed(log="v2")).attestations
    assert (attestation.time_source, attestation.log_time) == ("timestamp", SIGNED_AT)


def test_an_entry_of_rekor_v1_says_the_time_itself() -> None:
    (attestation,) = held(signed()).attestations
    assert (attestation.time_source, attestation.log_time) == ("log", SIGNED_AT)


def test_a_timestamp_beside_an_entry_of_rekor_v1_is_looked_at_too() -> None:
    assert held(signed(stamps=(SIGNED_AT,))).attestations[0].time_source == "log"
    assert failure(verify(signed(stamps=(LATE,)))) == "outside-certificate-validity"


@pytest.mark.parametrize("fault", ["stamped-by-stranger", "stamp-of-other-signature", "stamp-refused"])
def test_a_timestamp_that_does_not_hold_is_not_passed_over_because_the_log_has_a_time(fault: Fault) -> None:
    assert failure(verify(signed(stamps=(SIGNED_AT,), faults=frozenset({fault})))) == "no-trusted-time"


def test_two_timestamps_of_the_same_moment_hold() -> None:
    held(signed(log="v2", stamps=(SIGNED_AT, SIGNED_AT)))


def test_a_timestamp_can_stand_in_for_the_time_of_rekor_v1() -> None:
    attestation = signed(stamps=(SIGNED_AT,))
    for entry in attestation["verification_material"]["transparency_entries"]:
        del entry["integratedTime"], entry["inclusionPromise"]
    assert held(attestation).attestations[0].time_source == "timestamp"


V1: dict[Fault, FailureClass] = {
    "issued-by-stranger": "untrusted-chain",
    "sct-by-stranger": "untrusted-chain",
    "promise-by-stranger": "bad-log-entry",
    "checkpoint-by-stranger": "bad-log-entry",
    "checkpoint-of-other-tree": "bad-log-entry",
    "other-root-hash": "bad-log-entry",
    "other-body": "bad-log-entry",
    "no-promise": "no-trusted-time",
    "no-proof": "bad-log-entry",
    "no-checkpoint": "bad-log-entry",
    "no-time": "no-trusted-time",
    "second-entry-bad": "bad-log-entry",
}
V2: dict[Fault, FailureClass] = {
    **{fault: found for fault, found in V1.items() if fault not in {"promise-by-stranger", "no-promise"}},
    "stamped-by-stranger": "no-trusted-time",
    "stamp-of-other-signature": "no-trusted-time",
    "stamp-refused": "no-trusted-time",
}


@pytest.mark.parametrize(
    ("log", "fault", "expected"),
    [("v1", *each) for each in V1.items()] + [("v2", *each) for each in V2.items()],
)
def test_every_step_that_goes_wrong_has_its_class(log: str, fault: Fault, expected: FailureClass) -> None:
    assert failure(verify(signed(log=log, faults=frozenset({fault})))) == expected


def test_every_fault_that_the_instance_knows_is_tried() -> None:
    from typing import get_args

    assert V1.keys() | V2.keys() == set(get_args(Fault))
    assert Signing().faults == frozenset()


@pytest.mark.parametrize("log", ["v1", "v2"])
def test_a_certificate_without_promise_of_a_certificate_log_is_not_believed(log: str) -> None:
    assert failure(verify(signed(log=log, sct=False))) == "untrusted-chain"


@pytest.mark.parametrize("log", ["v1", "v2"])
def test_a_certificate_that_is_not_for_signing_code_is_not_believed(log: str) -> None:
    assert failure(verify(signed(log=log, code=False))) == "untrusted-chain"


@pytest.mark.parametrize("log", ["v1", "v2"])
def test_a_certificate_outside_its_window_does_not_hold(log: str) -> None:
    assert failure(verify(signed(log=log, signed_at=LATE))) == "outside-certificate-validity"
    early = SIGNED_AT - timedelta(seconds=1)
    assert failure(verify(signed(log=log, signed_at=early))) == "outside-certificate-validity"
    held(signed(log=log, signed_at=SIGNED_AT + timedelta(minutes=10)))


def test_both_entries_of_two_are_verified() -> None:
    held(signed(entries=2))
    held(signed(entries=2, log="v2"))


@pytest.mark.parametrize("timestamps", ["x", [1], ["?"], [""], [None], ["AAAA"] * 5, {}])
def test_timestamps_that_are_none_do_not_help(timestamps: object) -> None:
    attestation = signed(log="v2")
    attestation["verification_material"]["timestamps"] = timestamps
    assert failure(verify(attestation)) in {"malformed", "no-trusted-time"}


def test_a_timestamp_that_stands_twice_is_refused() -> None:
    attestation = signed(log="v2")
    attestation["verification_material"]["timestamps"] *= 2
    assert failure(verify(attestation)) == "no-trusted-time"


def test_an_entry_of_rekor_v2_cannot_say_the_time() -> None:
    attestation = signed(log="v2")
    (entry,) = attestation["verification_material"]["transparency_entries"]
    promise = signed()["verification_material"]["transparency_entries"][0]
    entry["integratedTime"], entry["inclusionPromise"] = promise["integratedTime"], promise["inclusionPromise"]
    assert failure(verify(attestation)) == "bad-log-entry"


# --- bundles ------------------------------------------------------------------------------------------------------


def as_bundle(attestation: Json, media_type: str = "application/vnd.dev.sigstore.bundle.v0.3+json") -> Json:
    material = attestation["verification_material"]
    certificate = {"rawBytes": material["certificate"]}
    made: Json = {
        "mediaType": media_type,
        "verificationMaterial": {"tlogEntries": material["transparency_entries"]},
        "dsseEnvelope": {
            "payload": attestation["envelope"]["statement"],
            "payloadType": "application/vnd.in-toto+json",
            "signatures": [{"sig": attestation["envelope"]["signature"]}],
        },
    }
    if media_type.endswith(("0.1", "0.2")):
        made["verificationMaterial"]["x509CertificateChain"] = {"certificates": [certificate]}
    else:
        made["verificationMaterial"]["certificate"] = certificate
    if stamps := material.get("timestamps"):
        signed_times = [{"signedTimestamp": each} for each in stamps]
        made["verificationMaterial"]["timestampVerificationData"] = {"rfc3161Timestamps": signed_times}
    return made


@pytest.mark.parametrize("version", ["+json;version=0.1", "+json;version=0.2", "+json;version=0.3", ".v0.3+json"])
@pytest.mark.parametrize("log", ["v1", "v2"])
def test_a_sigstore_bundle_says_the_same_as_the_attestation(version: str, log: str) -> None:
    attestation = signed(log=log)
    document = as_bundle(attestation, f"application/vnd.dev.sigstore.bundle{version}")
    assert held(document).attestations == held(attestation).attestations


@pytest.mark.parametrize(
    ("place", "value", "expected"),
    [
        (("mediaType",), "application/vnd.dev.sigstore.bundle.v0.4+json", "unsupported-version"),
        (("dsseEnvelope",), None, "malformed"),
        (("dsseEnvelope", "payloadType"), "text/plain", "malformed"),
        (("dsseEnvelope", "signatures"), [], "malformed"),
        (("dsseEnvelope", "signatures"), [{"sig": ""}, {"sig": ""}], "malformed"),
        (("verificationMaterial", "tlogEntries"), [], "malformed"),
        (("verificationMaterial", "publicKey"), {"hint": "x"}, "unknown-publisher"),
        (("verificationMaterial", "certificate"), None, "malformed"),
    ],
)
def test_a_bundle_of_another_form_is_refused(place: tuple[str, ...], value: object, expected: FailureClass) -> None:
    document = as_bundle(signed())
    member = document
    for key in place[:-1]:
        member = member[key]
    member[place[-1]] = value
    assert failure(verify(document)) == expected


def test_a_bundle_with_an_empty_chain_is_refused() -> None:
    document = as_bundle(signed(), "application/vnd.dev.sigstore.bundle+json;version=0.1")
    document["verificationMaterial"]["x509CertificateChain"] = {"certificates": []}
    assert failure(verify(document)) == "malformed"


# --- publishers ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("signer", "expected"),
    [
        (github(environment="release"), GitHub(repository="octo/shop", workflow="release.yml", environment="release")),
        (gitlab(), GitLab(repository="group/sub/shop", workflow_filepath=".gitlab-ci.yml")),
        (
            gitlab(host="gitlab.example.org"),
            GitLab(repository="group/sub/shop", workflow_filepath=".gitlab-ci.yml", host="gitlab.example.org"),
        ),
        (google(), Google(email="release@shop.example")),
        (
            circleci(*IDS),
            CircleCI(
                project_id=IDS[0],
                pipeline_definition_id=IDS[1],
                vcs_origin="github.com/octo/shop",
                vcs_ref="refs/tags/v1.0",
            ),
        ),
        (circleci(*IDS, origin=None, ref=None), CircleCI(project_id=IDS[0], pipeline_definition_id=IDS[1])),
        (
            person("me@example.org", "https://login.example"),
            Email(email="me@example.org", issuer="https://login.example"),
        ),
        (
            custom("https://ci.example.org/a", "https://ci.example.org"),
            Other(identity="https://ci.example.org/a", issuer="https://ci.example.org"),
        ),
        (
            custom("https://x.example/a", "https://oidc.circleci.com"),
            Other(identity="https://x.example/a", issuer="https://oidc.circleci.com"),
        ),
        (
            custom("https://x.example/a", "https://oidc.circleci.com", _9=DEFINITION.format("x", IDS[1])),
            Other(identity="https://x.example/a", issuer="https://oidc.circleci.com"),
        ),
    ],
    ids=lambda each: type(each).__name__ if not isinstance(each, Signer) else "",
)
def test_the_publisher_is_read_from_the_certificate_and_can_be_asked_for(signer: Signer, expected: Publisher) -> None:
    document = provenance(bundle(signer, signed(signer))) if signer.publisher else signed(signer)
    assert held(document).publisher == expected
    assert held(document, expected).publisher == expected


def test_a_host_that_does_not_vouch_for_itself_is_no_gitlab() -> None:
    signer = gitlab(host="gitlab.example.org").claiming(_8="https://issuer.example.org")
    assert isinstance(held(signed(signer)).publisher, Other)


def test_a_pipeline_of_another_host_is_not_that_of_the_same_name_at_gitlab_com() -> None:
    document = signed(gitlab(host="gitlab.example.org"))
    expected = GitLab(repository="group/sub/shop", workflow_filepath=".gitlab-ci.yml")
    assert failure(verify(document, expected)) == "identity-mismatch"


def test_other_ids_of_circleci_are_not_the_expected_ones() -> None:
    document = signed(circleci(*IDS))
    assert failure(verify(document, CircleCI(project_id=IDS[1], pipeline_definition_id=IDS[1]))) == "identity-mismatch"
    other = CircleCI(project_id=IDS[0], pipeline_definition_id=IDS[1], vcs_ref="refs/heads/main")
    assert failure(verify(document, other)) == "identity-mismatch"


def test_a_generic_policy_is_issuer_name_and_claims() -> None:
    from support.attestations import private_verifier

    document = json.dumps(signed()).encode()
    anybody = Other(identity="https://github.com/octo/*", issuer="https://token.actions.githubusercontent.com")

    def outcome(*claims: tuple[str, str], expected: Other = anybody) -> str:
        result = private_verifier().verify(WHEEL, DIGEST, document, expected, claims)
        return result.failure if isinstance(result, Invalid) else "verified"

    assert outcome() == "verified"
    assert outcome(("ref", "refs/tags/*"), ("repository-id", "4711"), ("identity", "*@refs/tags/v1.0")) == "verified"
    assert outcome(("ref", "refs/heads/*")) == "identity-mismatch"
    assert outcome(("environment", "*")) == "identity-mismatch", "a claim that is not there is not verified"
    assert outcome(expected=Other(identity="https://github.com/evil/*", issuer=anybody.issuer)) == "identity-mismatch"
    assert outcome(expected=Other(identity=anybody.identity, issuer="https://evil.example")) == "identity-mismatch"


# --- kinds that nobody knows --------------------------------------------------------------------------------------

UNKNOWN = {"kind": "Forge", "repository": "octo/shop"}
BUILDER = custom("https://ci.example.org/a", "https://ci.example.org")


def test_a_publisher_of_unknown_kind_does_not_make_the_rest_unreadable() -> None:
    document = provenance(bundle(UNKNOWN, signed(BUILDER)), bundle(github(), signed()))
    result = held(document)
    assert result.publisher == GitHub(repository="octo/shop", workflow="release.yml")
    assert [each.publisher for each in result.attestations] == [result.publisher]
    (other,) = result.others
    assert other.kind == "Forge"
    assert isinstance(other.attestation.publisher, Other)


def test_nothing_but_publishers_of_unknown_kind_is_nobody() -> None:
    result = verify(provenance(bundle(UNKNOWN, signed(BUILDER))))
    assert failure(result) == "unknown-publisher"
    assert isinstance(result, Invalid)
    assert '"Forge"' in result.detail


def test_a_generic_policy_covers_publishers_of_unknown_kind() -> None:
    document = provenance(bundle(UNKNOWN, signed(BUILDER)))
    expected = Other(identity="https://ci.example.org/*", issuer="https://ci.example.org")
    assert held(document, expected).publisher == Other(identity="https://ci.example.org/a", issuer=expected.issuer)
    assert failure(verify(document, Other(identity="x", issuer="y"))) == "identity-mismatch"


def test_an_attestation_of_unknown_kind_must_hold_all_the_same() -> None:
    broken = signed(BUILDER, faults=frozenset({"checkpoint-by-stranger"}))
    document = provenance(bundle(UNKNOWN, broken), bundle(github(), signed()))
    assert failure(verify(document)) == "bad-log-entry"


# --- SLSA ---------------------------------------------------------------------------------------------------------


def built(predicate: Json | None = None, signer: Signer | None = None) -> Json:
    return private_instance().attest(slsa_statement(WHEEL, DIGEST, github(), predicate), signer or github())


def test_build_provenance_that_fits_its_certificate_holds_and_is_told() -> None:
    build = held(built()).attestations[0].build
    assert build is not None
    assert build.source == "https://github.com/octo/shop"
    assert build.ref == "refs/tags/v1.0"
    assert build.commit == "c" * 40
    assert build.builder.endswith("/release.yml@refs/tags/v1.0")


def test_build_provenance_beside_a_publish_attestation_holds() -> None:
    result = held(provenance(bundle(github(), signed(), built())))
    assert [each.build is not None for each in result.attestations] == [False, True]


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("runDetails", "builder", "id"), "https://github.com/evil/shop/.github/workflows/release.yml@refs/tags/v1.0"),
        (("buildDefinition", "externalParameters", "workflow", "repository"), "https://github.com/evil/shop"),
        (("buildDefinition", "externalParameters", "workflow", "ref"), "refs/heads/main"),
        (("buildDefinition", "resolvedDependencies", 0, "uri"), "git+https://github.com/evil/shop@refs/tags/v1.0"),
        (("buildDefinition", "resolvedDependencies", 0, "uri"), "git+https://github.com/octo/shop@refs/heads/main"),
        (("buildDefinition", "resolvedDependencies", 0, "digest"), {"gitCommit": "d" * 40}),
        (("buildDefinition", "resolvedDependencies", 0, "digest"), {"sha512": "c" * 128}),
        (("buildDefinition", "resolvedDependencies"), []),
        (("buildDefinition", "resolvedDependencies"), None),
    ],
    ids=str,
)
def test_build_provenance_that_contradicts_its_certificate_does_not_hold(
    place: tuple[str | int, ...], value: object
) -> None:
    predicate = slsa_predicate_of(github())
    member = predicate
    for key in place[:-1]:
        member = member[key]  # type: ignore[index]
    member[place[-1]] = value  # type: ignore[index]
    result = verify(built(predicate))
    assert failure(result) == "predicate-mismatch"
    assert isinstance(result, Invalid)
    assert result.detail.startswith("the build provenance contradicts its certificate: ")


@pytest.mark.parametrize(
    "place", [("runDetails",), ("runDetails", "builder"), ("runDetails", "builder", "id"), ("buildDefinition",)]
)
def test_build_provenance_that_leaves_out_what_it_is_for_is_malformed(place: tuple[str, ...]) -> None:
    predicate = slsa_predicate_of(github())
    member = predicate
    for key in place[:-1]:
        member = member[key]
    del member[place[-1]]
    assert failure(verify(built(predicate))) == "malformed"


def test_nobody_without_a_workflow_can_say_how_something_was_built() -> None:
    assert failure(verify(built(signer=google()))) == "predicate-mismatch"


def test_addresses_at_github_are_compared_without_regard_to_case() -> None:
    predicate = slsa_predicate_of(github())
    predicate["buildDefinition"]["externalParameters"]["workflow"]["repository"] = "https://github.com/Octo/Shop"
    held(built(predicate))


def test_a_statement_that_is_no_base64_json_is_malformed() -> None:
    content = base64.b64encode(b"[]").decode()
    attestation = signed()
    attestation["envelope"]["statement"] = content
    assert failure(verify(attestation)) == "bad-signature"
