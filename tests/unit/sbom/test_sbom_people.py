from __future__ import annotations

import pytest

from support.sboms import with_metadata
from uplock.sbom.clean import Cleaner
from uplock.sbom.parts import Contact, Organization
from uplock.sbom.people import MAX_CONTACTS, authors, stated_supplier, supplier

JANE = Contact(name="Jane Doe", email="jane@example.org")
JOE = Contact(email="joe@example.org")


@pytest.mark.parametrize(
    ("author", "emails", "people"),
    [
        (None, None, ()),
        ("", "", ()),
        ("UNKNOWN", "UNKNOWN", ()),
        ("Jane Doe", None, (Contact(name="Jane Doe"),)),
        (None, "joe@example.org", (JOE,)),
        (None, "Jane Doe <jane@example.org>", (JANE,)),
        (None, "Jane Doe <jane@example.org>, joe@example.org", (JANE, JOE)),
        (None, '"Doe, Jane" <jane@example.org>', (Contact(name="Doe, Jane", email="jane@example.org"),)),
        ("Jane Doe", "jane@example.org", (JANE,)),
        ("Jane Doe", "Jane Doe <jane@example.org>", (JANE,)),
        ("A Team", "Jane Doe <jane@example.org>", (Contact(name="A Team"), JANE)),
        (
            "A Team",
            "a@example.org, b@example.org",
            (Contact(name="A Team"), Contact(email="a@example.org"), Contact(email="b@example.org")),
        ),
        (None, "Jane Doe <not an address>", (Contact(name="Jane Doe"),)),
        (None, '<>, ,"', ()),
        ("Jane Doe <jane@example.org>", "jane@example.org", (JANE,)),
        ("jane@example.org", "jane@example.org", (Contact(email="jane@example.org"),)),
        ("Jane Doe et al. <others>", "joe@example.org", (Contact(name="Jane Doe et al. <others>", email=JOE.email),)),
        (None, "joe@example.org, joe@example.org", (JOE,)),
    ],
)
def test_people_are_read_from_both_fields(author: str | None, emails: str | None, people: tuple[Contact, ...]) -> None:
    assert authors(with_metadata(author=author, author_email=emails).metadata, Cleaner()) == people


def test_what_is_no_address_is_noted() -> None:
    clean = Cleaner()
    authors(with_metadata(author_email="jane at example dot org").metadata, clean)
    assert [each.value for each in clean.notes] == ["author e-mail: not an e-mail address"]


def test_no_more_people_are_named_than_the_bound() -> None:
    clean = Cleaner()
    crowd = ", ".join(f"p{number}@example.org" for number in range(MAX_CONTACTS + 1))
    assert len(authors(with_metadata(author_email=crowd).metadata, clean)) == MAX_CONTACTS
    assert [each.value for each in clean.notes] == [f"author: only the first {MAX_CONTACTS} people"]


def test_maintainers_supply_before_authors() -> None:
    metadata = with_metadata(author="Jane Doe", maintainer_email="A Team <team@example.org>").metadata
    found = supplier(metadata, "https://demo.example/", Cleaner())
    assert found is not None
    assert (found.name, found.urls) == ("A Team", ("https://demo.example/",))
    assert found.contacts == (Contact(name="A Team", email="team@example.org"),)


def test_authors_supply_where_no_maintainer_is_named() -> None:
    found = supplier(with_metadata(author_email="joe@example.org").metadata, None, Cleaner())
    assert found is not None
    assert (found.name, found.urls) == ("joe@example.org", ())


def test_a_supplier_is_found_at_the_homepage_or_else_at_the_repository() -> None:
    links = (("Docs", "https://docs.example/"), ("Source", "https://code.example/demo"), ("GitHub", "file:///demo"))
    metadata = with_metadata(author="Jane Doe", project_urls=links).metadata
    for homepage, expected in ((None, "https://code.example/demo"), ("https://demo.example/", "https://demo.example/")):
        found = supplier(metadata, homepage, Cleaner())
        assert found is not None
        assert (found.name, found.urls, found.contacts) == ("Jane Doe", (expected,), ())


def test_the_supplier_of_a_project_that_names_nobody_has_no_name() -> None:
    assert supplier(with_metadata().metadata, "https://demo.example/", Cleaner()) == Organization(
        urls=("https://demo.example/",)
    )


def test_nobody_supplies_if_nothing_is_known() -> None:
    metadata = with_metadata(author="UNKNOWN", author_email="UNKNOWN", project_urls=(("Docs", "https://a.example"),))
    clean = Cleaner()
    assert supplier(metadata.metadata, None, clean) is None
    assert clean.notes == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jane Doe <jane@example.org>", Organization(name="Jane Doe", contacts=(JANE,))),
        (
            "Jane Doe <jane@example.org>, The Team <https://team.example/>",
            Organization(name="Jane Doe", urls=("https://team.example/",), contacts=(JANE,)),
        ),
        ("The Team", Organization(name="The Team")),
        ("<jane@example.org>", Organization(contacts=(Contact(email="jane@example.org"),))),
        ("Jane Doe <no address>", Organization(name="Jane Doe")),
        (" ", None),
        (",,", None),
    ],
)
def test_a_supplier_of_an_embedded_document_is_read_from_one_line(text: str, expected: Organization | None) -> None:
    assert stated_supplier("supplier", text, Cleaner()) == expected


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("=?utf-8?q?Sebasti=C3=A1n_Doe?= <jane@example.org>", "Sebastián Doe"),
        ("=?utf-8?b?SsOpYW4=?= Doe <jane@example.org>", "Jéan Doe"),
        ("=?no-such-charset?q?x?= <jane@example.org>", "=?no-such-charset?q?x?="),
        ("=?utf-8?b?a?= <jane@example.org>", "=?utf-8?b?a?="),
    ],
)
def test_encoded_words_are_read(text: str, name: str) -> None:
    metadata = with_metadata(author_email=text).metadata
    assert authors(metadata, Cleaner()) == (Contact(name=name, email="jane@example.org"),)
