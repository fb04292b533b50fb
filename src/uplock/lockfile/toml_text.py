"""Writing TOML 1.0: the few forms that lock files need, always in the same bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

Scalar = str | int | bool | datetime | None
Item = Scalar | Sequence[str] | Mapping[str, Scalar]

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
_PLAIN = re.compile(r"[ !#-\[\]-~]*")
_BARE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


def quoted(text: str) -> str:
    """Return a basic string; control characters are escaped."""
    if _PLAIN.fullmatch(text):  # nearly all: urls, hashes, names
        return f'"{text}"'
    return '"' + "".join(_escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    code = ord(character)
    return f"\\u{code:04X}" if code < 0x20 or code == 0x7F else character  # noqa: PLR2004 - TOML's control characters


def item(value: Item) -> str:
    """Return any value; moments are in UTC with ``Z``, with microseconds only if there are any."""
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            return quoted(value)
        case datetime():
            return moment_text(value)
        case Mapping():
            return inline(value)
        case None:
            raise ValueError("TOML has no null")
        case _:
            return "[" + ", ".join(quoted(each) for each in value) + "]"


def moment_text(moment: datetime) -> str:
    """Return RFC 3339 in UTC. Raises :class:`ValueError` for a moment without a zone: the host's would leak in."""
    if moment.utcoffset() is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def inline(values: Mapping[str, Item]) -> str:
    """Return an inline table in the order given; ``None`` is left out."""
    pairs = (f"{key_text(key)} = {item(value)}" for key, value in values.items() if value is not None)
    return "{" + ", ".join(pairs) + "}"


def table(values: Mapping[str, Item]) -> str:
    """Return ``key = value`` lines in the order given; ``None`` is left out."""
    return "".join(f"{key_text(key)} = {item(value)}\n" for key, value in values.items() if value is not None)


def key_text(key: str) -> str:
    """Return a key, bare where TOML allows."""
    return key if key and set(key) <= _BARE else quoted(key)
