from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from support.sboms import component, make_sbom_subject, properties, read, references, wheel
from support.subjects import NOTHING, VERIFIED, make_artifact_results
from uplock.model.results import (
    Email,
    GitHub,
    GitLab,
    Google,
    Invalid,
    NotAttested,
    Other,
    Publisher,
    Unchecked,
    Verification,
    VerifiedAttestation,
)
from uplock.model.value import changed
from uplock.sbom.attested import publisher_line

INVALID = Invalid(failure="bad-signature", detail="it does not verify", document=NOTHING)


def demo(verification: Verification, document: str | None = None) -> dict[str, Any]:
    results = make_artifact_results(verification=verification, document=document)
    return component(read(make_sbom_subject((wheel(), results))), "demo")


def stated(part: dict[str, Any]) -> dict[str, str]:
    prefix = "uplock:attestation"
    return {
        each["name"].removeprefix(prefix): each["value"]
        for each in part["properties"]
        if each["name"].startswith(prefix)
    }


def test_verified_names_the_publisher_and_each_log_entry() -> None:
    entry = VerifiedAttestation(
        predicate_type="https://docs.example/publish/v1",
        publisher=VERIFIED.publisher,
        log_time=datetime(2026, 11, 1, 10, 0, tzinfo=UTC),
        log_index=7,
    )
    other = changed(entry, log_index=8)
    found = demo(changed(VERIFIED, attestations=(other, entry)))
    assert properties(found, "uplock:attestation") == ["verified"]
    assert properties(found, "uplock:attestation:publisher") == ["GitHub owner/project release.yml"]
    assert properties(found, "uplock:attestation:log-entry") == [
        "2026-11-01T10:00:00+00:00 7 https://docs.example/publish/v1",
        "2026-11-01T10:00:00+00:00 8 https://docs.example/publish/v1",
    ]


@pytest.mark.parametrize(
    ("verification", "facts"),
    [
        (NotAttested(detail="none"), {"": "not-attested", ":detail": "none"}),
        (NotAttested(detail=""), {"": "not-attested"}),
        (INVALID, {"": "invalid", ":failure": "bad-signature", ":detail": "it does not verify"}),
        (
            Unchecked(reason="unreachable", detail="timed out"),
            {"": "unchecked", ":reason": "unreachable", ":detail": "timed out"},
        ),
    ],
)
def test_an_outcome_that_is_not_verified_explains_itself_and_names_no_publisher(
    verification: Verification, facts: dict[str, str]
) -> None:
    assert stated(demo(verification)) == facts


@pytest.mark.parametrize("verification", [VERIFIED, INVALID, NotAttested(detail="empty", document=NOTHING)])
def test_a_document_that_was_read_is_referred_to_with_its_digest(verification: Verification) -> None:
    (reference,) = references(demo(verification, "https://index.example/demo.provenance"), "attestation")
    assert reference["url"] == "https://index.example/demo.provenance"
    assert reference["hashes"] == [{"alg": "SHA-256", "content": NOTHING}]


@pytest.mark.parametrize("verification", [NotAttested(detail="none"), Unchecked(reason="not-asked", detail="")])
def test_where_no_document_was_read_none_is_referred_to(verification: Verification) -> None:
    assert references(demo(verification, "https://index.example/demo.provenance"), "attestation") == []


@pytest.mark.parametrize(
    ("document", "url"),
    [
        (None, "demo-1.0-py3-none-any.whl.provenance"),
        ("", "demo-1.0-py3-none-any.whl.provenance"),
        ("demo one.provenance", "demo%20one.provenance"),
        ("/home/me/evidence/demo.provenance", "demo.provenance"),
        ("C:\\evidence\\demo.provenance", "demo.provenance"),
        ("file:///home/me/demo.provenance", "demo-1.0-py3-none-any.whl.provenance"),
        ("https://me:secret@index.example/x", "demo-1.0-py3-none-any.whl.provenance"),
    ],
)
def test_a_document_of_a_file_goes_by_its_name_and_never_by_its_folder(document: str | None, url: str) -> None:
    (reference,) = references(demo(VERIFIED, document), "attestation")
    assert reference["url"] == url


@pytest.mark.parametrize(
    ("publisher", "line"),
    [
        (GitHub(repository="o/r", workflow="w.yml"), "GitHub o/r w.yml"),
        (GitHub(repository="o/r", workflow="w.yml", environment="e"), "GitHub o/r w.yml environment e"),
        (GitLab(repository="o/r", workflow_filepath="w.yml"), "GitLab o/r w.yml"),
        (GitLab(repository="o/r", workflow_filepath="w.yml", environment="e"), "GitLab o/r w.yml environment e"),
        (Google(email="a@example.org"), "Google a@example.org"),
        (Email(email="a@example.org", issuer="https://i.example"), "Email a@example.org issuer https://i.example"),
        (Other(identity="x", issuer="https://i.example"), "Other x issuer https://i.example"),
    ],
)
def test_every_kind_of_publisher_has_its_line(publisher: Publisher, line: str) -> None:
    assert publisher_line(publisher) == line
