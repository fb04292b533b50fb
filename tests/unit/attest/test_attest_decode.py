"""What ``uplock inspect attestation`` reads out of documents: all of a sound one, and what is left of a broken one."""

from __future__ import annotations

import base64
import copy
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from support.attestations import DIGEST, FIXTURES, WHEEL, Case, attested, cases, private_instance, public_verifier
from support.bundles import FOLDER as BUNDLES
from support.private_sigstore import SIGNED_AT, Json, Signer, circleci, custom, github, provenance, slsa_statement
from support.signers import COMMIT
from support.statements import slsa_predicate_type, statement
from uplock.attest.decode import MAX_KEYS, decode_document
from uplock.attest.decode_parts import MAX_DIGESTS, MAX_SUBJECTS
from uplock.attest.decode_pieces import MAX_DEFECTS, MAX_TEXT
from uplock.attest.reader import MAX_ATTESTATIONS, MAX_DOCUMENT, MAX_ENTRIES
from uplock.attest.statement import is_build_provenance
from uplock.errors import InputError
from uplock.model.attestation_outcome import (
    AttestationContent,
    StatedAttestation,
    StatedBuild,
    StatedLogEntry,
    StatedTimestamp,
)
from uplock.model.digest import sha256_of
from uplock.model.results import CircleCI, GitHub, Other, Verified

DOCUMENTS = sorted(path for path in FIXTURES.rglob("*") if path.is_file() and path.suffix not in {".toml", ".md"})
SIGSTORE_BUNDLES = sorted(BUNDLES.glob("*/bundle.sigstore.json"))
NO_JSON = {"gh-truncated.json", "gl-truncated.json"}
GENUINE = [case for case in cases() if case.outcome == "ok" and "/" not in case.file]

SOUND = attested()

ENTRY = "verification_material.transparency_entries[0]"


def decode(document: bytes | Json) -> AttestationContent:
    raw = document if isinstance(document, bytes) else json.dumps(document).encode()
    return decode_document(raw, "x.provenance")


def only(document: bytes | Json) -> StatedAttestation:
    """Return the one attestation of a document."""
    (group,) = decode(document).groups
    (attestation,) = group.attestations
    return attestation


def altered(change: Callable[[Json], object]) -> Json:
    """Return a sound attestation with one change."""
    document = copy.deepcopy(SOUND)
    change(document)
    return document


def about(content: bytes) -> StatedAttestation:
    """Return what is read of an attestation with another statement."""
    return only(altered(lambda each: each["envelope"].update(statement=base64.b64encode(content).decode())))


# --- sound documents --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", GENUINE, ids=lambda case: case.id)
def test_what_is_shown_of_a_genuine_document_is_what_can_be_verified_of_it(case: Case) -> None:
    content = decode_document(case.document(), case.file)

    verified = public_verifier().verify(case.artifact, case.sha256, case.document(), None)
    assert isinstance(verified, Verified)
    shown = [attestation for group in content.groups for attestation in group.attestations]
    assert content.form == case.form
    assert content.defects == ()
    for stated, held in zip(shown, verified.attestations, strict=True):
        assert stated.defects == ()
        assert stated.statement is not None
        assert stated.statement.predicate_type == held.predicate_type
        (subject,) = stated.statement.subjects
        assert subject.name is not None
        assert (subject.name.lower(), subject.digests) == (case.artifact.lower(), (("sha256", case.sha256),))
        certificate = stated.certificate
        assert certificate is not None
        assert certificate.publisher == held.publisher
        assert {*certificate.claims, ("identity", certificate.identity)} == set(held.claims)
        (entry,) = stated.entries
        assert (entry.log_index, entry.integrated_time) == (held.log_index, held.log_time)
        assert certificate.not_before is not None
        assert certificate.not_after is not None
        assert certificate.not_before <= held.log_time <= certificate.not_after


def test_everything_that_a_genuine_provenance_says_is_there() -> None:
    path = FIXTURES / "sampleproject-4.0.0.tar.gz.provenance"

    content = decode_document(path.read_bytes(), path.name)

    assert (content.state, content.form, content.version) == ("unverified", "provenance", "1")
    assert (content.filename, content.size, content.sha256) == (path.name, 9980, sha256_of(path.read_bytes()))
    (group,) = content.groups
    assert group.publisher == (
        ("environment", ""),
        ("kind", "GitHub"),
        ("repository", "pypa/sampleproject"),
        ("workflow", "release.yml"),
    )
    (attestation,) = group.attestations
    assert (attestation.signature, attestation.timestamps, attestation.file, attestation.key_hint) == (
        71,
        0,
        None,
        None,
    )
    assert attestation.statement is not None
    assert (attestation.statement.type, attestation.statement.size) == ("https://in-toto.io/Statement/v1", 261)
    certificate = attestation.certificate
    assert certificate is not None
    assert (certificate.serial, certificate.issuer, certificate.authority_key) == (
        "15a8be3c329a935c40d472ead26b24aa10d5e7",
        "CN=sigstore-intermediate,O=sigstore.dev",
        "dfd3e9cf56241196f9a8d8e92855a2c62e18643f",
    )
    assert certificate.sha256 == "b840d9e2846028d988df4f4be3c2dca05c95243e1882691daeedb503c3dd0123"
    assert (certificate.key, certificate.log_promises, certificate.chain) == ("EC secp256r1", 1, 0)
    assert dict(certificate.claims)["owner-id"] == "647025"
    (entry,) = attestation.entries
    assert entry == StatedLogEntry(
        kind="dsse",
        version="0.0.1",
        log_id="c0d23d6ad406973f9559f3ba2d1ca01f84147d8ffc5b8445c224f98b9591801d",
        log_index=147137139,
        integrated_time=datetime(2024, 11, 6, 22, 37, 7, tzinfo=UTC),
        promise=True,
        proof=entry.proof,
    )
    assert entry.proof is not None
    assert (entry.proof.log_index, entry.proof.tree_size, entry.proof.hashes) == (25232877, 25232879, 12)
    assert entry.proof.origin == "rekor.sigstore.dev - 1193050959916656506"
    assert entry.proof.root_hash == "42b9cca302671a3f616642f550ebe483bc3e2ae1b6ecf10372c75a12a0ada033"


def test_a_lying_publisher_object_stands_beside_what_the_certificate_says() -> None:
    (group,) = decode((FIXTURES / "variants" / "gh-publisher-lies.json").read_bytes()).groups

    assert dict(group.publisher or ())["repository"] == "attacker/x"
    certificate = group.attestations[0].certificate
    assert certificate is not None
    assert certificate.publisher == GitHub(repository="trailofbits/pypi-attestations", workflow="release.yml")


def test_a_build_is_summed_up() -> None:
    attestation = only(attested(content=slsa_statement(WHEEL, DIGEST, github())))

    assert attestation.statement is not None
    assert attestation.statement.build == StatedBuild(
        type="https://actions.github.io/buildtypes/workflow/v1",
        builder="https://github.com/octo/shop/.github/workflows/release.yml@refs/tags/v1.0",
        source="https://github.com/octo/shop",
        ref="refs/tags/v1.0",
        commit=COMMIT,
    )
    assert attestation.defects == ()


def test_of_a_build_without_a_workflow_the_first_git_dependency_is_the_source() -> None:
    body = {
        "buildDefinition": {
            "buildType": "https://build.example/v1",
            "resolvedDependencies": [
                {"uri": "https://index.example/image"},
                {"name": "no address"},
                {"uri": "git+https://git.example/shop@refs/heads/main", "digest": {"sha1": "ab" * 20}},
                {"uri": "git+https://git.example/other", "digest": {"sha1": "cd" * 20}},
            ],
        },
        "runDetails": {"builder": {"id": "https://build.example"}},
    }

    attestation = about(slsa_statement(WHEEL, DIGEST, github(), body))

    assert attestation.statement is not None
    assert attestation.statement.build == StatedBuild(
        type="https://build.example/v1",
        builder="https://build.example",
        source="https://git.example/shop",
        ref="refs/heads/main",
        commit="ab" * 20,
    )
    assert attestation.defects == ()


@pytest.mark.parametrize(
    ("dependencies", "ref", "commit"),
    [([], None, None), ([{"uri": "git+https://git.example/shop"}], None, None)],
)
def test_what_a_build_leaves_out_is_left_out(dependencies: list[Json], ref: str | None, commit: str | None) -> None:
    body = {
        "buildDefinition": {"resolvedDependencies": dependencies},
        "runDetails": {"builder": {"id": "https://build.example"}},
    }

    statement = about(slsa_statement(WHEEL, DIGEST, github(), body)).statement

    assert statement is not None
    assert statement.build is not None
    assert (statement.build.type, statement.build.ref, statement.build.commit) == (None, ref, commit)


def test_the_commit_is_that_of_the_source_whatever_stands_before_it() -> None:
    body: Json = {
        "buildDefinition": {
            "externalParameters": {"workflow": {"repository": "https://git.example/Shop", "ref": "refs/tags/v1"}},
            "resolvedDependencies": [
                {"uri": "git+https://git.example/other@refs/tags/v9", "digest": {"gitCommit": "cd" * 20}},
                {"uri": "git+https://git.example/shop@refs/tags/v1", "digest": {"gitCommit": "ab" * 20}},
            ],
        },
        "runDetails": {"builder": {"id": "https://build.example"}},
    }

    def build() -> StatedBuild | None:
        statement = about(slsa_statement(WHEEL, DIGEST, github(), body)).statement
        return None if statement is None else statement.build

    found = build()
    assert found is not None
    assert (found.source, found.ref, found.commit) == ("https://git.example/Shop", "refs/tags/v1", "ab" * 20)
    body["buildDefinition"]["resolvedDependencies"] = body["buildDefinition"]["resolvedDependencies"][:1]
    found = build()
    assert found is not None
    assert (found.source, found.commit) == ("https://git.example/Shop", None)


@pytest.mark.parametrize(
    "predicate", [slsa_predicate_type(), f"{slsa_predicate_type()}/", "https://slsa.dev/provenance/v0.2", "publish"]
)
def test_a_build_is_read_where_a_verifier_reads_one(predicate: str) -> None:
    content = {"_type": "t", "predicateType": predicate, "subject": [], "predicate": {}}
    statement = about(json.dumps(content).encode()).statement

    assert statement is not None
    assert (statement.build is not None) == is_build_provenance(predicate)


def test_an_attestation_with_rekor_v2_and_a_timestamp_has_no_time_of_its_own() -> None:
    signed = private_instance().attest(statement((WHEEL, DIGEST), predicate="p"), github(), log="v2")

    attestation = only(signed)

    (entry,) = attestation.entries
    assert (entry.kind, entry.version, entry.integrated_time, entry.promise) == ("hashedrekord", "0.0.2", None, False)
    assert attestation.timestamps == 1
    assert attestation.defects == ()


def test_every_log_entry_is_shown() -> None:
    signed = private_instance().attest(statement((WHEEL, DIGEST), predicate="p"), github(), entries=2)

    assert [entry.integrated_time for entry in only(signed).entries] == [SIGNED_AT, SIGNED_AT]


@pytest.mark.parametrize(
    ("signer", "publisher"),
    [
        (custom("https://ci.example/job", "https://ci.example"), Other),
        (circleci(), CircleCI),
        (github(environment="pypi"), GitHub),
    ],
)
def test_the_publisher_is_that_of_the_certificate(signer: Signer, publisher: type) -> None:
    certificate = only(attested(signer)).certificate

    assert certificate is not None
    assert isinstance(certificate.publisher, publisher)


# --- bundles ----------------------------------------------------------------------------------------------------------


def bundle(name: str) -> Json:
    """Return a bundle of the conformance suite as JSON."""
    document: Json = json.loads((BUNDLES / name / "bundle.sigstore.json").read_bytes())
    return document


def test_a_bundle_that_signs_a_file_shows_the_digest_that_it_states() -> None:
    content = decode(bundle("happy-path-v0.1"))

    assert (content.form, content.version) == ("bundle", "application/vnd.dev.sigstore.bundle+json;version=0.1")
    (attestation,) = content.groups[0].attestations
    assert content.groups[0].publisher is None
    assert attestation.statement is None
    assert attestation.file is not None
    assert attestation.file.algorithm == "SHA2_256"
    assert attestation.file.digest == sha256_of((BUNDLES / "a.txt").read_bytes())


@pytest.mark.parametrize("name", ["happy-path-v0.1", "happy-path-v0.2", "happy-path-v0.3"])
def test_the_certificate_is_found_where_each_version_has_it(name: str) -> None:
    certificate = only(bundle(name)).certificate

    assert certificate is not None
    assert certificate.publisher == GitHub(
        repository="sigstore-conformance/extremely-dangerous-public-oidc-beacon",
        workflow="extremely-dangerous-oidc-beacon.yml",
    )


def test_a_chain_is_counted() -> None:
    certificate = only(bundle("bundle-with-root-cert_fail")).certificate

    assert certificate is not None
    assert certificate.chain > 0


def test_a_bundle_signed_by_a_bare_key_has_its_hint() -> None:
    attestation = only(bundle("managed-key-happy-path"))

    assert attestation.certificate is None
    assert attestation.key_hint == "TLMsSDfG3ajPsWge+z/vX5T/zluXnmvbkTkwLIV68Tk="
    assert attestation.defects == ()


def test_base64_may_be_broken_into_lines_in_a_bundle_and_not_in_an_attestation() -> None:
    wrapped = bundle("rekor2-dsse-happy-path")
    envelope = wrapped["dsseEnvelope"]
    envelope["payload"] = envelope["payload"][:76] + "\r\n" + envelope["payload"][76:]
    assert only(wrapped) == only(bundle("rekor2-dsse-happy-path"))

    attestation = altered(lambda each: each["envelope"].update(statement=each["envelope"]["statement"] + "\n"))
    assert only(attestation).statement is None
    assert only(attestation).defects == ("the document.envelope.statement is not base64",)


@pytest.mark.parametrize(
    ("change", "defect"),
    [
        ({"mediaType": "text/plain"}, "its media type is not that of a Sigstore bundle of version 0.1, 0.2 or 0.3"),
        ({"mediaType": None}, "the document has no mediaType"),
        ({"mediaType": 3}, "the document.mediaType is not a string"),
    ],
)
def test_another_media_type_is_told(change: Json, defect: str) -> None:
    content = decode({**bundle("happy-path-v0.3"), **change})

    assert content.form == "bundle"
    assert content.defects == (defect,)
    assert content.groups[0].attestations[0].certificate is not None


@pytest.mark.parametrize(
    ("change", "defect"),
    [
        ({"messageSignature": None}, "the document must have either a messageSignature or a dsseEnvelope"),
        (
            {"dsseEnvelope": {"payloadType": "x", "payload": "", "signatures": []}},
            "the document must have either a messageSignature or a dsseEnvelope",
        ),
        ({"verificationMaterial": None}, "the document has no verificationMaterial"),
        (
            {"verificationMaterial": {"tlogEntries": []}},
            "the document.verificationMaterial has no certificate",
        ),
    ],
)
def test_what_a_bundle_lacks_is_told(change: Json, defect: str) -> None:
    assert defect in only({**bundle("happy-path-v0.3"), **change}).defects


@pytest.mark.parametrize(("name", "place"), [("happy-path-v0.1", "x509CertificateChain"), ("happy-path-v0.3", None)])
def test_of_two_certificates_that_is_shown_which_a_verifier_takes(name: str, place: str | None) -> None:
    document, sound = bundle(name), only(bundle(name)).certificate
    other = {"rawBytes": SOUND["verification_material"]["certificate"]}
    more = {"certificate": other} if place else {"x509CertificateChain": {"certificates": [other]}}
    document["verificationMaterial"] |= more

    attestation = only(document)

    assert attestation.certificate == sound
    assert attestation.defects == (
        "the document.verificationMaterial tells in several ways who signed: x509CertificateChain, certificate",
    )


@pytest.mark.parametrize("media_type", ["x", None])
@pytest.mark.parametrize("name", ["happy-path-v0.1", "happy-path-v0.3"])
def test_the_certificate_of_an_unknown_version_is_shown_where_it_is(name: str, media_type: str | None) -> None:
    assert only({**bundle(name), "mediaType": media_type}).certificate == only(bundle(name)).certificate


def test_a_certificate_in_the_place_of_another_version_is_not_shown() -> None:
    swapped = {**bundle("happy-path-v0.1"), "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json"}

    assert only(swapped).certificate is None
    assert only(swapped).defects == ("the document.verificationMaterial has no certificate",)


def test_a_key_beside_a_certificate_is_told() -> None:
    document = bundle("happy-path-v0.3")
    document["verificationMaterial"]["publicKey"] = {"hint": "h"}

    attestation = only(document)

    assert (attestation.certificate, attestation.key_hint) == (None, "h")
    assert attestation.defects == (
        "the document.verificationMaterial tells in several ways who signed: publicKey, certificate",
    )


def test_an_empty_chain_and_an_envelope_without_a_signature_are_told() -> None:
    document = bundle("happy-path-v0.1")
    document["verificationMaterial"]["x509CertificateChain"] = {"certificates": []}
    chain = "the document.verificationMaterial.x509CertificateChain.certificates has no certificate"
    assert only(document).defects == (chain,)

    unsigned = bundle("rekor2-dsse-happy-path")
    unsigned["dsseEnvelope"]["signatures"] = []
    assert only(unsigned).signature is None
    assert only(unsigned).defects == ("the document.dsseEnvelope.signatures has no signature",)


def test_only_what_can_be_a_timestamp_is_counted() -> None:
    document = bundle("rekor2-dsse-happy-path")
    document["verificationMaterial"]["timestampVerificationData"]["rfc3161Timestamps"] += [{}, {"signedTimestamp": "%"}]
    place = "the document.verificationMaterial.timestampVerificationData.rfc3161Timestamps"
    assert only(document).timestamps == 1
    assert only(document).defects == (f"{place}[1] has no signedTimestamp", f"{place}[2].signedTimestamp is not base64")

    stamped = altered(lambda each: each["verification_material"].update(timestamps=["AA==", 5]))
    assert only(stamped).timestamps == 1
    assert only(stamped).defects == (
        "the document.verification_material.timestamps[1] is not a string",
        "timestamp 1 cannot be read",
    )
    assert only(stamped).stamps == (StatedTimestamp(),)


def test_every_timestamp_is_shown_with_what_it_says() -> None:
    moments = (SIGNED_AT, SIGNED_AT + timedelta(minutes=1))
    signed = private_instance().attest(statement((WHEEL, DIGEST), predicate="p"), github(), stamps=moments)
    stamped = only(signed)
    assert stamped.timestamps == 2
    assert [each.time for each in stamped.stamps] == list(moments)
    first = stamped.stamps[0]
    signature = base64.b64decode(signed["envelope"]["signature"])
    assert (first.state, first.algorithm, first.digest) == ("unverified", "sha256", sha256_of(signature))
    assert (first.policy, first.issuer) == ("1.3.6.1.4.1.57264.2", stamped.stamps[1].issuer)
    assert first.issuer
    assert first.serial


def test_a_timestamp_whose_content_is_none_is_told() -> None:
    signed = private_instance().attest(statement((WHEEL, DIGEST), predicate="p"), github(), stamps=(SIGNED_AT,))
    (stamp,) = signed["verification_material"]["timestamps"]
    time = SIGNED_AT.strftime("%Y%m%d%H%M%SZ").encode()
    broken = base64.b64decode(stamp).replace(time, b"2026O301120000Z")
    signed["verification_material"]["timestamps"] = [base64.b64encode(broken).decode()]
    assert only(signed).stamps[0].time is None
    assert "the time of timestamp 1 cannot be read" in only(signed).defects


def test_a_bundle_without_timestamps_does_not_load_what_reads_them() -> None:
    code = (
        "import sys; from pathlib import Path; from uplock.attest.decode import decode_document; "
        f"decode_document(Path({str(FIXTURES / 'sigstore-3.6.1.tar.gz.provenance')!r}).read_bytes(), 'x'); "
        "sys.exit('sigstore' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_envelope_with_something_else_in_it_is_told() -> None:
    document = bundle("rekor2-dsse-happy-path")
    document["dsseEnvelope"] |= {"payloadType": "text/plain", "signatures": [{"sig": "AA=="}, {"sig": "AA=="}]}

    assert only(document).defects == (
        "the envelope holds no in-toto statement",
        "the document.dsseEnvelope.signatures has 2 elements, of which the first 1 are read",
    )


# --- what is wrong ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*DOCUMENTS, *SIGSTORE_BUNDLES], ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_document_that_is_json_is_shown(path: Path) -> None:
    if path.name in NO_JSON or path.parent.name == "bundle-malformed-json_fail":
        with pytest.raises(InputError, match="not valid JSON"):
            decode(path.read_bytes())
    else:
        content = decode(path.read_bytes())
        assert content.sha256 == sha256_of(path.read_bytes())
        assert all(attestation.state == "unverified" for group in content.groups for attestation in group.attestations)


def test_a_draft_shows_what_it_has_and_says_what_it_lacks() -> None:
    attestation = only((FIXTURES / "drafts" / "rfc8785-0.0.2-py3-none-any.whl.draft-format.json").read_bytes())

    assert attestation.statement is None
    assert attestation.certificate is not None
    assert attestation.certificate.publisher == GitHub(repository="trailofbits/rfc8785.py", workflow="release.yml")
    assert attestation.defects == ("the document has no envelope",)


def test_a_checkpoint_that_lost_its_newlines_is_told() -> None:
    attestation = only((FIXTURES / "corrupt" / "pep740_sampleproject-1.0.0.tar.gz.devdb.provenance").read_bytes())

    (entry,) = attestation.entries
    assert entry.proof is not None
    assert entry.proof.origin is None
    (defect,) = attestation.defects
    assert defect.endswith(f"attestations[0].{ENTRY}.inclusionProof.checkpoint.envelope is not a signed note")


@pytest.mark.parametrize("version", ["2", '"1"', "true", "1.0", "[1]", "18446744073709551616"])
def test_another_version_is_shown_and_told(version: str) -> None:
    raw = json.dumps(SOUND).replace('"version": 1', f'"version": {version}', 1).encode()

    content = decode(raw)

    assert content.version == version
    assert content.defects == ("the document.version is not the number 1, which is the only version that is known",)
    assert content.groups[0].attestations[0].certificate is not None


def test_a_document_without_a_version_is_told() -> None:
    content = decode({key: value for key, value in SOUND.items() if key != "version"})

    assert (content.version, content.defects) == (None, ("the document has no version",))


def test_a_provenance_without_attestations_has_none() -> None:
    assert decode((FIXTURES / "variants" / "gh-no-bundles.json").read_bytes()).groups == ()
    (group,) = decode((FIXTURES / "variants" / "gh-no-attestations.json").read_bytes()).groups
    assert group.publisher is not None
    assert group.attestations == ()


@pytest.mark.parametrize(
    ("bundles", "defect"),
    [
        (None, "the document has no attestation_bundles"),
        ({}, "the document.attestation_bundles is not an array"),
        ([7], "the document.attestation_bundles[0] is not an object"),
        ([{"attestations": []}], "the document.attestation_bundles[0] has no publisher"),
        ([{"publisher": {}}], "the document.attestation_bundles[0] has no attestations"),
        (
            [{"publisher": [], "attestations": []}],
            "the document.attestation_bundles[0].publisher is not an object",
        ),
    ],
)
def test_broken_bundles_of_a_provenance_are_told(bundles: object, defect: str) -> None:
    assert decode({"version": 1, "attestation_bundles": bundles}).defects[0] == defect


def test_one_broken_attestation_does_not_hide_the_other() -> None:
    content = decode(provenance([SOUND, {"version": 1}]))

    sound, broken = content.groups[0].attestations
    assert sound == only(SOUND)
    assert (broken.statement, broken.certificate, broken.signature, broken.entries) == (None, None, None, ())
    assert broken.defects == (
        "the document.attestation_bundles[0].attestations[1] has no envelope",
        "the document.attestation_bundles[0].attestations[1] has no verification_material",
    )


@pytest.mark.parametrize(
    ("key", "value", "field", "defect"),
    [
        ("kindVersion", None, "kind", f"{ENTRY} has no kindVersion"),
        ("kindVersion", {"kind": 1, "version": "x"}, "kind", f"{ENTRY}.kindVersion.kind is not a string"),
        ("logIndex", "-1", "log_index", f"{ENTRY}.logIndex is not an integer from 0 on"),
        ("logIndex", True, "log_index", f"{ENTRY}.logIndex is not an integer from 0 on"),
        ("logId", {"keyId": "%"}, "log_id", f"{ENTRY}.logId.keyId is not base64"),
        ("integratedTime", "soon", "integrated_time", f"{ENTRY}.integratedTime is not an integer from 0 on"),
        ("inclusionProof", 5, "proof", f"{ENTRY}.inclusionProof is not an object"),
        ("canonicalizedBody", None, None, f"{ENTRY} has no canonicalizedBody"),
        (
            "inclusionProof",
            {"checkpoint": {"envelope": 5}},
            "proof",
            f"{ENTRY}.inclusionProof.checkpoint.envelope is not a string",
        ),
        ("inclusionProof", {"hashes": ["%"]}, "proof", f"{ENTRY}.inclusionProof.hashes[0] is not base64"),
    ],
)
def test_a_broken_log_entry_shows_the_rest(key: str, value: object, field: str | None, defect: str) -> None:
    document = altered(lambda each: each["verification_material"]["transparency_entries"][0].update({key: value}))

    attestation = only(document)

    (entry,), (sound,) = attestation.entries, only(SOUND).entries
    assert f"the document.{defect}" in attestation.defects
    assert entry.promise
    if field not in {None, "proof"}:
        assert getattr(entry, field or "") is None
    if field != "log_id":
        assert entry.log_id == sound.log_id


def test_a_promise_without_a_signature_and_a_missing_entry_are_told() -> None:
    entries = "verification_material.transparency_entries"
    hollow = only(
        altered(lambda each: each["verification_material"]["transparency_entries"][0].update(inclusionPromise={}))
    )
    assert not hollow.entries[0].promise
    assert hollow.defects == (f"the document.{ENTRY}.inclusionPromise has no signedEntryTimestamp",)

    unlogged = only(altered(lambda each: each["verification_material"].update(transparency_entries=[])))
    assert unlogged.entries == ()
    assert unlogged.defects == (f"the document.{entries} has no entry of a transparency log",)


@pytest.mark.parametrize(
    ("change", "form"),
    [
        ({"attestation_bundles": None}, "attestation"),
        ({"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json"}, "attestation"),
        ({"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json", "version": None}, "bundle"),
        ({"mediaType": None, "version": None}, "attestation"),
        ({"attestation_bundles": []}, "provenance"),
    ],
    ids=str,
)
def test_a_document_of_several_forms_is_shown_as_a_verifier_takes_it(change: Json, form: str) -> None:
    assert decode({**SOUND, **change}).form == form


def test_a_time_that_no_calendar_has_is_told() -> None:
    time = str(253_402_300_800)
    document = altered(
        lambda each: each["verification_material"]["transparency_entries"][0].update(integratedTime=time)
    )

    assert only(document).entries[0].integrated_time is None
    assert only(document).defects == ("the time of a log entry is after the year 9999",)


@pytest.mark.parametrize(
    ("content", "defect"),
    [
        (b"{", "the statement is not valid JSON"),
        (b"[]", "the statement is not an object"),
        (b'{"subject": 1, "_type": "t", "predicateType": "p"}', "the statement.subject is not an array"),
        (b'{"subject": [], "subject": [], "_type": "t", "predicateType": "p"}', "an object names a key twice"),
        (
            b'{"subject": [{"name": "\\ud800", "digest": {}}], "_type": "t", "predicateType": "p"}',
            "the statement.subject[0].name is not valid Unicode",
        ),
        (
            b'{"subject": [{"name": "n", "digest": {"\\ud800": "x"}}], "_type": "t", "predicateType": "p"}',
            "a member of the statement.subject[0].digest is not valid Unicode",
        ),
        (
            b'{"subject": [{"name": "n"}], "_type": "t", "predicateType": "p"}',
            "the statement.subject[0] has no digest",
        ),
        (b'{"subject": [], "_type": "t", "predicateType": 7}', "the statement.predicateType is not a string"),
        (
            b'{"subject": [], "_type": "t", "predicateType": "https://slsa.dev/provenance/v1", "predicate": "x"}',
            "the statement.predicate is not an object",
        ),
    ],
)
def test_a_broken_statement_is_told_and_its_digest_shown(content: bytes, defect: str) -> None:
    attestation = about(content)

    assert attestation.statement is not None
    assert attestation.statement.sha256 == sha256_of(content)
    assert attestation.statement.size == len(content)
    assert defect in attestation.defects
    assert attestation.certificate == only(SOUND).certificate


# --- bounds -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b" " * (MAX_DOCUMENT + 1), "larger than"),
        (b"", "not valid JSON"),
        (b"\xff", "not UTF-8"),
        (b"[" * 100, "nested deeper"),
        (b"{}", "neither a provenance"),
        (b"[]", "neither a provenance"),
        (b'{"version": 1}', "neither a provenance"),
        (b'{"version": 1, "version": 1}', "twice"),
        (b'{"version": ' + b"1" * 5000 + b"}", "not valid JSON"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_cannot_be_shown_at_all_is_an_error(raw: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        decode(raw)
    assert caught.value.remedy


def test_texts_are_cut_and_lists_are_counted() -> None:
    subjects = [{"name": "n" * 10_000, "digest": {f"a{number}": "d" for number in range(100)}}] * 50
    content = json.dumps({"_type": "t", "predicateType": "p", "subject": subjects}).encode()

    attestation = about(content)

    assert attestation.statement is not None
    assert len(attestation.statement.subjects) == MAX_SUBJECTS
    first = attestation.statement.subjects[0]
    assert first.name == "n" * (MAX_TEXT - 1) + "…"
    assert len(first.digests) == MAX_DIGESTS
    assert attestation.defects[:2] == (
        f"the statement.subject has 50 elements, of which the first {MAX_SUBJECTS} are read",
        f"the statement.subject[0].digest has 100 members, of which {MAX_DIGESTS} are read",
    )


def test_attestations_are_counted_over_all_bundles() -> None:
    content = decode(provenance([SOUND] * 20, [SOUND] * 20))

    assert [len(group.attestations) for group in content.groups] == [20, MAX_ATTESTATIONS - 20]
    assert content.defects == (
        "the document.attestation_bundles[1].attestations has 20 elements, of which the first 12 are read",
    )


def test_log_entries_and_keys_of_a_publisher_are_counted() -> None:
    def grow(each: Json) -> None:
        each["verification_material"]["transparency_entries"] *= 100

    document = {
        "version": 1,
        "attestation_bundles": [
            {"publisher": {str(number): [number] for number in range(1000)}, "attestations": [altered(grow)]}
        ],
    }
    (group,) = decode(document).groups

    assert len(group.publisher or ()) == MAX_KEYS
    assert group.publisher is not None
    assert group.publisher[0] == ("0", "[0]")
    assert len(group.attestations[0].entries) == MAX_ENTRIES


def test_defects_are_told_up_to_a_number() -> None:
    hashes = list(range(MAX_DEFECTS))
    broken = [{"logId": 1, "inclusionProof": {"hashes": hashes}}]
    document = altered(lambda each: each["verification_material"].update(transparency_entries=broken))

    defects = only(document).defects

    assert len(defects) == MAX_DEFECTS + 1
    assert defects[-1] == "there is more wrong than is told here"
