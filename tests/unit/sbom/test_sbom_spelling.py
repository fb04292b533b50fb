"""Spelling documents: two versions, two forms, one BOM; held against the official schemas and against the library."""

from __future__ import annotations

import json
from typing import Any, Literal, get_args
from xml.etree import ElementTree as ET

import pytest
from cyclonedx.model.bom import Bom as LibraryBom
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from cyclonedx.validation.xml import XmlValidator

from support.sboms import Tree, component, properties, shop_subject
from uplock.model.value import changed
from uplock.sbom.bom import Bom
from uplock.sbom.build import bom_of
from uplock.sbom.parts import Component, NamedLicense, SpdxExpression, SpdxId, Specification
from uplock.sbom.sections.values import Composition, Sections
from uplock.sbom.spelling.grammar import KINDS
from uplock.sbom.spelling.render import render, serial_of
from uplock.sbom.spelling.xml import xml_of

Form = Literal["json", "xml"]
UNHELD = ("compositions", "declarations", "definitions", "formulation")
"""Sections that the library drops."""


@pytest.fixture(scope="module")
def bom() -> Bom:
    return bom_of(shop_subject())


def tree_of(bom: Bom, spec: Specification = "1.7") -> Tree:
    tree: Tree = json.loads(render(bom, spec=spec))
    return tree


def settled(tree: Any) -> Any:
    """Return a tree without what the library cannot hold, and with arrays in an order that says nothing."""
    match tree:
        case dict():
            kept = {name: settled(value) for name, value in tree.items() if name != "versionRange"}
            return {name: value for name, value in kept.items() if name not in UNHELD}
        case list():
            return sorted(map(settled, tree), key=lambda each: json.dumps(each, sort_keys=True))
        case _:
            return tree


@pytest.mark.parametrize("spec", get_args(Specification))
def test_the_library_reads_every_document_and_writes_it_again_as_it_was(spec: Specification, bom: Bom) -> None:
    tree = tree_of(bom, spec)
    version = SchemaVersion.from_version(spec)
    read = LibraryBom.from_json(tree)  # type: ignore[attr-defined]  # made by a decorator
    assert isinstance(read, LibraryBom)
    again = json.loads(make_outputter(read, OutputFormat.JSON, version).output_as_string())
    assert settled(again) == settled(tree)


@pytest.mark.parametrize("spec", get_args(Specification))
def test_the_library_reads_the_xml_form_as_it_reads_the_json_form(spec: Specification, bom: Bom) -> None:
    document = ET.fromstring(render(bom, spec=spec, form="xml"))  # noqa: S314 - our own bytes
    read = LibraryBom.from_xml(document)  # type: ignore[attr-defined]  # made by a decorator
    assert isinstance(read, LibraryBom)
    again = json.loads(make_outputter(read, OutputFormat.JSON, SchemaVersion.from_version(spec)).output_as_string())
    assert settled(again) == settled(tree_of(bom, spec))


@pytest.mark.parametrize("spec", get_args(Specification))
def test_the_xml_form_keeps_to_the_official_schema(spec: Specification, bom: Bom) -> None:
    document = render(bom, spec=spec, form="xml").decode()
    assert XmlValidator(SchemaVersion.from_version(spec)).validate_str(document) is None


@pytest.mark.parametrize("spec", get_args(Specification))
def test_both_forms_are_one_bom_and_both_versions_two(spec: Specification, bom: Bom) -> None:
    serial = tree_of(bom, spec)["serialNumber"]
    assert f'serialNumber="{serial}"'.encode() in render(bom, spec=spec, form="xml")
    assert serial != tree_of(bom, "1.6" if spec == "1.7" else "1.7")["serialNumber"]


def test_the_serial_number_can_be_made_again_from_the_document(bom: Bom) -> None:
    tree = tree_of(bom)
    assert serial_of(tree) == tree["serialNumber"]
    tree["metadata"]["component"]["name"] = "other"
    assert serial_of(tree) != tree["serialNumber"]


def test_what_1_6_has_no_field_for_is_said_by_properties(bom: Bom) -> None:
    newest, older = (component(tree_of(bom, spec), "glibc") for spec in get_args(Specification)[::-1])
    assert (newest["isExternal"], newest["versionRange"]) == (True, "vers:generic/>=2.28")
    assert not {"isExternal", "versionRange"} & older.keys()
    assert properties(older, "uplock:external") == ["true"]
    assert properties(older, "uplock:version-range") == ["vers:generic/>=2.28"]


@pytest.mark.parametrize("form", get_args(Form))
@pytest.mark.parametrize("spec", get_args(Specification))
def test_the_order_of_the_parts_says_nothing(spec: Specification, form: Form, bom: Bom) -> None:
    turned = changed(
        bom,
        components=bom.components[::-1],
        edges=dict(reversed(bom.edges.items())),
        properties=bom.properties[::-1],
        sections=changed(bom.sections, compositions=bom.sections.compositions[::-1]),
    )
    assert render(turned, spec=spec, form=form) == render(bom, spec=spec, form=form)


def test_equal_items_of_an_array_stand_once(bom: Bom) -> None:
    twice = changed(
        bom, properties=bom.properties * 2, sections=changed(bom.sections, compositions=bom.sections.compositions * 2)
    )
    assert render(twice) == render(bom)


@pytest.mark.parametrize("spec", get_args(Specification))
def test_an_expression_stands_alone_and_the_rest_is_evidence(spec: Specification, bom: Bom) -> None:
    part = Component(
        ref="a",
        type="library",
        name="a",
        version="1",
        licenses=(
            NamedLicense(name="MIT/Apache", acknowledgement="declared"),
            SpdxExpression(expression="MIT OR Apache-2.0", acknowledgement="concluded"),
        ),
    )
    found = component(tree_of(changed(bom, components=(part,), edges={}, sections=Sections()), spec), "a")
    assert found["licenses"] == [{"expression": "MIT OR Apache-2.0", "acknowledgement": "concluded"}]
    assert found["evidence"]["licenses"] == [{"license": {"name": "MIT/Apache", "acknowledgement": "declared"}}]


def test_an_expression_too_many_is_given_by_name(bom: Bom) -> None:
    licenses = (
        SpdxExpression(expression="MIT OR Zlib"),
        SpdxExpression(expression="MIT", acknowledgement="concluded"),
    )
    part = Component(ref="a", type="library", name="a", version="1", licenses=licenses)
    found = component(tree_of(changed(bom, components=(part,), edges={}, sections=Sections())), "a")
    assert found["licenses"] == [{"expression": "MIT OR Zlib", "acknowledgement": "declared"}]
    assert found["evidence"]["licenses"] == [{"license": {"name": "MIT", "acknowledgement": "concluded"}}]


def test_licenses_without_an_expression_stand_together(bom: Bom) -> None:
    licenses = (NamedLicense(name="The MIT", text="all of\nit"), SpdxId(id="MIT", acknowledgement="concluded"))
    part = Component(ref="a", type="library", name="a", version="1", licenses=licenses)
    found = component(tree_of(changed(bom, components=(part,), edges={}, sections=Sections())), "a")
    assert {each["license"]["acknowledgement"] for each in found["licenses"]} == {"declared", "concluded"}


def test_a_member_that_the_xml_form_would_lose_is_an_error() -> None:
    with pytest.raises(KeyError, match="novelty"):
        xml_of({"bomFormat": "CycloneDX", "version": 1, "novelty": []}, "1.7")
    with pytest.raises(KeyError, match="provides"):
        xml_of({"version": 1, "dependencies": [{"ref": "a", "provides": ["b"]}]}, "1.7")


@pytest.mark.parametrize("text", ["]]>", "a\r\nb", "a\tb\nc", "<&\"'>", " a "])
def test_the_xml_form_keeps_every_character_in_texts_and_attributes(text: str) -> None:
    tree = {"version": 1, "metadata": {"properties": [{"name": text, "value": text}]}}
    found = ET.fromstring(xml_of(tree, "1.7")).find(".//{*}property")  # noqa: S314 - our own bytes
    assert found is not None
    assert (found.get("name"), found.text) == (text, text)


def test_every_kind_of_the_grammar_exists() -> None:
    special = {"", "licenses", "dependency"}
    assert {each.kind for kind in KINDS.values() for each in kind.elements} <= KINDS.keys() | special


def test_a_composition_names_what_it_is_about(bom: Bom) -> None:
    stated = (Composition(aggregate="complete", dependencies=("project:shop",)), Composition(aggregate="unknown"))
    tree = tree_of(changed(bom, sections=Sections(compositions=stated)))
    assert tree["compositions"] == [
        {"aggregate": "complete", "dependencies": ["project:shop"]},
        {"aggregate": "unknown"},
    ]
