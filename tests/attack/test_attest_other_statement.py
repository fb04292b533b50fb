"""Attack: a genuine signature over a statement that is about something else, or about too much."""

from __future__ import annotations

import pytest

from support.attestations import DIGEST, WHEEL, attested, failure, verify
from support.private_sigstore import github, provenance, statement
from support.statements import publish_predicate_type, slsa_statement
from uplock.model.results import FailureClass, Invalid, Verified

OTHER = "cd" * 32


def test_both_known_predicates_hold_for_one_subject() -> None:
    published = statement((WHEEL, DIGEST), predicate=publish_predicate_type())
    built = slsa_statement(WHEEL, DIGEST, github())
    for content in (published, built):
        assert isinstance(verify(attested(content=content)), Verified)


def test_a_predicate_that_nobody_defined_is_refused() -> None:
    content = statement((WHEEL, DIGEST), predicate="https://example.org/looks-fine/v1")

    assert failure(verify(attested(content=content))) == "malformed"


@pytest.mark.parametrize(
    "subjects",
    [[], [(WHEEL, DIGEST), ("other-1.0-py3-none-any.whl", OTHER)], [(WHEEL, DIGEST), (WHEEL, DIGEST)]],
    ids=["none", "two files", "one file twice"],
)
def test_a_statement_is_about_exactly_one_file(subjects: list[tuple[str, str]]) -> None:
    assert failure(verify(attested(content=statement(*subjects, predicate=publish_predicate_type())))) == "malformed"


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (("other-1.0-py3-none-any.whl", DIGEST), "subject-name-mismatch"),
        (("shop-1.0.1-py3-none-any.whl", DIGEST), "subject-name-mismatch"),
        (("shop-1.0-1-py3-none-any.whl", DIGEST), "subject-name-mismatch"),
        (("shop-1.0-py2-none-any.whl", DIGEST), "subject-name-mismatch"),
        (("shop-1.0.tar.gz", DIGEST), "subject-name-mismatch"),
        (("shop.whl", DIGEST), "subject-name-mismatch"),
        (("../shop-1.0-py3-none-any.whl", DIGEST), "subject-name-mismatch"),
        ((WHEEL, OTHER), "subject-digest-mismatch"),
        ((WHEEL, DIGEST.upper()), "subject-digest-mismatch"),
    ],
)
def test_a_genuine_attestation_of_another_file_is_refused(subject: tuple[str, str], expected: FailureClass) -> None:
    assert failure(verify(attested(content=statement(subject, predicate=publish_predicate_type())))) == expected


@pytest.mark.parametrize("name", ["shop", "shop.whl", "shop-1.0.exe", "../shop-1.0-py3-none-any.whl", ""])
def test_names_that_are_equal_only_before_they_are_parsed_are_refused(name: str) -> None:
    content = statement((name, DIGEST), predicate=publish_predicate_type())

    assert failure(verify(attested(content=content), filename=name)) == "subject-name-mismatch"


def test_a_subject_known_by_another_algorithm_only_is_refused() -> None:
    subject = [{"name": WHEEL, "digest": {"sha512": "ab" * 64}}]
    content = statement(predicate=publish_predicate_type(), subject=subject)

    assert failure(verify(attested(content=content))) == "subject-digest-mismatch"


def test_a_statement_of_another_version_is_refused() -> None:
    content = statement((WHEEL, DIGEST), predicate=publish_predicate_type(), _type="https://in-toto.io/Statement/v2")

    assert failure(verify(attested(content=content))) == "malformed"


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"_type": 1}'])
def test_a_signed_statement_that_is_none_is_malformed(content: bytes) -> None:
    assert failure(verify(attested(content=content or b" "))) == "malformed"


def test_one_bad_attestation_among_good_ones_fails_all() -> None:
    wrong = attested(content=statement((WHEEL, OTHER), predicate=publish_predicate_type()))

    for document in (
        provenance([attested(), wrong]),
        provenance([attested()], [wrong]),
        provenance([wrong, attested()]),
    ):
        result = verify(document)
        assert isinstance(result, Invalid)
        assert result.failure == "subject-digest-mismatch"
        assert " of 2: " in result.detail
