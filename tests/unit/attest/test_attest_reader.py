from __future__ import annotations

import base64
import json

import pytest

from support.attestations import attested, case, failure, verify
from support.private_sigstore import provenance
from uplock.attest.reader import read_document
from uplock.attest.refusal import AttestationError
from uplock.model.results import Verified


def test_a_real_provenance_is_read_whole() -> None:
    document = case("pypi_attestations-0.0.19.tar.gz.provenance").document()

    read = read_document(document)

    bundles = json.loads(document)["attestation_bundles"]
    raw = [attestation for bundle in bundles for attestation in bundle["attestations"]]
    assert len(read) == len(raw) == 1
    for mine, theirs in zip(read, raw, strict=True):
        entry = theirs["verification_material"]["transparency_entries"][0]
        assert mine.entries[0].log_index == int(entry["logIndex"])
        assert mine.entries[0].integrated_time == int(entry["integratedTime"])
        assert mine.entries[0].proof is not None
        assert len(mine.entries[0].proof.hashes) == len(entry["inclusionProof"]["hashes"])
        assert mine.entries[0].proof.checkpoint == entry["inclusionProof"]["checkpoint"]["envelope"]


def test_attestations_are_read_in_order_over_all_bundles() -> None:
    documents = [attested(), attested(), attested()]

    read = read_document(provenance(documents[:2], [], documents[2:]))

    assert [each.certificate for each in read] == [
        base64.b64decode(each["verification_material"]["certificate"]) for each in documents
    ]


def test_integers_may_be_numbers_too() -> None:
    document = attested()
    entry = document["verification_material"]["transparency_entries"][0]
    entry["logIndex"] = int(entry["logIndex"])

    assert isinstance(verify(document), Verified)


@pytest.mark.parametrize("kind", ["CircleCI", "GitHub", "GitLab", "Google"])
def test_publisher_kinds_with_certificates_are_known(kind: str) -> None:
    assert isinstance(verify(provenance([attested()], kind=kind)), Verified)


@pytest.mark.parametrize("kind", ["ActiveState", "github", "", "\x1b[2J"])
def test_other_publisher_kinds_are_not(kind: str) -> None:
    assert failure(verify(provenance([attested()], kind=kind))) == "unknown-publisher"


def test_the_version_of_every_attestation_counts() -> None:
    assert failure(verify(provenance([attested(), {**attested(), "version": 2}]))) == "unsupported-version"
    assert failure(verify(provenance([{**attested(), "version": "1"}]))) == "unsupported-version"


@pytest.mark.parametrize(
    ("document", "detail"),
    [
        ({"version": 1}, "the document has no envelope"),
        ([], "the document is not an object"),
        ({"version": 1, "attestation_bundles": {}}, "the document.attestation_bundles is not an array"),
        (
            {"version": 1, "attestation_bundles": [{"attestations": []}]},
            "the document.attestation_bundles[0] has no publisher",
        ),
        (
            {"version": 1, "attestation_bundles": [{"publisher": {"kind": 1}}]},
            "the document.attestation_bundles[0].publisher.kind is not a string",
        ),
    ],
)
def test_the_place_of_a_defect_is_named(document: object, detail: str) -> None:
    with pytest.raises(AttestationError) as caught:
        read_document(json.dumps(document).encode())
    assert (caught.value.failure, caught.value.detail) == ("malformed", detail)


def test_the_detail_of_a_version_is_one_short_line() -> None:
    with pytest.raises(AttestationError) as caught:
        read_document(json.dumps({"version": "\n" * 1000}).encode())
    assert len(caught.value.detail) < 250
    assert "\n" not in caught.value.detail
