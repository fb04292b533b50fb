from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable

import pytest

from support.sboms import Tree, component, read, shop_subject
from uplock.errors import InputError
from uplock.sbom.reading.read import read_bom
from uplock.sbom.validate import MAX_DEFECTS, _refuse, defects_of, validate_sbom


def broken(break_it: Callable[[Tree], object]) -> tuple[str, ...]:
    tree = read(shop_subject())
    break_it(tree)
    return validate_sbom(json.dumps(tree).encode())


DEFECTS: dict[str, tuple[Callable[[Tree], object], str]] = {
    "unknown key": (lambda tree: tree.update(unknown=1), "document: "),
    "unknown type": (lambda tree: component(tree, "pure").update(type="wheel"), ".type: "),
    "no name": (lambda tree: component(tree, "pure").pop("name"), '"name" is a required property'),
    "unknown license": (
        lambda tree: component(tree, "python")["licenses"][0]["license"].update(id="Beer"),
        ".licenses[0]",
    ),
    "bad hash": (lambda tree: component(tree, "pure")["hashes"][0].update(content="00"), ".hashes[0].content: "),
    "bad address": (lambda tree: component(tree, "pure")["authors"][0].update(email="jane"), ".authors[0].email: "),
    "bad URL": (
        lambda tree: component(tree, "pure")["externalReferences"][0].update(url="https://[x"),
        ".externalReferences[0].url: ",
    ),
    "bad time": (lambda tree: tree["metadata"].update(timestamp="yesterday"), "metadata.timestamp: "),
    "bad serial": (lambda tree: tree.update(serialNumber="1"), "serialNumber: "),
    "component twice": (lambda tree: tree["components"].append(tree["components"][0]), "components: "),
    "version beside range": (lambda tree: component(tree, "glibc").update(version="2.17"), "components["),
    "bad signature": (lambda tree: tree.update(signature={"algorithm": 1}), "signature"),
    "dangling edge": (
        lambda tree: tree["dependencies"][0].update(dependsOn=["nowhere"]),
        "dependencies[0].dependsOn[0]: nowhere is the bom-ref of nothing",
    ),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_every_defect_is_found(defect: str) -> None:
    break_it, message = DEFECTS[defect]
    found = broken(break_it)
    assert any(message in each for each in found), found


def test_defects_are_bounded_in_number_and_length() -> None:
    wrong = [{"type": "library", "name": 1, "description": "x" * 10_000}] * (MAX_DEFECTS + 1)
    found = broken(lambda tree: tree.update(components=[{**each, "version": str(i)} for i, each in enumerate(wrong)]))
    assert len(found) == MAX_DEFECTS
    assert max(map(len, found)) < 400


@pytest.mark.parametrize("document", [b"", b"{", b"\xff", b"[]", b"{}", b"null", b"[" * 100_000])
def test_what_is_no_document_has_a_defect_and_raises_nothing(document: bytes) -> None:
    assert validate_sbom(document)


@pytest.mark.parametrize("depth", [100, 140, 400, 3000])
def test_deep_nesting_raises_nothing(depth: int) -> None:
    head, tail = '{"type":"library","name":"x","bom-ref":"x","components":[', "]}"
    nested = head * depth + tail * depth
    assert validate_sbom(f'{{"bomFormat":"CycloneDX","specVersion":"1.7","components":[{nested}]}}'.encode())


def test_a_schema_that_refers_to_something_unknown_is_not_looked_for() -> None:
    with pytest.raises(LookupError, match="index"):
        _refuse("https://index.example/schema.json")


def test_what_only_the_validator_of_xml_refuses_is_an_error_with_its_reason() -> None:
    data = b'<bom xmlns="http://cyclonedx.org/schema/bom/1.7" xml:id="1 2"/>'
    with pytest.raises(InputError, match="is XML that the validator does not read: xml:id"):
        defects_of(read_bom(data, "x"), data)


def test_without_lxml_xml_is_not_judged_and_json_is() -> None:
    program = """
import sys
sys.modules["lxml"] = None
from uplock.errors import ToolError
from uplock.sbom.validate import validate_sbom
assert validate_sbom(b'{"bomFormat": "CycloneDX", "specVersion": "1.7"}') == ()
try:
    validate_sbom(b'<bom xmlns="http://cyclonedx.org/schema/bom/1.7"/>')
except ToolError as error:
    print(error, error.exit_code)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "lxml, which checks XML against the official schema, is missing 3\n"


def large(**members: object) -> bytes:
    """Return an invalid document that is too large to have its errors listed at once."""
    filler = [{"name": str(index), "value": "x" * 2000} for index in range(3000)]
    return json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.7", "properties": filler, **members}).encode()


COMPONENT = {"type": "library", "name": "x"}


@pytest.mark.parametrize(
    ("members", "place"),
    [
        ({"version": "one"}, "version: "),
        ({"metadata": {"timestamp": 1}}, "metadata.timestamp: "),
        ({"metadata": {"component": {"name": "x"}}}, "metadata.component: "),
        (
            {"components": [COMPONENT, {**COMPONENT, "components": [{**COMPONENT, "name": 1}]}]},
            "components[1].components[0].name: ",
        ),
        ({"components": [COMPONENT, 1]}, "components[1]: "),
        ({"components": 1}, "components: "),
        ({"dependencies": [{"ref": "x"}, {"ref": 1}]}, "dependencies[1].ref: "),
        (
            {"serialNumber": "x" * 17_000_000},
            "serialNumber: is not what the schema asks for, and too large to say where",
        ),
        ({"components": [COMPONENT, COMPONENT]}, "document: the schema accepts every part, but not the whole"),
        ({"bomFormat": "Other"}, "bomFormat: "),
    ],
)
def test_a_large_document_is_asked_about_part_by_part(members: dict[str, object], place: str) -> None:
    found = validate_sbom(large(**members))
    assert [each for each in found if each.startswith(place)], found


def test_a_large_document_without_defects_is_valid() -> None:
    data = large()
    assert defects_of(read_bom(data, "x"), data, schema_only=True).count == 0
