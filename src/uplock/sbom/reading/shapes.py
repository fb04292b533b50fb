"""What the official JSON schema of a version says about its members: names and kinds, nothing about validity."""

from __future__ import annotations

from functools import cache
from typing import Any

from uplock.model.value import decode_json
from uplock.sbom.official import official_schemas

_LOCAL = "#/definitions/"
_ALTERNATIVES = ("oneOf", "anyOf", "allOf")
_MANY_REFERENCES = 16


class Shape:
    """What may stand at one place: a scalar of a kind, an array of items, an object with members, or several of them.

    Members are looked up in the schema when they are first asked for: a document uses few of them.
    """

    def __init__(self, schema: Any, definitions: dict[str, Any]) -> None:
        self.scalar: str | None = None
        self._schemas: dict[str, Any] = {}
        self._items: list[Any] = []
        self._definitions = definitions
        self._known: dict[str, Shape] = {}
        self._item: Shape | None = None
        self._add(schema, _MANY_REFERENCES)

    def __contains__(self, name: str) -> bool:
        return name in self._schemas

    @property
    def is_object(self) -> bool:
        """Whether there are members."""
        return bool(self._schemas)

    @property
    def item(self) -> Shape | None:
        """Return the shape of the items of an array, or ``None`` if there is no array."""
        if self._item is None and self._items:
            self._item = Shape({"oneOf": self._items}, self._definitions)
        return self._item

    def member(self, name: str) -> Shape | None:
        """Return the shape of a member, or ``None`` if there is none of that name."""
        if name not in self._known and name in self._schemas:
            self._known[name] = Shape(self._schemas[name], self._definitions)
        return self._known.get(name)

    def _add(self, schema: Any, references: int) -> None:
        """Take in what a schema says, with all its alternatives; ``references`` bounds a schema that names itself."""
        if not isinstance(schema, dict) or not references:
            return
        target = schema.get("$ref", "")
        if target.startswith(_LOCAL):
            self._add(self._definitions.get(target.removeprefix(_LOCAL)), references - 1)
        elif target:
            self.scalar = "string"
        for name, member in schema.get("properties", {}).items():
            self._schemas.setdefault(name, member)
        items = schema.get("items", [])
        self._items += items if isinstance(items, list) else [items]
        kind = schema.get("type")
        if kind in {"string", "integer", "number", "boolean"}:
            self.scalar = kind
        for alternatives in _ALTERNATIVES:
            for each in schema.get(alternatives, ()):
                self._add(each, references - 1)


@cache
def document_shape(version: str) -> Shape:
    """Return the shape of a whole document of a version of the specification."""
    schema = decode_json(official_schemas(version)[0].read_bytes())
    return Shape(schema, schema["definitions"])
