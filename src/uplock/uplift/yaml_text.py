"""Writing YAML so that nobody can read it in another way: every text is quoted, whatever it looks like."""

from __future__ import annotations

from uplock.errors import InputError

_LAST_BYTE, _LAST_PLANE_0 = 0xFF, 0xFFFF


def quoted(text: str) -> str:
    r"""Return a double-quoted scalar (YAML 1.1 and 1.2), in ASCII: ``3.10`` stays a text, a line break is ``\n``.

    Raises :class:`InputError` for half of a surrogate pair, which no YAML can carry.
    """
    return '"' + "".join(map(_escaped, text)) + '"'


def boolean(value: bool) -> str:  # noqa: FBT001 - it writes one
    """Return a boolean as both versions of YAML and JSON have it."""
    return "true" if value else "false"


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if " " <= character <= "~":
        return character
    code = ord(character)
    if "\ud800" <= character <= "\udfff":
        raise InputError(f"half of a surrogate pair (U+{code:04X}) cannot be written", remedy="Correct the name.")
    if code <= _LAST_BYTE:
        return f"\\x{code:02X}"
    return f"\\u{code:04X}" if code <= _LAST_PLANE_0 else f"\\U{code:08X}"
