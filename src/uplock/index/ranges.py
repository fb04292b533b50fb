"""A remote file read in parts (RFC 9110, section 14), as a seekable stream: the tail of a wheel without its body."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, BinaryIO, cast

from uplock.errors import InputError
from uplock.model.value import Value

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

TAIL = 131072
"""Bytes asked for first, at the end of the file: a zip's longest end record (65 557), its directory and METADATA."""

BLOCK = 65536
"""Least number of bytes asked for after that."""

MAX_BYTES = 256 * 1024 * 1024
"""No more bytes than these are read in parts from one file."""

MAX_PARTS = 64
"""No more requests than these are made for one file."""

_IN_MEMORY = 16 * 1024 * 1024


class Part(Value, frozen=True, kw_only=True):
    """``body`` begins at ``begin`` of a file of ``total`` bytes."""

    begin: int
    body: bytes
    total: int

    @property
    def end(self) -> int:
        """Position behind the last byte."""
        return self.begin + len(self.body)


AskPart = Callable[[int | None, int], Part | None]
"""Asks for the bytes from a position up to (not including) another; with ``None``, for so many at the end.

Answers ``None`` if the server does not do ranges.
"""


def open_parts(ask: AskPart, whole: Callable[[], Iterator[bytes]], size: int | None) -> BinaryIO:
    """Open a remote file of ``size`` bytes (``None``: unknown), its tail first; read ``whole`` if ranges are refused.

    The stream raises what ``ask`` raises, and :class:`InputError` beyond the bounds or if the parts contradict.
    """
    first = ask(None, TAIL) if size is None else ask(max(0, size - TAIL), size)
    if first is not None:
        return cast("BinaryIO", io.BufferedReader(_PartStream(ask, first), BLOCK))
    spool = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - the caller closes what it is given
    try:
        for chunk in whole():
            spool.write(chunk)
        spool.seek(0)
    except BaseException:
        spool.close()
        raise
    return cast("BinaryIO", spool)


class _PartStream(io.RawIOBase):
    """Keeps every part it was given and asks for what lies between them."""

    def __init__(self, ask: AskPart, first: Part) -> None:
        self._ask = ask
        self._parts = [first]
        self._total = first.total
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._total}[whence]
        if base + offset < 0:
            raise ValueError(f"negative position {base + offset}")
        self._position = base + offset
        return self._position

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        wanted = min(len(view), self._total - self._position)
        if wanted <= 0:
            return 0
        part = self._part_at(self._position, wanted)
        skip = self._position - part.begin
        data = part.body[skip : skip + wanted]
        view[: len(data)] = data
        self._position += len(data)
        return len(data)

    def _part_at(self, position: int, wanted: int) -> Part:
        for part in self._parts:
            if part.begin <= position < part.end:
                return part
        end = min(position + max(wanted, BLOCK), self._total)
        end = min([part.begin for part in self._parts if part.begin > position] + [end])
        if len(self._parts) >= MAX_PARTS or sum(len(part.body) for part in self._parts) + end - position > MAX_BYTES:
            raise InputError("reading its metadata would take too many requests or bytes")
        found = self._ask(position, end)
        if found is None or found.total != self._total or not found.begin <= position < found.end:
            raise InputError("the parts of the file contradict each other", remedy="Run again.")
        self._parts.append(found)
        return found
