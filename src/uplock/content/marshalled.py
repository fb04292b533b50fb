"""Marshalled code of CPython 3.8 to 3.15, summed up without making objects of it.

Two runs of one compiler write the same code in different bytes: what is written once and referred to again depends on
reference counts, the order of sets on hashes. So code is compared by a digest over its tree, from the leaves up, with
references resolved. Nothing is unmarshalled, which is not safe with bytes of others. (The format is no standard: see
"Python/marshal.c" of each version.)
"""

from __future__ import annotations

import hashlib
import struct
from typing import NoReturn

from uplock.errors import InputError
from uplock.model.value import Value

MAX_DEPTH = 150
MAX_NODES = 10_000_000

_REFERABLE = 0x80
_CONSTANTS = b"NFTS."
_FIXED = {b"i": 4, b"I": 8, b"g": 8, b"y": 16}
_COLLECTIONS = b"([<>):"
_LONG_TEXTS, _SHORT_TEXTS = b"utaA", b"zZ"
_QUALIFIED = (3, 11)
"""The first version whose code objects have qualified names, and tables of exceptions instead of cells."""


class CodeSummary(Value, frozen=True, kw_only=True):
    """What one code object is: a digest over all of it but file names, and the file names in it."""

    digest: bytes
    filenames: tuple[str, ...]
    """Sorted; one for code that a compiler made of one file."""


def summarize(data: bytes, release: tuple[int, int]) -> CodeSummary:
    """Sum up one marshalled code object of CPython ``release`` (``(3, 12)``).

    Raises :class:`InputError` if it is malformed, is no code, has bytes behind it, or is over a bound.
    """
    reader = _Reader(data, release)
    try:
        if data[:1] not in {b"c", b"\xe3"}:
            _refuse("is no code")
        digest = reader.node(0)
    except (struct.error, IndexError) as error:
        raise InputError("ends before its code is complete") from error
    if reader.position != len(data):
        _refuse("has bytes behind its code")
    return CodeSummary(digest=digest, filenames=tuple(sorted(reader.filenames)))


def _refuse(message: str) -> NoReturn:
    raise InputError(message)


class _Reader:
    """Reads one tree. Every node is summed up as a digest; texts keep theirs as what they say, for file names."""

    def __init__(self, data: bytes, release: tuple[int, int]) -> None:
        self._data = data
        self._qualified = release >= _QUALIFIED
        self._references: list[bytes | None] = []
        self._texts: dict[bytes, bytes] = {}
        self._nodes = 0
        self.position = 0
        self.filenames: set[str] = set()

    def node(self, depth: int) -> bytes:
        """Read one object; return its digest."""
        self._nodes += 1
        if depth > MAX_DEPTH or self._nodes > MAX_NODES:
            _refuse(f"is nested over {MAX_DEPTH} levels or has over {MAX_NODES} parts")
        mark = self._data[self.position]
        self.position += 1
        kind = bytes((mark & ~_REFERABLE,))
        if kind == b"r":
            return self._referred(self._number())
        place = len(self._references)
        if mark & _REFERABLE:
            self._references.append(None)
        digest = self._read(kind, depth)
        if mark & _REFERABLE:
            self._references[place] = digest
        return digest

    def _referred(self, number: int) -> bytes:
        digest = self._references[number] if 0 <= number < len(self._references) else None
        if digest is None:
            _refuse("refers to something that is not there yet")
        return digest

    def _read(self, kind: bytes, depth: int) -> bytes:
        if kind == b"c":
            return self._code(depth)
        if kind in _COLLECTIONS:
            return self._collection(kind, depth)
        if kind in _LONG_TEXTS:
            return self._text(self._take(self._number()))
        if kind in _SHORT_TEXTS:
            return self._text(self._take(self._take(1)[0]))
        return _digest(kind, self._leaf(kind))

    def _leaf(self, kind: bytes) -> bytes:
        if kind in _FIXED:
            return self._take(_FIXED[kind])
        if kind == b"s":
            return self._take(self._number())
        if kind == b"l":
            raw = self._take(4)
            return raw + self._take(2 * abs(int(struct.unpack("<i", raw)[0])))
        if kind not in _CONSTANTS:
            _refuse(f"holds what compilers do not make ({kind!r})")
        return b""

    def _collection(self, kind: bytes, depth: int) -> bytes:
        if kind == b")":
            kind, count = b"(", self._take(1)[0]
        else:
            count = 3 if kind == b":" else self._number()
        parts = [self.node(depth + 1) for _ in range(count)]
        if kind in b"<>":
            parts.sort()
        return _digest(kind, b"".join(parts))

    def _code(self, depth: int) -> bytes:
        """Read code. Before 3.11: nlocals among the numbers, and one table; since then: none, and two."""
        numbers = self._take(20 if self._qualified else 24)
        parts = [self.node(depth + 1) for _ in range(8)]
        filename = self._texts.get(parts.pop(5 if self._qualified else 6))
        if filename is None:
            _refuse("has no text as file name")
        self.filenames.add(filename.decode("utf-8", "backslashreplace"))
        first_line = self._take(4)
        parts += [self.node(depth + 1) for _ in range(2 if self._qualified else 1)]
        return _digest(b"c", numbers + first_line + b"".join(parts))

    def _text(self, raw: bytes) -> bytes:
        digest = _digest(b"u", raw)
        self._texts[digest] = raw
        return digest

    def _number(self) -> int:
        number = int(struct.unpack("<i", self._take(4))[0])
        if number < 0:
            _refuse("has a negative length")
        return number

    def _take(self, size: int) -> bytes:
        end = self.position + size
        if end > len(self._data):
            _refuse("ends before its code is complete")
        taken = self._data[self.position : end]
        self.position = end
        return taken


def _digest(kind: bytes, data: bytes) -> bytes:
    return hashlib.blake2b(kind + data, digest_size=32).digest()
