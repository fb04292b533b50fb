"""The one base of all values, and their one wire form: canonical JSON.

Values are frozen, keyword-only structs that hold tuples. :func:`encode` is a pure function of the value: keys sorted,
no white space, UTF-8, no floats in any of our types, so that digests over it are stable. :func:`decode` is strict:
unknown fields, wrong types and missing fields are errors with their JSON path.

This module is the only door to msgspec.
"""

from __future__ import annotations

from threading import Lock
from typing import Any, TypeVar

import msgspec

from uplock.errors import InputError

T = TypeVar("T")


class Value(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every value. Subclasses repeat ``frozen=True, kw_only=True``: type checkers need to see them."""


def empty_dict() -> Any:
    """Return the field default that makes a new empty dict for every value."""
    return msgspec.field(default_factory=dict)


def named(name: str) -> Any:
    """Return a field that has another name in JSON than in code, where that is a word of Python (``from``)."""
    return msgspec.field(name=name)


def encode(value: object) -> bytes:
    """Return canonical JSON (sorted keys, compact, UTF-8) of ``value``; equal values give equal bytes."""
    return msgspec.json.encode(value, order="sorted")


def encode_pretty(value: object) -> bytes:
    """Return the canonical content indented by two spaces, with a final newline: for files that people read."""
    return msgspec.json.format(encode(value), indent=2) + b"\n"


_prepared: set[object] = set()
_preparing = Lock()


def _prepare(kind: object) -> None:
    """Let msgspec look at ``kind`` before it decodes one, in one thread: a second one would see half of what it keeps.

    (msgspec 0.22 stores what it knows of a struct before that is complete; another thread then reads a null pointer.)
    """
    if kind not in _prepared:
        with _preparing:
            msgspec.json.Decoder(kind)
            _prepared.add(kind)


def decode(raw: bytes | str, kind: type[T]) -> T:
    """Parse JSON into ``kind``, strictly.

    Raises :class:`InputError` whose message names the JSON path of the first defect.
    """
    _prepare(kind)
    try:
        return msgspec.json.decode(raw, type=kind, strict=True)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"not a valid {kind_name(kind)}: {error}") from error


def decode_json(raw: bytes | str) -> Any:
    """Parse any JSON document into plain objects. Raises :class:`InputError`."""
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"not valid JSON: {error}") from error


def to_builtins(value: object) -> Any:
    """Return ``value`` as plain dicts, lists and strings, as :func:`encode` would write it."""
    return msgspec.to_builtins(value, order="sorted")


def convert(data: object, kind: type[T]) -> T:
    """Convert plain objects (from TOML, say) into ``kind``, strictly. Raises :class:`InputError` with the path."""
    _prepare(kind)
    try:
        return msgspec.convert(data, type=kind, strict=True)
    except msgspec.ValidationError as error:
        raise InputError(str(error)) from error


def json_schema(kind: object) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of ``kind``; docstrings become descriptions, without their indentation."""
    made: dict[str, Any] = _dedented(msgspec.json.schema(kind))
    return made


def _dedented(tree: Any) -> Any:
    """Return a schema with every text cleaned as CPython 3.13 does when it compiles, so that all versions agree."""
    match tree:
        case dict():
            return {key: _dedented(value) for key, value in tree.items()}
        case list():
            return [_dedented(each) for each in tree]
        case str():
            return "\n".join(line.strip() for line in tree.splitlines())
        case _:
            return tree


V = TypeVar("V", bound=Value)


def changed(value: V, **fields: object) -> V:
    """Return a copy of ``value`` with ``fields`` replaced."""
    return msgspec.structs.replace(value, **fields)


def fields_of(value: Value) -> dict[str, Any]:
    """Return the fields of ``value`` as they are, to make a larger value of."""
    return msgspec.structs.asdict(value)


def kind_name(kind: object) -> str:
    """Return a readable name of a type for error messages."""
    return getattr(kind, "__name__", str(kind))
