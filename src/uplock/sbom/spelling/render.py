"""Spelling a document: JSON or XML, sorted throughout, with a serial number that is made from the content."""

from __future__ import annotations

import uuid
from typing import Any, Literal

from uplock.model.digest import digest_of
from uplock.model.value import encode, encode_pretty
from uplock.sbom.bom import Bom
from uplock.sbom.parts import Specification
from uplock.sbom.sections.graft import graft_json
from uplock.sbom.spelling.tree import (
    Tree,
    component_tree,
    contact_tree,
    organization_tree,
    property_tree,
    reference_tree,
    said,
)
from uplock.sbom.spelling.xml import xml_of

SERIALS = uuid.UUID("6f0a3d1e-7f0b-5c55-9a43-1d6b3c6a5b0e")
"""Namespace (RFC 9562, UUIDv5) of our serial numbers; their names are digests of documents."""

_IDENTIFYING = ("bom-ref", "ref", "location", "name")
"""The fields that put the items of an array in order, the first that is there."""


def render(bom: Bom, *, spec: Specification = "1.7", form: Literal["json", "xml"] = "json") -> bytes:
    """Return the document. Its JSON and XML forms are the same BOM, under the same serial number."""
    tree = document_tree(bom, spec)
    tree["serialNumber"] = serial_of(tree)
    return encode_pretty(tree) if form == "json" else xml_of(tree, spec)


def document_tree(bom: Bom, spec: Specification) -> Tree:
    """Return the document as JSON without its serial number, sorted; equal items of an array stand once."""
    tree: Tree = {
        "$schema": f"http://cyclonedx.org/schema/bom-{spec}.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": spec,
        "version": 1,
        "metadata": _metadata(bom, spec),
        "components": [component_tree(each, spec) for each in bom.components],
        "externalReferences": [reference_tree(each) for each in bom.references],
        "dependencies": [said({"ref": ref, "dependsOn": sorted(set(needs))}) for ref, needs in bom.edges.items()],
    }
    graft_json(tree, bom, spec)
    found: Tree = _sorted(said(tree))
    return found


def serial_of(tree: Tree) -> str:
    """Return the serial number of a document of ours from everything else that it says."""
    return uuid.uuid5(SERIALS, digest_of({name: value for name, value in tree.items() if name != "serialNumber"})).urn


def _metadata(bom: Bom, spec: Specification) -> Tree:
    return said(
        {
            "timestamp": bom.timestamp.isoformat(),
            "lifecycles": [{"phase": bom.phase}],
            "tools": {"components": [component_tree(bom.generator, spec)]},
            "authors": [contact_tree(each) for each in bom.authors],
            "component": component_tree(bom.root, spec),
            "manufacturer": None if bom.manufacturer is None else organization_tree(bom.manufacturer),
            "supplier": None if bom.supplier is None else organization_tree(bom.supplier),
            "properties": [property_tree(each) for each in bom.properties],
        }
    )


def _sorted(tree: Any) -> Any:
    """Return a JSON tree with every array in a fixed order, each item once: all arrays here are sets."""
    match tree:
        case dict():
            return {name: value if isinstance(value, str) else _sorted(value) for name, value in tree.items()}
        case [str(), *_]:
            return sorted(set(tree))
        case list():
            return _ordered([_sorted(each) for each in tree])
        case _:
            return tree


def _ordered(items: list[Any]) -> list[Any]:
    """Return items in order, each once; their canonical form is made only where what identifies them does not decide.

    Documents have tens of thousands of arrays, and nearly all of their items have a name that no other has.
    """
    named = {_name(each): each for each in items}
    if "" not in named and len(named) == len(items):
        return [named[name] for name in sorted(named)]
    placed = {(_name(each), encode(each)): each for each in items}
    return [placed[place] for place in sorted(placed)]


def _name(item: Any) -> str:
    """Return what identifies an item of an array, empty if nothing does."""
    if isinstance(item, dict):
        for name in _IDENTIFYING:
            if name in item:
                return str(item[name])
    return ""
