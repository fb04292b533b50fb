"""The rubric over documents of anybody: nothing is taken for granted, and nothing undecided counts as held."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from support.cyclonedx_suite import VERSIONS, documents
from support.rubric import good_document
from uplock.sbom.reading.read import ReadBom, read_bom
from uplock.sbom.score.point import Given
from uplock.sbom.score.rubric import score

VACUOUS = {34, 38, 40}
"""Held where nothing is wrong: there is no exception, no leak, nothing that is lost in reading."""


def of(tree: dict[str, Any], version: str = "1.7") -> ReadBom:
    return ReadBom(format="json", spec_version=version, tree=tree)


def held(bom: ReadBom) -> set[int]:
    return {each.number for each in score(bom, Given(schema_defects=0)) if each.state == "held"}


def test_an_empty_document_holds_nothing_but_what_it_does_not_break() -> None:
    assert held(of({"bomFormat": "CycloneDX", "specVersion": "1.7"})) == {1, *VACUOUS} - {40}
    assert held(of({}, "1.4")) == VACUOUS - {40}


@pytest.mark.parametrize("junk", [7, "text", [None], [{}]])
def test_any_value_in_any_place_is_borne(junk: object) -> None:
    """Whole sections and every member of every first item are replaced in turn."""
    tree = good_document()
    for key in tree:
        score(of({**tree, key: junk}), Given(schema_defects=1))
    for holder in ("metadata", "declarations"):
        for key in tree[holder]:
            score(of({**tree, holder: {**tree[holder], key: junk}}), Given(schema_defects=1))
    members = {key for each in tree["components"] for key in each}
    for key in members:
        broken = copy.deepcopy(tree["components"])
        for each in broken:
            each[key] = junk
        score(of({**tree, "components": broken}), Given(schema_defects=1))


@pytest.mark.parametrize("version", VERSIONS)
def test_documents_of_the_specification_are_scored(version: str) -> None:
    for form in ("json", "xml"):
        for name, data in documents(version, form).items():
            if name.startswith("valid-"):
                points = score(read_bom(data, name), Given(schema_defects=0))
                assert len(points) == 40
                assert all(each.missing for each in points if each.state == "not assessed")
                assert all(each.lost_at for each in points if each.state == "lost")


def test_what_another_tool_says_of_a_lock_is_judged_by_the_same_points() -> None:
    tree = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"tools": [{"name": "other", "version": "1"}]},
        "components": [
            {"type": "library", "bom-ref": "requirements-L12", "name": "Demo", "purl": "pkg:pypi/Demo@1.0"},
            {
                "type": "library",
                "bom-ref": "pure@1.0",
                "name": "pure",
                "version": "1.0",
                "purl": "pkg:pypi/pure@1.0",
                "hashes": [{"alg": "SHA-256", "content": "0" * 64}, {"alg": "SHA-256", "content": "1" * 64}],
                "licenses": [{"license": {"name": "License :: OSI Approved :: MIT License"}}],
            },
        ],
        "dependencies": [{"ref": "pure@1.0", "dependsOn": ["nowhere"]}],
    }
    points = {each.number: each for each in score(of(tree, "1.5"), Given(schema_defects=0))}
    assert {number for number, each in points.items() if each.state == "held"} == {5, 34, 38, 40}
    undecided = {number for number, each in points.items() if each.state == "not assessed"}
    assert undecided == {2, 23, 27, 28, 29, 30, 31, 33, 37}
    assert points[14].lost_at == ("components[0] Demo",)
    assert points[21].lost_at == ("components[0] Demo", "dependencies[0].dependsOn[0]")
    assert json.dumps(points[12].lost_at) == '["components[0] Demo"]'
