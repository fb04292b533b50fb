"""A remote file read in parts (RFC 9110, section 14), as a seekable stream: the tail of a wheel without its body."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO, cast

from uplock.errors import InputError, NetworkError
from uplock.model.preview import Cost
from uplock.model.value import Value

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

TAIL = 131072
"""Bytes asked for first, at the end of the file: a zip's longest end record (65 557), its directory and METADATA."""

BLOCK = 65536
"""Least number of bytes asked for after that, unless the caller names exact ranges."""

MAX_BYTES = 256 * 1024 * 1024
"""No more bytes than these are read in parts from one file."""

MAX_PARTS = 64
"""No more requests than these are made for one file."""

_IN_MEMORY = 16 * 1024 * 1024
_CONTRADICTION = "the parts of the file contradict each other"


class Part(Value, frozen=True, kw_only=True):
    """``body`` begins at ``begin`` of a file of ``total`` bytes."""

    begin: int
    body: bytes
    total: int
    validator: str = ""
    """What the server tells the state of the file by: its entity tag, else the date of its last change."""

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
    parts = _opened(ask, size, MAX_BYTES)
    if parts is not None:
        return parts.stream
    spool = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - the caller closes what it is given
    try:
        for chunk in whole():
            spool.write(chunk)
        spool.seek(0)
    except BaseException:
        spool.close()
        raise
    return cast("BinaryIO", spool)


def open_ranges(ask: AskPart, size: int | None, limit: int) -> PartStream:
    """Open a remote file, its tail first, of which at most ``limit`` bytes are ever fetched.

    Raises as :func:`open_parts` does, and :class:`NetworkError` if ranges are refused: it is never read whole.
    """
    parts = _opened(ask, size, limit)
    if parts is None:
        raise NetworkError(
            "the server does not send parts of files, and the whole was not asked for",
            remedy="Inspect the wheel without --preview: that downloads all of it.",
        )
    return parts


def _opened(ask: AskPart, size: int | None, limit: int) -> PartStream | None:
    begin = None if size is None else max(0, size - TAIL)
    first = ask(begin, TAIL if size is None else size)
    if first is None:
        return None
    if size is None:
        if first.end != first.total:
            raise _contradiction()
    elif first.total != size:
        raise InputError(
            f"has {first.total} bytes, and the index lists {size}", remedy="Report it to the index's operators."
        )
    return PartStream(ask, _fitting(first, begin, first.total), limit)


class PartStream(io.RawIOBase):
    """Keeps every part it was given and asks for what lies between them. Reads are complete, as of a file."""

    def __init__(self, ask: AskPart, first: Part, limit: int) -> None:
        """``first`` is held already; no more than ``limit`` bytes are fetched, it included."""
        self._ask = ask
        self._parts = [first]
        self._limit = limit
        self._position = 0
        self.size = first.total
        """Of the file, in bytes."""
        self._received = len(first.body)

    @property
    def cost(self) -> Cost:
        """What was fetched so far; every part was one request."""
        return Cost(bytes=self._received, size=self.size, requests=len(self._parts))

    @property
    def stream(self) -> BinaryIO:
        """This very stream, as type checkers know files."""
        return cast("BinaryIO", self)

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def seekable(self) -> bool:
        """Say that it has positions."""
        return True

    def tell(self) -> int:
        """Return where the next read begins."""
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go to a position; return it."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self.size}[whence]
        if base + offset < 0:
            raise ValueError(f"negative position {base + offset}")
        self._position = base + offset
        return self._position

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill ``buffer`` as far as the file goes; return the number of bytes."""
        view = memoryview(buffer).cast("B")
        wanted, done = max(0, min(len(view), self.size - self._position)), 0
        while done < wanted:
            part = self._held(self._position) or self._fetch(self._position, max(wanted - done, BLOCK))
            skip = self._position - part.begin
            data = part.body[skip : skip + wanted - done]
            view[done : done + len(data)] = data
            done += len(data)
            self._position += len(data)
        return done

    def prefetch(self, ranges: Iterable[tuple[int, int]]) -> None:
        """Fetch what is missing of ``ranges`` (begin, end), in their order in the file; touching ones are one request.

        Raises as reading does.
        """
        for begin, end in _joined(ranges):
            position = begin
            while position < min(end, self.size):
                part = self._held(position) or self._fetch(position, end - position)
                position = part.end

    def _held(self, position: int) -> Part | None:
        return next((part for part in self._parts if part.begin <= position < part.end), None)

    def _fetch(self, position: int, length: int) -> Part:
        """Fetch so many bytes from ``position`` on, fewer if the file ends before or the rest is held."""
        end = min([self.size, position + length, *(part.begin for part in self._parts if part.begin > position)])
        if len(self._parts) >= MAX_PARTS or self._received + end - position > self._limit:
            raise InputError(
                "reading parts of it would take too many requests or bytes", remedy="Fetch the whole file instead."
            )
        found = self._ask(position, end)
        if found is None or (found.total, found.validator) != (self.size, self._parts[0].validator):
            raise _contradiction()
        self._parts.append(_fitting(found, position, end))
        self._received += len(found.body)
        return found


def _fitting(part: Part, begin: int | None, end: int) -> Part:
    """Return a part that is what was asked for, or less of it: never something else, and never nothing."""
    if not part.body or part.end > end or (begin is not None and part.begin != begin):
        raise _contradiction()
    return part


def _contradiction() -> InputError:
    return InputError(_CONTRADICTION, remedy="Run again.")


def _joined(ranges: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield ranges in ascending order, with those that touch or overlap as one."""
    begin = end = 0
    for first, last in sorted(ranges):
        if first <= end:
            end = max(end, last)
        else:
            yield begin, end
            begin, end = first, last
    yield begin, end
