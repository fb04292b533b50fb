"""The project itself, and who makes it."""

from __future__ import annotations

from uplock.model.about import About, Company, Person
from uplock.sbom.clean import Cleaner
from uplock.sbom.parts import Contact, NamedLicense, Organization, Reference, SpdxExpression, SpdxId
from uplock.sbom.project import made_by, project_component

EXAMPLE = Company(name="Example Ltd", url="https://www.example.org/", email="sbom@example.org")


def test_a_project_that_says_nothing_has_a_generic_package_url() -> None:
    component = project_component("shop", "1.0", None)
    assert (component.ref, component.purl, component.supplier) == ("project:shop", "pkg:generic/shop@1.0", None)


def test_a_configured_package_url_gets_the_version() -> None:
    assert project_component("shop", "1.0", About(purl="pkg:pypi/shop")).purl == "pkg:pypi/shop@1.0"
    assert project_component("shop", None, About(purl="pkg:pypi/shop")).purl == "pkg:pypi/shop"


def test_what_the_project_says_of_itself_stands_on_its_component() -> None:
    component = project_component(
        "shop",
        "1.0",
        About(
            description="Sells\nthings",
            license="MIT OR Apache-2.0",
            authors=(Person(name="The Shop", email="shop@example.org"), Person(email="no address")),
            urls=(("Source", "https://code.example.org/shop"), ("Odd", "ftp://example.org/")),
            supplier=EXAMPLE,
        ),
    )
    assert component.description == "Sells things"
    assert component.licenses == (SpdxExpression(expression="MIT OR Apache-2.0"),)
    assert component.authors == (Contact(name="The Shop", email="shop@example.org"),)
    assert component.references == (Reference(type="vcs", url="https://code.example.org/shop", comment="Source"),)
    assert component.supplier == Organization(
        name="Example Ltd", urls=("https://www.example.org/",), contacts=(Contact(email="sbom@example.org"),)
    )
    assert [each.value for each in component.properties] == [
        "project URL: not a plain HTTP URL",
        "project author e-mail: not an e-mail address",
    ]


def test_a_license_is_an_identifier_an_expression_or_words() -> None:
    found = [project_component("shop", None, About(license=text)).licenses for text in ("MIT", "All rights reserved")]
    assert found == [(SpdxId(id="MIT"),), (NamedLicense(name="All rights reserved"),)]


def test_who_makes_a_project_supplies_it_unless_somebody_else_is_named() -> None:
    makers = made_by(About(manufacturer=EXAMPLE), Cleaner())
    assert (makers.manufacturer, makers.supplier) == (
        project_component("s", None, About(supplier=EXAMPLE)).supplier,
        None,
    )
    assert project_component("s", None, About(manufacturer=EXAMPLE)).supplier == makers.manufacturer
