"""The XML form of a document, made from its JSON tree: the same BOM, so nothing can be said in one of them only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element as XmlElement
from xml.etree.ElementTree import SubElement

from uplock.sbom.parts import Specification
from uplock.sbom.spelling.grammar import KINDS, Element

_UNSPELLED = frozenset({"$schema", "bomFormat", "specVersion"})
"""Members of the JSON form that the name space of the XML form says."""
_KNOWN = {
    name: frozenset({kind.content, *(key for key, _ in kind.attributes), *(each.key for each in kind.elements)})
    for name, kind in KINDS.items()
}
"""The members of each kind of object that have a place in the XML form."""


def xml_of(tree: dict[str, Any], spec: Specification) -> bytes:
    """Return the document in UTF-8, indented by two spaces, with a final newline.

    Raises :class:`KeyError` for a member that the grammar does not know: it would be lost.
    """
    root = XmlElement("bom", {"xmlns": f"http://cyclonedx.org/schema/bom/{spec}"})
    _fill(root, {name: value for name, value in tree.items() if name not in _UNSPELLED}, "bom")
    ET.indent(root)
    # Readers of XML take a carriage return for a line feed, unless it is spelled by its number.
    text = ET.tostring(root, encoding="unicode").replace("\r", "&#13;")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _fill(element: XmlElement, value: dict[str, Any], kind: str) -> None:
    """Put what a JSON object says into its element."""
    if kind == "dependency":
        _dependency(element, value)
        return
    grammar = KINDS[kind]
    if lost := value.keys() - _KNOWN[kind]:
        raise KeyError(f"{kind}: {', '.join(sorted(lost))}")
    for key, attribute in grammar.attributes:
        if key in value:
            element.set(attribute, _text(value[key]))
    if grammar.content:
        element.text = _text(value[grammar.content])
    for member in grammar.elements:
        if member.key in value:
            _member(element, member, value[member.key])


def _member(holder: XmlElement, member: Element, value: Any) -> None:
    match member.shape:
        case "text":
            SubElement(holder, member.key).text = _text(value)
        case "one" if member.kind == "licenses":
            _licenses(SubElement(holder, member.key), value)
        case "one":
            _fill(SubElement(holder, member.key), value, member.kind)
        case "flat" | "flat texts":
            _items(holder, member.key, member, value)
        case _:
            _items(SubElement(holder, member.key), member.item, member, value)


def _items(holder: XmlElement, name: str, member: Element, values: list[Any]) -> None:
    for each in values:
        item = SubElement(holder, name)
        match member.shape:
            case "texts" | "flat texts":
                item.text = _text(each)
            case "refs":
                item.set("ref", each)
            case _:
                _fill(item, each, member.kind)


def _licenses(holder: XmlElement, licenses: list[dict[str, Any]]) -> None:
    for each in licenses:
        if "expression" in each:
            _fill(SubElement(holder, "expression"), each, "expression")
        else:
            _fill(SubElement(holder, "license"), each["license"], "license")


def _dependency(element: XmlElement, node: dict[str, Any]) -> None:
    element.set("ref", node["ref"])
    for ref in _refs(node):
        SubElement(element, "dependency", {"ref": ref})


def _refs(node: dict[str, Any]) -> Iterator[str]:
    if lost := node.keys() - {"ref", "dependsOn"}:
        raise KeyError(f"dependency: {', '.join(sorted(lost))}")
    yield from node.get("dependsOn", ())


def _text(value: Any) -> str:
    """Return a JSON value as XML Schema spells it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
