"""JSON of unknown origin (RFC 8259), read strictly and within bounds, and looked at without surprises."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NoReturn

from uplock.errors import InputError

MAX_DEPTH = 128
MAX_VALUES = 1_000_000
"""Members and elements, counted generously before anything is built: commas and brackets, also those in texts."""
MAX_TEXT = 1024
"""Characters that are kept of one text."""

Object = dict[str, object]


def read_json(data: bytes) -> object:
    """Return the document as plain objects.

    Raises :class:`InputError` if it is no JSON in UTF-8, repeats a key in one object, holds ``NaN``, or is deeper or
    longer than the bounds.
    """
    if sum(data.count(mark) for mark in (b",", b"{", b"[")) > MAX_VALUES:
        raise InputError(f"holds more than {MAX_VALUES} values")
    try:
        document: object = json.loads(
            data.decode("utf-8-sig"), object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer
        )
    except RecursionError:
        raise InputError(f"is nested deeper than {MAX_DEPTH} levels") from None
    except ValueError as error:
        raise InputError("is not valid JSON in UTF-8") from error
    _check_depth(document)
    return document


def _object(pairs: list[tuple[str, object]]) -> Object:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise InputError("repeats a key in one object")
    return made


def _constant(name: str) -> NoReturn:
    raise InputError(f"holds {name}, which is not JSON")


def _integer(digits: str) -> float:
    """Return a number that costs nothing to make, however many digits it has: none of them is of interest."""
    return float(digits)


def _check_depth(document: object) -> None:
    level: list[object] = [document]
    for _ in range(MAX_DEPTH):
        level = [child for value in level for child in _children(value)]
        if not level:
            return
    raise InputError(f"is nested deeper than {MAX_DEPTH} levels")


def _children(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value


def object_of(value: object, what: str) -> Object:
    """Return ``value`` as an object. Raises :class:`InputError` that names it by ``what``."""
    if not isinstance(value, dict):
        raise InputError(f"its {what} is not an object")
    return value


def list_in(holder: Object, key: str) -> list[object]:
    """Return the list at ``key``, empty if there is none. Raises :class:`InputError` for any other value."""
    value = holder.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise InputError(f"its {key} is not a list")
    return value


def objects_in(holder: Object, key: str) -> Iterator[Object]:
    """Yield the objects of the list at ``key``. Raises :class:`InputError` for any other value or element."""
    for value in list_in(holder, key):
        yield object_of(value, f"element of {key}")


def text_in(holder: Object, key: str) -> str | None:
    """Return the text at ``key``, cut at :data:`MAX_TEXT`, or ``None`` if there is none or an empty one.

    Half surrogate pairs become question marks: they could be written nowhere. Raises :class:`InputError` for a value
    that is no text.
    """
    value = holder.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise InputError(f"its {key} is not a text")
    return value[:MAX_TEXT].encode("utf-8", "replace").decode("utf-8") or None
