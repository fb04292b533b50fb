"""Grafting: the sections stand in both versions and forms, keep to the official schemas, and hold together."""

from __future__ import annotations

import json
from typing import Any, get_args
from xml.etree import ElementTree as ET

import pytest

from support.sboms import Tree, shop_subject
from support.waivers import make_file
from uplock.model.digest import sha256_of
from uplock.model.identity import TrustedRoot
from uplock.model.lock import Agreement
from uplock.model.value import changed
from uplock.model.waiver import WaiverScope
from uplock.sbom.bom import Bom
from uplock.sbom.build import bom_of
from uplock.sbom.parts import Specification
from uplock.sbom.sections.graft import graft_json
from uplock.sbom.sections.values import Resource, Sections
from uplock.sbom.spelling.render import render
from uplock.sbom.validate import validate_sbom

SPECS: tuple[Specification, ...] = get_args(Specification)
SECTIONS = ("compositions", "declarations", "definitions", "formulation")


@pytest.fixture(scope="module")
def bom() -> Bom:
    """Return a document in which every field of every section says something."""
    subject = shop_subject()
    return bom_of(
        changed(
            subject,
            waivers=(make_file(scope=WaiverScope()), make_file(id="wheel", scope=WaiverScope(purl="pkg:pypi/pure"))),
            agreement=Agreement(target=subject.lock.target.name, resolver="pip-tools 7.6.2", outcome="agrees"),
            trusted_root=TrustedRoot(sha256=sha256_of(b"root"), origin="embedded"),
            baseline_bom="urn:cdx:11111111-2222-5333-8444-555555555555/1",
            overrides=("a==1",),
            content=sha256_of(b"content"),
        )
    )


def tree_of(bom: Bom, spec: Specification = "1.7") -> Tree:
    tree: Tree = json.loads(render(bom, spec=spec))
    return tree


def values_of(tree: Any, key: str) -> list[Any]:
    """Return every value of a key, at any depth."""
    match tree:
        case dict():
            own = [tree[key]] if key in tree else []
            return own + [found for each in tree.values() for found in values_of(each, key)]
        case list():
            return [found for each in tree for found in values_of(each, key)]
        case _:
            return []


@pytest.mark.parametrize("spec", SPECS)
def test_every_section_stands_in_both_forms_and_keeps_to_the_official_schema(spec: Specification, bom: Bom) -> None:
    document, xml = (render(bom, spec=spec, form=form) for form in ("json", "xml"))
    assert validate_sbom(document) == ()
    assert validate_sbom(xml) == ()
    space = {"c": f"http://cyclonedx.org/schema/bom/{spec}"}
    root = ET.fromstring(xml)  # noqa: S314 - our own document
    assert all(root.find(f"c:{name}", space) is not None for name in SECTIONS)
    assert all(json.loads(document)[name] for name in SECTIONS)


def test_the_sections_are_the_same_in_both_versions(bom: Bom) -> None:
    newest, older = (tree_of(bom, spec) for spec in SPECS[::-1])
    assert {name: newest[name] for name in SECTIONS} == {name: older[name] for name in SECTIONS}


def test_every_reference_in_the_sections_leads_to_something_in_the_document(bom: Bom) -> None:
    tree = tree_of(bom)
    known = values_of(tree, "bom-ref")
    assert len(known) == len(set(known))
    declared, workflow = tree["declarations"], tree["formulation"][0]["workflows"][0]
    one = [ref for key in ("target", "requirement", "assessor", "ref") for ref in values_of([declared, workflow], key)]
    many = [
        ref
        for key in ("evidence", "counterEvidence", "mitigationStrategies", "claims", "counterClaims", "dependsOn")
        for refs in values_of([declared["claims"], declared["attestations"], workflow], key)
        for ref in refs
    ]
    assert len(one) > 20
    assert len(many) > 10
    assert {*one, *many} <= {*known}


def test_an_input_is_exactly_one_of_a_resource_and_parameters(bom: Bom) -> None:
    inputs = [each for found in values_of(tree_of(bom)["formulation"], "inputs") for each in found]
    assert {tuple(each) for each in inputs} == {("resource",), ("parameters",)}


def test_an_input_can_be_a_part_of_the_document(bom: Bom) -> None:
    formula = bom.sections.formula
    assert formula is not None
    (first, *rest) = formula.tasks
    step = changed(first, inputs=(Resource(ref=bom.root.ref),))
    document = render(changed(bom, sections=changed(bom.sections, formula=changed(formula, tasks=(step, *rest)))))
    assert validate_sbom(document) == ()
    (task,) = [each for each in values_of(json.loads(document), "tasks")[0] if each["bom-ref"] == first.ref]
    assert {"resource": {"ref": bom.root.ref}} in task["inputs"]


def test_moments_are_spelled_with_their_zone_as_that_of_the_document(bom: Bom) -> None:
    tree = tree_of(bom)
    moments = [moment for key in ("created", "expires") for moment in values_of(tree["declarations"], key)]
    assert len(moments) == 6
    assert all(moment.endswith("+00:00") for moment in (*moments, tree["metadata"]["timestamp"]))


def test_what_is_not_known_is_not_there(bom: Bom) -> None:
    tree: Tree = {}
    graft_json(tree, changed(bom, sections=Sections()), "1.7")
    assert tree == {"compositions": []}
    assert None not in [
        value for key in ("created", "reasoning", "conformance") for value in values_of(tree_of(bom), key)
    ]


def test_inserting_a_package_changes_no_reference_of_another() -> None:
    subject = shop_subject()
    fewer = changed(subject, lock=changed(subject.lock, packages=subject.lock.packages[:-1]))
    less, more = ({*values_of(tree_of(bom_of(each)), "bom-ref")} for each in (fewer, subject))
    assert less < more
    assert all("unseen" in ref for ref in more - less)
