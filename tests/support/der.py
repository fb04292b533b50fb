"""Writes DER (X.690), as far as timestamps and claims of certificates need it."""

from __future__ import annotations

from datetime import datetime

_LONG_FORM = 0x80


def element(tag: int, *contents: bytes) -> bytes:
    """Return an element with the shortest form of its length, as DER demands."""
    content = b"".join(contents)
    size = len(content)
    if size < _LONG_FORM:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, _LONG_FORM | len(length)]) + length + content


def sequence(*elements: bytes) -> bytes:
    return element(0x30, *elements)


def set_of(*elements: bytes) -> bytes:
    """Return a SET OF, sorted as section 11.6 demands."""
    return element(0x31, *sorted(elements))


def explicit(number: int, *elements: bytes) -> bytes:
    """Return a constructed element with a context-specific tag."""
    return element(0xA0 | number, *elements)


def integer(value: int) -> bytes:
    return element(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def octets(content: bytes) -> bytes:
    return element(0x04, content)


def utf8(text: str) -> bytes:
    return element(0x0C, text.encode())


def object_identifier(dotted: str) -> bytes:
    first, second, *others = map(int, dotted.split("."))
    return element(0x06, *(_base_128(arc) for arc in (40 * first + second, *others)))


def generalized_time(moment: datetime) -> bytes:
    return element(0x18, f"{moment:%Y%m%d%H%M%SZ}".encode())


def _base_128(arc: int) -> bytes:
    digits = [arc & 0x7F]
    while arc := arc >> 7:
        digits.append(0x80 | arc & 0x7F)
    return bytes(reversed(digits))
