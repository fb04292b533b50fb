"""JSON that has one meaning (RFC 8259, RFC 7493): no key twice, no number that is none, no half character, not deep."""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

from uplock.errors import InputError

MAX_DEPTH = 200
"""Objects and arrays may be nested this deep; a document of ours nests 20."""

_HALF = re.compile(rb"\\u[dD][89a-fA-F]")
"""Half of a character that is written as two; only encoding tells whether each has its other half."""

_REMEDY = "Check that the file is whole and was not edited by hand."


def strict_object(raw: bytes, what: str) -> dict[str, Any]:
    """Parse a JSON object in UTF-8; ``what`` names it in complaints. Raises :class:`InputError`."""
    try:
        tree = json.loads(raw.decode(), object_pairs_hook=_unique, parse_constant=_constant, parse_float=_finite)
        if _HALF.search(raw):
            canonical(tree)
    except UnicodeError as error:
        raise _malformed(f"{what} is not valid Unicode") from error
    except RecursionError as error:
        raise _malformed(f"{what} is nested deeper than {MAX_DEPTH}") from error
    except ValueError as error:
        raise _malformed(f"{what} is not valid JSON: {_reason(error)}") from error
    if _depth(tree) > MAX_DEPTH:
        raise _malformed(f"{what} is nested deeper than {MAX_DEPTH}")
    if not isinstance(tree, dict):
        raise _malformed(f"{what} is not an object")
    return tree


def canonical(tree: object) -> bytes:
    """Return a tree as JSON with sorted keys and no white space: equal trees, and they alone, give equal bytes."""
    return json.dumps(tree, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode()


def _malformed(message: str) -> InputError:
    return InputError(message, remedy=_REMEDY)


def _reason(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg.lower()} at line {error.lineno}, column {error.colno}"
    return str(error).partition(";")[0].lower()


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for key, value in pairs:
        if key in members:
            raise ValueError(f"an object names the key {key[:80]!r} twice")
        members[key] = value
    return members


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _finite(text: str) -> float:
    if math.isinf(number := float(text)):
        raise ValueError("a number is too large")
    return number


def _depth(tree: Any) -> int:
    """Return how deep a tree nests, level by level: recursion would end before the bound is found."""
    depth, level = 0, [tree]
    while level := [each for each in level if isinstance(each, dict | list)]:
        depth += 1
        level = [value for each in level for value in (each.values() if isinstance(each, dict) else each)]
    return depth
