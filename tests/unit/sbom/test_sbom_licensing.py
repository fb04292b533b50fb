from __future__ import annotations

import pytest

from support.sboms import component, make_sbom_subject, properties, read, wheel, with_metadata
from uplock.sbom.clean import NAME_LIMIT, PAGE_LIMIT, TEXT_LIMIT, Cleaner
from uplock.sbom.license_table import license_table, recognized, words
from uplock.sbom.licensing import MAX_LICENSES, declared_licenses, licenses_of, spdx_of
from uplock.sbom.parts import License, NamedLicense, SpdxExpression, SpdxId

MIT_CLASSIFIER = "License :: OSI Approved :: MIT License"
BSD_CLASSIFIER = "License :: OSI Approved :: BSD License"
GPL3_CLASSIFIER = "License :: OSI Approved :: GNU General Public License v3 or later (GPLv3+)"
CONTRADICTED = ["license: classifiers contradict it"]


def concluded(identifier: str) -> SpdxId:
    return SpdxId(id=identifier, acknowledgement="concluded")


def of(text: str | None, *classifiers: str) -> tuple[License, ...]:
    return licenses_of(with_metadata(license=text, classifiers=classifiers).metadata, Cleaner())


def noted(text: str | None, *classifiers: str) -> list[str]:
    clean = Cleaner()
    licenses_of(with_metadata(license=text, classifiers=classifiers).metadata, clean)
    return [each.value for each in clean.notes]


@pytest.mark.parametrize(
    ("expression", "licenses"),
    [
        ("MIT", (SpdxId(id="MIT"),)),
        ("mit", (SpdxId(id="MIT"),)),
        ("GPL-2.0+", (SpdxId(id="GPL-2.0+"),)),
        ("Apache-2.0 OR BSD-3-Clause", (SpdxExpression(expression="Apache-2.0 OR BSD-3-Clause"),)),
        ("apache-2.0  or (bsd-3-clause and mit)", (SpdxExpression(expression="Apache-2.0 OR (BSD-3-Clause AND MIT)"),)),
        ("Apache-2.0 with LLVM-exception", (SpdxExpression(expression="Apache-2.0 WITH LLVM-exception"),)),
        ("MIT AND licenseref-Own-1.0", (SpdxExpression(expression="MIT AND LicenseRef-Own-1.0"),)),
        ("LicenseRef-Proprietary", (SpdxExpression(expression="LicenseRef-Proprietary"),)),
        ("No Such License", (NamedLicense(name="No Such License"),)),
        ("(MIT", (NamedLicense(name="(MIT"),)),
        ("XLicenseRef-Own", (NamedLicense(name="XLicenseRef-Own"),)),
        ("Apache 2.0", (NamedLicense(name="Apache 2.0"), concluded("Apache-2.0"))),
    ],
)
def test_an_expression_is_declared_if_it_is_valid(expression: str, licenses: tuple[License, ...]) -> None:
    results = with_metadata(license_expression=expression, license="ignored", classifiers=(GPL3_CLASSIFIER,))
    assert licenses_of(results.metadata, Cleaner()) == licenses


def test_an_expression_that_is_not_valid_is_noted() -> None:
    clean = Cleaner()
    licenses_of(with_metadata(license_expression="Beer").metadata, clean)
    assert [each.value for each in clean.notes] == ["license expression: not valid SPDX, given by name"]


def test_a_long_invalid_expression_is_kept_as_text() -> None:
    text = " OR ".join(["Beer"] * 100)
    assert licenses_of(with_metadata(license_expression=text).metadata, Cleaner()) == (
        NamedLicense(name=text[:NAME_LIMIT].rstrip(), text=text),
    )


def test_half_an_expression_is_never_taken_for_another() -> None:
    text = f"MIT{' ' * TEXT_LIMIT}OR GPL-3.0-only"
    for fields in ({"license_expression": text}, {"license": f"MIT{' ' * PAGE_LIMIT}and more"}):
        (stated,) = licenses_of(with_metadata(**fields).metadata, Cleaner())
        assert isinstance(stated, SpdxExpression | NamedLicense)
        assert declared_licenses([text], Cleaner()) != (SpdxId(id="MIT"),)


@pytest.mark.parametrize("text", [None, "", "UNKNOWN", "unknown", "NOASSERTION", "None", " \n "])
def test_no_license_is_none(text: str | None) -> None:
    assert of(text) == ()


@pytest.mark.parametrize(
    ("text", "licenses"),
    [
        ("Apache-2.0", (SpdxId(id="Apache-2.0"),)),
        ("apache-2.0", (SpdxId(id="Apache-2.0"),)),
        ("MIT OR Apache-2.0", (SpdxExpression(expression="MIT OR Apache-2.0"),)),
        ("The MIT license", (NamedLicense(name="The MIT license"), concluded("MIT"))),
        ("New BSD", (NamedLicense(name="New BSD"), concluded("BSD-3-Clause"))),
        ("Apache License, Version 2.0", (NamedLicense(name="Apache License, Version 2.0"), concluded("Apache-2.0"))),
        ("GPLv3+", (NamedLicense(name="GPLv3+"), concluded("GPL-3.0-or-later"))),
        ("GPLv3", (NamedLicense(name="GPLv3"),)),
        ("GPL OR MIT", (NamedLicense(name="GPL OR MIT"),)),
        ("BSD", (NamedLicense(name="BSD"),)),
        ("Apache Software License", (NamedLicense(name="Apache Software License"),)),
        ("LGPL with exceptions", (NamedLicense(name="LGPL with exceptions"),)),
        ("MIT/Apache-2.0", (NamedLicense(name="MIT/Apache-2.0"),)),
        ("Other/Proprietary License", (NamedLicense(name="Other/Proprietary License"),)),
    ],
)
def test_words_are_declared_and_what_they_certainly_mean_is_concluded(text: str, licenses: tuple[License, ...]) -> None:
    assert of(text) == licenses


@pytest.mark.parametrize(
    ("text", "classifiers", "identifier"),
    [
        (None, [MIT_CLASSIFIER], "MIT"),
        (None, ["License :: OSI Approved", MIT_CLASSIFIER, MIT_CLASSIFIER], "MIT"),
        (None, ["License :: CC0 1.0 Universal (CC0 1.0) Public Domain Dedication"], "CC0-1.0"),
        (None, [BSD_CLASSIFIER], None),
        (None, ["License :: OSI Approved :: Apache Software License"], None),
        (None, ["License :: OSI Approved :: GNU General Public License v3 (GPLv3)"], None),
        (None, ["License :: Other/Proprietary License"], None),
        (None, ["License :: No Such :: License"], None),
        (None, ["License :: OSI Approved"], None),
        (None, [MIT_CLASSIFIER, BSD_CLASSIFIER], None),
        (None, [MIT_CLASSIFIER, GPL3_CLASSIFIER], None),
        ("See LICENSE file", [MIT_CLASSIFIER], "MIT"),
        ("GPL", [GPL3_CLASSIFIER], "GPL-3.0-or-later"),
        ("BSD", [BSD_CLASSIFIER], None),
        ("BSD 3-Clause", [BSD_CLASSIFIER], "BSD-3-Clause"),
        ("Dual License", [MIT_CLASSIFIER], None),
    ],
)
def test_the_only_classifier_is_concluded_if_the_words_leave_room(
    text: str | None, classifiers: list[str], identifier: str | None
) -> None:
    words_ = () if text is None else (NamedLicense(name=text),)
    assert of(text, *classifiers) == (*words_, *([concluded(identifier)] if identifier else []))
    assert noted(text, *classifiers) == []


@pytest.mark.parametrize(
    ("text", "classifiers"),
    [
        ("MIT License", [BSD_CLASSIFIER]),
        ("MIT License", [MIT_CLASSIFIER, "License :: OSI Approved :: Apache Software License"]),
        ("BSD", [MIT_CLASSIFIER]),
        ("Proprietary", [MIT_CLASSIFIER]),
        ("MIT License", ["License :: Other/Proprietary License"]),
    ],
)
def test_words_that_a_classifier_contradicts_mean_nothing_certain(text: str, classifiers: list[str]) -> None:
    assert of(text, *classifiers) == (NamedLicense(name=text),)
    assert noted(text, *classifiers) == CONTRADICTED


def test_what_is_declared_stays_declared_although_a_classifier_contradicts_it() -> None:
    assert of("MIT", GPL3_CLASSIFIER) == (SpdxId(id="MIT"),)
    assert noted("MIT", GPL3_CLASSIFIER) == CONTRADICTED
    assert noted("MIT", MIT_CLASSIFIER) == []


BODIES = [(row.license, body) for row in license_table().licenses for body in row.bodies]
MIT_BODY = next(body for license_, body in BODIES if license_ == "MIT").replace("{holder}", "THE AUTHORS")


@pytest.mark.parametrize(("license_", "body"), BODIES)
def test_a_whole_license_text_is_recognized_behind_its_title_and_notices(license_: str, body: str) -> None:
    text = body.replace("{holder}", "DEMO, INC. AND CONTRIBUTORS").replace("{item}", "*")
    for head in (
        "",
        "Copyright (c) 2026, Demo\nAll rights reserved.\n\n",
        f"=====\n{license_} License\n=====\n(C) Demo\n",
    ):
        assert recognized(head + text) == license_
    numbered = iter("123456789")
    parts = text.split("*")
    assert recognized(parts[0] + "".join(f"{next(numbered)}. {part}" for part in parts[1:])) == license_


@pytest.mark.parametrize(
    "text",
    [
        MIT_BODY + "The Software shall be used for Good, not Evil.",
        "Commons Clause\n" + MIT_BODY,
        "Copyright (c) Demo. Commercial use is subject to a fee.\n" + MIT_BODY,
        "BSD 3-Clause License\n" + MIT_BODY,
        MIT_BODY.replace("without restriction", "with restriction"),
        MIT_BODY.replace("THE AUTHORS", " ".join(["ANYBODY"] * 17)),
        "MIT License\nCopyright (c) Demo",
        "word " * 20_000,
        "",
    ],
)
def test_a_text_with_anything_more_or_less_is_not_recognized(text: str) -> None:
    assert recognized(text) is None


def test_a_whole_license_text_is_declared_and_its_identifier_concluded() -> None:
    text = f"MIT License\n\nCopyright (c) 2026 Demo\n{MIT_BODY}".strip()
    assert of(text) == (NamedLicense(name="MIT License", text=text), concluded("MIT"))
    assert of(text, BSD_CLASSIFIER) == (NamedLicense(name="MIT License", text=text),)


def test_another_license_text_is_named_by_its_first_line() -> None:
    text = "The  Demo License\n\nPermission is granted."
    assert of(text) == (NamedLicense(name="The Demo License", text=text),)


@pytest.mark.parametrize(
    ("texts", "licenses"),
    [
        ((), ()),
        (("NOASSERTION", ""), ()),
        (("MIT", "mit"), (SpdxId(id="MIT"),)),
        (("MIT OR Apache-2.0",), (SpdxExpression(expression="MIT OR Apache-2.0"),)),
        (
            ("MIT/Apache-2.0",),
            (
                NamedLicense(name="MIT/Apache-2.0"),
                SpdxExpression(expression="MIT OR Apache-2.0", acknowledgement="concluded"),
            ),
        ),
        (("MIT/Own",), (NamedLicense(name="MIT/Own"),)),
        (("MIT License", "Own"), (NamedLicense(name="MIT License"), concluded("MIT"), NamedLicense(name="Own"))),
    ],
)
def test_licenses_that_a_document_declares(texts: tuple[str, ...], licenses: tuple[License, ...]) -> None:
    assert declared_licenses(texts, Cleaner()) == licenses


def test_no_more_licenses_are_given_than_the_bound() -> None:
    clean = Cleaner()
    assert len(declared_licenses([f"License {number}" for number in range(99)], clean)) == MAX_LICENSES
    assert [each.value for each in clean.notes] == [f"license: only the first {MAX_LICENSES}"]


def test_the_table_is_well_formed() -> None:
    rows = license_table().licenses
    names = [words(name) for row in rows for name in row.names]
    assert len(names) == len(set(names))
    classifiers = [name for row in rows for name in row.classifiers]
    assert len(classifiers) == len(set(classifiers))
    for row in rows:
        assert row.why
        assert not row.license or spdx_of(row.license) == row.license
        assert all(spdx_of(each) == each for each in row.any)


def test_a_classifier_is_a_property_and_never_a_license() -> None:
    demo = component(
        read(make_sbom_subject((wheel(), with_metadata(classifiers=(BSD_CLASSIFIER, "Topic :: X"))))), "demo"
    )
    assert "licenses" not in demo
    assert properties(demo, "uplock:license:classifier") == [BSD_CLASSIFIER]


def test_an_expression_supersedes_classifiers() -> None:
    results = with_metadata(license_expression="MIT", classifiers=(BSD_CLASSIFIER,))
    demo = component(read(make_sbom_subject((wheel(), results))), "demo")
    assert demo["licenses"] == [{"license": {"id": "MIT", "acknowledgement": "declared"}}]
    assert properties(demo, "uplock:license:classifier") == []


def test_declared_and_concluded_stand_apart_in_the_document() -> None:
    demo = component(read(make_sbom_subject((wheel(), with_metadata(license="MIT License")))), "demo")
    assert demo["licenses"] == [
        {"license": {"id": "MIT", "acknowledgement": "concluded"}},
        {"license": {"name": "MIT License", "acknowledgement": "declared"}},
    ]
