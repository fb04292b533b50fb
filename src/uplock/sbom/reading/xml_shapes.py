"""From elements to the shape of the JSON form, led by the official JSON schema.

The two forms say the same by a few rules: a member is an element or an attribute of the same name; an array is one
element around its items, or one element for each of them; the text of an element with attributes is its ``content`` or
``value``. What follows none of them stands in the tables here. What the JSON form has no member for is left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from uplock.sbom.reading.bounds import MAX_DIGITS
from uplock.sbom.reading.shapes import Shape, document_shape

Mode = Literal["undecided", "object", "item", "list"]

_OTHER_NAMES: Mapping[str, str] = {
    "dependency": "dependsOn",
    "responses": "response",
    "details": "expressionDetails",
    "content-type": "contentType",
    "license-identifier": "licenseIdentifier",
}
"""Names in XML that differ from those in JSON."""
_LISTS = frozenset({"licenses", "versions", "copyright", "environmentVars"})
"""Elements around items whose name is that of a member of an item."""
_TOKENS = frozenset({"aggregate", "cpe", "id", "purl", "ref", "scope", "timestamp", "url"})
"""Elements in which white space around the text says nothing (``xs:token`` and its like)."""
_TEXT = ("content", "value", "expression", "text", "classification")
"""Members that are the text of an element, the first that is there."""
_INTEGER = re.compile(r"-?[0-9]+\Z")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?\Z")


class Branch:
    """An open element, and what has become of what is in it so far."""

    __slots__ = ("_attributes", "_mode", "_shape", "items", "key", "members", "name", "texts", "wrapped")

    def __init__(self, key: str, name: str, shape: Shape, attributes: dict[str, str], *, wrapped: bool = False) -> None:
        self.key = key
        self.name = name
        self.texts: list[str] = []
        self.members: dict[str, Any] = {}
        self.items: list[Any] = []
        self.wrapped = wrapped
        self._shape = shape
        self._attributes = attributes
        self._mode: Mode = "object" if shape.item is None else "undecided"

    def child(self, name: str, attributes: dict[str, str]) -> Branch | None:
        """Return the branch of an element in this one, or ``None`` if the JSON form has nothing for it."""
        if self._mode == "undecided":
            self._mode = self._decided(name)
        shape = self._shape if self._mode == "object" else self._shape.item
        if shape is None:
            return None
        if self._mode == "list":
            if name == "license" and (license_shape := shape.member("license")) is not None:
                return Branch("license", name, license_shape, attributes, wrapped=True)
            return Branch(name, name, shape, attributes)
        key = name if name in shape else _OTHER_NAMES.get(name, name)
        member = shape.member(key)
        return None if member is None else Branch(key, name, member, attributes)

    def take(self, branch: Branch) -> None:
        """Put what has become of an element in this one where it belongs."""
        mode, value = branch._result()
        if self._mode == "list":
            self.items.append({"license": value} if branch.wrapped else value)
        elif mode == "item":
            self.members.setdefault(branch.key, []).append(value)
        elif mode == "list":
            self.members.setdefault(branch.key, []).extend(value)
        else:
            self.members[branch.key] = value

    def as_object(self) -> dict[str, Any]:
        """Return this element as an object."""
        return self._object(self._shape)

    def _decided(self, first: str) -> Mode:
        """Return what an element is that may be an array: a list around items, one item, or an object after all."""
        item = self._shape.item
        if first in self._shape and (item is None or first not in item):
            return "object"
        if item is None or first not in item or self.name in _LISTS or (first == "classification" and "flow" in item):
            return "list"
        return "item"

    def _result(self) -> tuple[Mode, Any]:
        text = "".join(self.texts)
        item = self._shape.item
        match self._mode:
            case "list":
                return "list", self.items
            case "item" if item is not None:
                return "item", self._object(item)
            case "undecided" if item is not None:
                if text.strip() or self._attributes:
                    return "item", self._leaf(item, text)
                return "list", []
            case _:
                return "object", self._leaf(self._shape, text)

    def _leaf(self, shape: Shape, text: str) -> Any:
        """Return an object if there is anything but text, else a scalar."""
        if shape.is_object and (self.members or self._attributes or shape.scalar is None):
            return self._object(shape)
        if not text.strip() and "ref" in self._attributes:
            return self._attributes["ref"]
        return _scalar(text.strip() if self.name in _TOKENS else text, shape.scalar)

    def _object(self, shape: Shape) -> dict[str, Any]:
        made = {}
        for name, value in self._attributes.items():
            key = name if name in shape else _OTHER_NAMES.get(name, name)
            if (member := shape.member(key)) is not None:
                made[key] = _scalar(value, member.scalar)
        made.update(self.members)
        if not self.members and (text := "".join(self.texts)):
            for key in _TEXT:
                if key in shape and key not in made:
                    made[key] = text.strip() if "alg" in made else text
                    break
        return made


def root_branch(version: str, attributes: dict[str, str]) -> Branch:
    """Return the branch of the root element of a document of a version of the specification."""
    return Branch("bom", "bom", document_shape(version), attributes)


def _scalar(text: str, kind: str | None) -> Any:
    """Return a text as what JSON has for it; what is not of its kind stays the text that it is."""
    plain = text.strip()
    match kind:
        case "integer" if _INTEGER.match(plain) and len(plain) <= MAX_DIGITS:
            return int(plain)
        case "number" if _NUMBER.match(plain) and len(plain) <= MAX_DIGITS:
            return float(plain)
        case "boolean" if plain in {"true", "false", "1", "0"}:
            return plain in {"true", "1"}
        case _:
            return text
