"""Strict JSON (RFC 8259) with bounds: no duplicate keys, no NaN, no deep nesting, and places in every complaint."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from uplock.attest.refusal import AttestationError

MAX_DEPTH = 32
"""Objects and arrays may be nested this deep; a real provenance nests 8."""

_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)', re.DOTALL)
"""A string, or the rest of the text if it never ends: without that, every later quote would scan the rest again."""
_BRACKET = re.compile(r"[\[\]{}]")
_DECIMAL = re.compile(r"(?:0|[1-9][0-9]{0,18})\Z")
_MAX_INTEGER = 2**63 - 1


def parse(raw: bytes, what: str) -> Node:
    """Parse JSON text; ``what`` names it in complaints. Raises :class:`AttestationError` of class ``malformed``."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        malformed(f"{what} is not UTF-8")
    if _depth(text) > MAX_DEPTH:
        malformed(f"{what} is nested deeper than {MAX_DEPTH}")
    try:
        return Node(json.loads(text, object_pairs_hook=_unique, parse_constant=_constant), what)
    except ValueError:
        malformed(f"{what} is not valid JSON")


def malformed(detail: str) -> NoReturn:
    """Refuse a document that is not what the specification describes."""
    raise AttestationError("malformed", detail)


class Node:
    """A JSON value and its place. Every access checks the type; none lets an untyped value out but ``value``."""

    __slots__ = ("place", "value")

    def __init__(self, value: Any, place: str) -> None:
        self.value = value
        self.place = place

    def find(self, key: str) -> Node | None:
        """Return a member of this object, or ``None`` if it is absent or null."""
        if not isinstance(self.value, dict):
            malformed(f"{self.place} is not an object")
        found = self.value.get(key)
        return None if found is None else Node(found, f"{self.place}.{key}")

    def need(self, key: str) -> Node:
        """Return a member that must be there."""
        found = self.find(key)
        if found is None:
            malformed(f"{self.place} has no {key}")
        return found

    def items(self, limit: int) -> Iterator[Node]:
        """Yield the elements of this array, of which there may be ``limit``."""
        if not isinstance(self.value, list):
            malformed(f"{self.place} is not an array")
        if len(self.value) > limit:
            malformed(f"{self.place} has more than {limit} elements")
        return (Node(value, f"{self.place}[{index}]") for index, value in enumerate(self.value))

    def text(self) -> str:
        """Return this string. Lone surrogates, which no UTF-8 can carry, are refused."""
        if not isinstance(self.value, str):
            malformed(f"{self.place} is not a string")
        try:
            self.value.encode()
        except UnicodeEncodeError:
            malformed(f"{self.place} is not valid Unicode")
        return self.value

    def integer(self) -> int:
        """Return this non-negative 64-bit integer, written as a number or, as Protobuf does, as a string."""
        value = self.value
        if isinstance(value, str) and _DECIMAL.match(value):
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MAX_INTEGER:
            malformed(f"{self.place} is not an integer from 0 on")
        return value

    def base64(self) -> bytes:
        """Return the bytes of this string in padded base64 (RFC 4648 section 4), without white space."""
        try:
            return base64.b64decode(self.text(), validate=True)
        except (binascii.Error, ValueError):
            malformed(f"{self.place} is not base64")


def _depth(text: str) -> int:
    """Return how deep brackets outside strings nest: up to its first error this agrees with any JSON parser.

    A text with few opening brackets, as all real ones are, is not scanned: their number is bound enough.
    """
    openings = text.count("[") + text.count("{")
    if openings <= MAX_DEPTH:
        return openings
    deepest = depth = 0
    for bracket in _BRACKET.findall(_STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        malformed("an object names a key twice")
    return members


def _constant(name: str) -> NoReturn:
    malformed(f"{name} is not JSON")
