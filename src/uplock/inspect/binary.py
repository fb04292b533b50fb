"""What the readers of ELF, Mach-O and PE files share: a range of a file in which no number is read outside of it."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable
from mmap import mmap
from typing import Literal

from uplock.errors import InputError

Data = bytes | bytearray | memoryview | mmap

MAX_NAME = 4096
"""Length of a name in bytes."""
_SHORT = 64
"""Bytes that hold most names."""
MAX_NAMES = 2**22
"""Characters of all names that are read from one range, with 16 more for each."""
CRATES = b".dep-v0"
"""Name of the section, whatever the format, in which cargo-auditable lists the Rust packages of a file."""
REMEDY = "Do not install it unless the file's owners can explain it."

_MODULE = re.compile(r"(?:PyInit|PyInitU|PyModExport|PyModExportU)_.", re.DOTALL)
_CPYTHON = re.compile(r"_?Py[A-Z_]")


def is_module(symbol: str) -> bool:
    """Whether an exported name is the entry point of an extension module (PEP 489, PEP 793)."""
    return _MODULE.match(symbol) is not None


def is_cpython(symbol: str) -> bool:
    """Whether a symbol is in the name space of CPython's C API."""
    return _CPYTHON.match(symbol) is not None


class Range:
    """Part of a file: a whole PE file, or one slice of a Mach-O file. Offsets count from its start."""

    def __init__(
        self, data: Data, *, what: str, start: int = 0, size: int | None = None, order: Literal["<", ">"] = "<"
    ) -> None:
        self.data = data
        self.start = start
        self.size = len(data) - start if size is None else size
        self.order = order
        self._what = what
        self._names = 0

    def damaged(self, message: str) -> InputError:
        """Return the error that refuses the file."""
        return InputError(f"is a damaged {self._what} file: {message}", remedy=REMEDY)

    def check(self, offset: int, size: int) -> None:
        """Refuse the file unless ``size`` bytes at ``offset`` lie inside."""
        if offset < 0 or size < 0 or offset + size > self.size:
            raise self.damaged("a table lies outside the file")

    def unpack(self, form: str, offset: int) -> tuple[int, ...]:
        """Unpack numbers at ``offset``."""
        layout = self.order + form
        self.check(offset, struct.calcsize(layout))
        return struct.unpack_from(layout, self.data, self.start + offset)

    def take(self, offset: int, size: int) -> bytes:
        """Return ``size`` bytes at ``offset``."""
        self.check(offset, size)
        return bytes(self.data[self.start + offset : self.start + offset + size])

    def name(self, offset: int, end: int) -> str:
        """Return the name that begins at ``offset`` and ends with a zero byte before ``end``."""
        end = min(end, offset + MAX_NAME, self.size)
        raw = self.take(offset, min(end - offset, _SHORT)) if offset < end else b""
        name, terminator, _ = raw.partition(b"\0")
        if not terminator and end - offset > _SHORT:
            name, terminator, _ = self.take(offset, end - offset).partition(b"\0")
        try:
            text = name.decode("utf-8")
        except UnicodeDecodeError:
            raise self.damaged("a name is not text") from None
        if not terminator or not text.isprintable():
            raise self.damaged("a name is not printable text of bounded length")
        self._names += len(text) + 16
        if self._names > MAX_NAMES:
            raise self.damaged("it has more names than any file needs")
        return text

    def clipped(self, start: int, end: int) -> tuple[int, int]:
        """Return a range as offsets in the whole file, without what lies outside."""
        return self.start + min(start, self.size), self.start + min(end, self.size)

    def disjoint(self, ranges: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
        """Return ranges as offsets in the whole file, clipped and merged, so that nobody reads a byte twice."""
        merged: list[tuple[int, int]] = []
        for start, end in sorted((start, min(end, self.size)) for start, end in ranges if start >= 0):
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(merged[-1][1], end))
            elif start < end:
                merged.append((start, end))
        return tuple((self.start + start, self.start + end) for start, end in merged)
