"""The rubric: every point is held by a document that says all, and lost by one change that loses no other."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from support.rubric import CHANGES, given_with, good_document, read_tree, seal, states
from support.sboms import Tree, component
from uplock.model.sbom_score_outcome import ScoredPoint
from uplock.model.value import changed
from uplock.sbom.score.point import MAX_PLACES, Given, Twin
from uplock.sbom.score.rubric import POINTS, score

Change = Callable[[Tree], object]


def point(number: int, tree: Tree, given: Given | None = None) -> ScoredPoint:
    points = score(read_tree(tree), given_with(tree) if given is None else given)
    return points[number - 1]


def after(change: Change) -> Tree:
    tree = good_document()
    change(tree)
    seal(tree)
    return tree


def not_held(tree: Tree, given: Given) -> dict[int, str]:
    return {number: state for number, state in states(tree, given).items() if state != "held"}


def test_there_are_forty_points_and_each_can_be_lost() -> None:
    assert [each.number for each in POINTS] == list(range(1, 41))
    assert CHANGES.keys() | {2, 10, 37} == set(range(1, 41))
    assert all(each.remedy.endswith(".") and not each.title.endswith(".") and each.path[0] == "$" for each in POINTS)


def test_a_document_that_says_all_holds_every_point() -> None:
    tree = good_document()
    assert not_held(tree, given_with(tree)) == {}


@pytest.mark.parametrize("number", CHANGES)
def test_one_change_loses_one_point_and_no_other(number: int) -> None:
    tree = after(CHANGES[number])
    assert not_held(tree, given_with(tree)) == {number: "lost"}


def test_a_document_that_was_edited_is_not_what_two_runs_give() -> None:
    tree = good_document()
    component(tree, "pure")["description"] = "Edited"
    assert not_held(tree, given_with(tree)) == {10: "lost"}


def test_a_signature_of_another_key_loses_its_point_alone() -> None:
    tree = good_document()
    assert not_held(tree, changed(given_with(tree), signature=False)) == {37: "lost"}


@pytest.mark.parametrize(
    "change",
    [
        lambda tree: tree["components"].pop(),
        lambda tree: tree["components"].append({"type": "library", "name": "more"}),
        lambda tree: component(tree, "asn1").update(version="1"),
        lambda tree: tree.update(serialNumber="urn:uuid:6d1f1f3c-6a0e-4f4e-9a53-0a1b2c3d4e5f"),
    ],
)
def test_another_form_that_says_something_else_loses_its_point_alone(change: Change) -> None:
    tree, twin = good_document(), good_document()
    change(twin)
    given = changed(given_with(tree), twin=Twin(name="shop.cdx.xml", bom=read_tree(twin)))
    assert not_held(tree, given) == {2: "lost"}
    assert not_held(tree, changed(given, twin=Twin(name="shop.cdx.xml", bom=None))) == {2: "lost"}


def test_what_is_not_at_hand_is_not_assessed_and_says_what_is_missing() -> None:
    tree = good_document()
    alone = Given(schema_defects=0)
    assert not_held(tree, alone) == dict.fromkeys((2, 15, 23, 27, 36, 37), "not assessed")
    assert {each.number for each in score(read_tree(tree), alone) if each.missing} == {2, 15, 23, 27, 36, 37}


def _remove_count(tree: Tree) -> None:
    part = component(tree, "crypto")
    part["properties"] = [each for each in part["properties"] if not each["name"].startswith("uplock:native:files")]


NATIVE: dict[str, tuple[Change, dict[int, str]]] = {
    "a bundled library is gone": (lambda tree: component(tree, "crypto")["components"].remove(_of(tree, "zlib")), {}),
    "a file stands twice": (
        lambda tree: _of(tree, "zlib")["evidence"]["occurrences"].append(
            component(tree, "crypto")["evidence"]["occurrences"][0]
        ),
        {28: "lost"},
    ),
    "no number of files": (_remove_count, {28: "not assessed", 30: "not assessed"}),
    "no method": (lambda tree: _of(tree, "blake3")["evidence"]["identity"][0].pop("methods"), {29: "lost"}),
    "no edge": (lambda tree: _unlink(tree, "crypto", "blake3"), {22: "lost", 29: "lost"}),
    "more glibc than the tag says": (
        lambda tree: _set(tree, "crypto", "uplock:native:glibc-claimed", "2.5"),
        {30: "lost"},
    ),
    "a floor that is too low": (
        lambda tree: component(tree, "glibc").update(versionRange="vers:generic/>=2.5"),
        {30: "lost"},
    ),
    "a document that was not read": (
        lambda tree: _set(tree, "crypto", "uplock:embedded-sbom:components", "other.json 2"),
        {31: "lost"},
    ),
    "a source that is not cited": (
        lambda tree: _of(tree, "asn1")["evidence"]["identity"][0]["methods"][0].update(value="elsewhere.json"),
        {31: "lost"},
    ),
}


def _of(tree: Tree, name: str) -> Tree:
    return component(tree, name)


def _set(tree: Tree, name: str, key: str, value: str) -> None:
    (found,) = [each for each in component(tree, name)["properties"] if each["name"] == key]
    found["value"] = value


def _unlink(tree: Tree, name: str, other: str) -> None:
    for each in tree["dependencies"]:
        if each["ref"] == component(tree, name)["bom-ref"]:
            each["dependsOn"].remove(component(tree, other)["bom-ref"])


@pytest.mark.parametrize("case", NATIVE)
def test_what_is_missing_of_native_code_is_noticed(case: str) -> None:
    change, expected = NATIVE[case]
    tree = after(change)
    found = not_held(tree, given_with(tree))
    if expected:
        assert found == expected
    else:
        assert {21, 28, 29} <= found.keys()


def test_wheels_of_which_nothing_is_said_are_not_assessed_unless_they_are_for_any_platform() -> None:
    def foreign(file: str) -> Tree:
        return {
            "specVersion": "1.6",
            "components": [
                {"type": "library", "name": "demo", "version": "1.0", "purl": f"pkg:pypi/demo@1.0?file_name={file}"}
            ],
        }

    given = Given(schema_defects=0)
    numbers = (28, 29, 30, 31)
    native, pure = foreign("demo-1.0-cp312-cp312-manylinux_2_17_x86_64.whl"), foreign("demo-1.0-py3-none-any.whl")
    assert [point(number, native, given).state for number in numbers] == ["not assessed"] * 4
    assert [point(number, pure, given).state for number in numbers] == ["held"] * 4
    pure["components"][0]["properties"] = [{"name": "uplock:inspected", "value": "false"}]
    assert [point(number, pure, given).state for number in numbers] == ["not assessed"] * 4


def test_the_end_of_support_is_made_up_for_by_an_exception_in_force() -> None:
    def ended(tree: Tree) -> None:
        _set(tree, "python", "cdx:lifecycle:milestone:endOfSupport", "2025-10-31")
        tree["declarations"]["claims"].append(
            {"target": component(tree, "python")["bom-ref"], "mitigationStrategies": ["waiver:x"]}
        )
        tree["declarations"]["evidence"].append(
            {"bom-ref": "waiver:x", "expires": "2026-12-31T23:59:59Z", "reviewer": {"name": "security-review"}}
        )

    tree = after(ended)
    assert point(26, tree).state == point(34, tree).state == "held"
    tree["declarations"]["evidence"][-1]["expires"] = "2026-11-01T00:00:00Z"
    assert point(26, tree).state == point(34, tree).state == "lost"
    tree["metadata"].pop("timestamp")
    assert point(26, tree).state == point(34, tree).state == "not assessed"


def test_places_are_named_and_bounded() -> None:
    tree = good_document()
    for each in range(MAX_PLACES + 3):
        tree["components"].append({"type": "library", "name": f"lone{each}"})
    found = point(22, tree)
    count = len(tree["components"])
    assert (found.state, found.of - found.kept, len(found.lost_at)) == ("lost", MAX_PLACES + 3, MAX_PLACES)
    assert found.lost_at[0] == f"components[{count - MAX_PLACES - 3}] lone0"


def test_1_6_says_in_properties_what_it_has_no_fields_for() -> None:
    tree = good_document()
    part = component(tree, "libgcc")
    part["properties"] += [
        {"name": "uplock:external", "value": "true"},
        {"name": "uplock:version-range", "value": part.pop("versionRange")},
    ]
    part.pop("isExternal")
    assert point(11, tree).state == point(30, tree).state == "held"


def test_packages_inside_packages_are_no_files_of_the_lock() -> None:
    tree = good_document()
    vendored = {"type": "library", "name": "vendored", "version": "1", "purl": "pkg:pypi/vendored@1"}
    component(tree, "crypto")["components"].append({"bom-ref": "v1", **vendored})
    component(tree, "zlib")["components"] = [{"bom-ref": "v2", **vendored}]
    assert [point(number, tree).state for number in (13, 15, 16, 17, 23, 28, 32, 35)] == ["held"] * 8


SAID = {"acknowledgement": "declared"}
LISTED = {"license": {"id": "MIT", "acknowledgement": "concluded"}}


@pytest.mark.parametrize(
    ("licenses", "state"),
    [
        ([LISTED], "held"),
        ([LISTED, {"license": {"name": "The MIT License", **SAID}}], "held"),
        ([{"expression": "MIT AND Apache-2.0 WITH LLVM-exception", **SAID}], "held"),
        ([{"license": {"name": "The MIT License", **SAID}}], "lost"),
        ([{"expression": "MIT and friends", **SAID}], "lost"),
        ([{"license": {"id": "Beer", **SAID}}], "lost"),
        ([LISTED, {"license": {"name": "License :: OSI Approved :: MIT License", **SAID}}], "lost"),
        ([LISTED, {"license": {"name": "The MIT License"}}], "lost"),
        ([{"expression": "MIT"}], "lost"),
        ([], "lost"),
    ],
)
def test_a_license_of_spdx_is_wanted_and_words_may_stand_beside_it(licenses: list[Tree], state: str) -> None:
    tree = good_document()
    component(tree, "pure")["licenses"] = licenses
    assert point(19, tree).state == state


def test_the_page_lists_every_point() -> None:
    page = Path(__file__).parents[3] / "docs" / "sbom-score.md"
    rows = re.findall(r"^\| (\d+) \| (.+) \| (.+) \| `(.+)` \|$", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == [(str(each.number), each.title, ", ".join(each.standards), each.path) for each in POINTS]


@pytest.mark.parametrize(
    ("outcome", "reason", "state"),
    [
        ("not-attested", None, "held"),
        ("unchecked", "not-offered", "held"),
        ("unchecked", "unreachable", "not assessed"),
        ("invalid", None, "not assessed"),
        ("verified", None, "lost"),
    ],
)
def test_a_file_without_a_reference_to_provenance_says_why(outcome: str, reason: str | None, state: str) -> None:
    tree = good_document()
    part = component(tree, "pure")
    part["externalReferences"] = [each for each in part["externalReferences"] if each["type"] != "attestation"]
    part["properties"] = [{"name": "uplock:attestation", "value": outcome}]
    if reason is not None:
        part["properties"].append({"name": "uplock:attestation:reason", "value": reason})
    assert point(33, tree).state == state


@pytest.mark.parametrize("day", ["soon", "2026-02-30", ""])
def test_an_end_of_support_that_is_no_day_is_none(day: str) -> None:
    tree = good_document()
    _set(tree, "python", "cdx:lifecycle:milestone:endOfSupport", day)
    assert point(26, tree).state == "lost"


@pytest.mark.parametrize("moment", ["2026-02-30T00:00:00Z", "2026-11-23", "2026-11-23T12:00:00", 7])
def test_a_time_that_is_none_is_lost(moment: object) -> None:
    tree = good_document()
    tree["metadata"]["timestamp"] = moment
    assert point(4, tree).state == "lost"


def test_of_another_tool_and_of_xml_alone_nothing_tells_whether_it_is_reproducible() -> None:
    tree = good_document()
    tree["metadata"]["tools"]["components"][0]["name"] = "other"
    assert point(10, tree).state == "not assessed"
    alone = changed(read_tree(good_document()), format="xml")
    assert score(alone, Given(schema_defects=0))[9].state == "not assessed"
    tree["metadata"]["properties"] = [{"name": "cdx:reproducible", "value": "false"}]
    assert point(10, tree).state == "lost"
