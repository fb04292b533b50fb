"""The official test suite of the CycloneDX specification: each file is accepted or refused as its name says."""

from __future__ import annotations

import pytest

from support.cyclonedx_suite import documents
from uplock.errors import InputError
from uplock.sbom.lint import lint_document
from uplock.sbom.reading.read import VERSIONS, read_bom
from uplock.sbom.validate import defects_of

FILES = {("1.4", "json"): 51, ("1.5", "json"): 58, ("1.6", "json"): 70, ("1.7", "json"): 90} | {
    ("1.4", "xml"): 55,
    ("1.5", "xml"): 62,
    ("1.6", "xml"): 74,
    ("1.7", "xml"): 93,
}


def is_accepted(name: str, data: bytes) -> bool:
    try:
        read = read_bom(data, name)
    except InputError:
        return False
    return not defects_of(read, data, schema_only=True).count


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize("version", VERSIONS)
def test_every_document_of_the_official_suite_is_judged_as_the_suite_says(version: str, form: str) -> None:
    files = documents(version, form)
    assert len(files) == FILES[version, form]
    wrong = [name for name, data in files.items() if is_accepted(name, data) is name.startswith("invalid")]
    assert wrong == []


def test_the_linter_objects_where_the_suite_says_that_xsd_cannot() -> None:
    files = {name: data for name, data in documents("1.7", "xml").items() if name.startswith("informal-invalid-")}
    assert len(files) == 2
    for name, data in files.items():
        tree = read_bom(data, name).tree
        assert any("versionRange: stands at a component that is not external" in found for found in lint_document(tree))
