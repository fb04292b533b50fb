from __future__ import annotations

import pytest

from support.sboms import component, make_sbom_subject, properties, read, wheel, with_metadata
from uplock.sbom.clean import NAME_LIMIT, Cleaner
from uplock.sbom.licensing import licenses_of
from uplock.sbom.parts import License, NamedLicense, SpdxExpression, SpdxId


@pytest.mark.parametrize(
    ("expression", "license_"),
    [
        ("MIT", SpdxId(id="MIT")),
        ("Apache-2.0 OR BSD-3-Clause", SpdxExpression(expression="Apache-2.0 OR BSD-3-Clause")),
        ("MIT AND LicenseRef-Own-1.0", SpdxExpression(expression="MIT AND LicenseRef-Own-1.0")),
        ("LicenseRef-Proprietary", SpdxExpression(expression="LicenseRef-Proprietary")),
        ("No Such License", NamedLicense(name="No Such License")),
        ("(MIT", NamedLicense(name="(MIT")),
        ("XLicenseRef-Own", NamedLicense(name="XLicenseRef-Own")),
    ],
)
def test_an_expression_is_one_only_if_it_is_valid(expression: str, license_: License) -> None:
    assert licenses_of(with_metadata(license_expression=expression, license="ignored").metadata, Cleaner()) == license_


def test_an_expression_that_is_not_valid_is_noted() -> None:
    clean = Cleaner()
    licenses_of(with_metadata(license_expression="Beer").metadata, clean)
    assert [each.value for each in clean.notes] == ["license expression: not valid SPDX, given by name"]


def test_a_long_invalid_expression_is_kept_as_text() -> None:
    text = " OR ".join(["Beer"] * 100)
    assert licenses_of(with_metadata(license_expression=text).metadata, Cleaner()) == NamedLicense(
        name=text[:NAME_LIMIT].rstrip(), text=text
    )


@pytest.mark.parametrize("text", [None, "", "UNKNOWN", " \n "])
def test_no_license_is_none(text: str | None) -> None:
    assert licenses_of(with_metadata(license=text).metadata, Cleaner()) is None


def test_the_words_of_a_legacy_license_are_its_name() -> None:
    assert licenses_of(with_metadata(license="BSD-like ").metadata, Cleaner()) == NamedLicense(name="BSD-like")


def test_a_legacy_license_that_is_exactly_an_spdx_identifier_is_that() -> None:
    assert licenses_of(with_metadata(license="Apache-2.0").metadata, Cleaner()) == SpdxId(id="Apache-2.0")


def test_a_whole_license_text_is_named_by_its_first_line() -> None:
    text = "The  Demo License\n\nPermission is granted."
    assert licenses_of(with_metadata(license=text).metadata, Cleaner()) == NamedLicense(
        name="The Demo License", text=text
    )


def test_a_classifier_is_a_property_and_never_a_license() -> None:
    classifiers = ("License :: OSI Approved :: MIT License", "Topic :: Security")
    demo = component(read(make_sbom_subject((wheel(), with_metadata(classifiers=classifiers)))), "demo")
    assert "licenses" not in demo
    assert properties(demo, "uplock:license:classifier") == ["License :: OSI Approved :: MIT License"]


def test_an_expression_supersedes_classifiers() -> None:
    results = with_metadata(license_expression="MIT", classifiers=("License :: OSI Approved :: BSD License",))
    demo = component(read(make_sbom_subject((wheel(), results))), "demo")
    assert demo["licenses"] == [{"license": {"id": "MIT", "acknowledgement": "declared"}}]
    assert properties(demo, "uplock:license:classifier") == []


def test_licenses_in_the_document_are_declared_and_not_concluded() -> None:
    for fields in ({"license_expression": "MIT OR BSD-2-Clause"}, {"license": "Own\nwords"}):
        demo = component(read(make_sbom_subject((wheel(), with_metadata(**fields)))), "demo")
        (stated,) = demo["licenses"]
        assert stated.get("license", stated)["acknowledgement"] == "declared"
