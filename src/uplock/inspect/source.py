"""Exact reads from a seekable stream, with its tail kept: one behind byte ranges is asked as seldom as possible."""

from __future__ import annotations

import os
from typing import BinaryIO

from uplock.errors import InputError

TAIL = 128 * 1024
"""Bytes read at once from the end: holds the end records, and for most wheels directory and METADATA too."""


class Source:
    """A stream of known size. Reads inside the kept tail cost nothing."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        try:
            self.size = stream.seek(0, os.SEEK_END)
        except OSError as error:
            raise _unreadable(error) from error
        self._start = max(self.size - TAIL, 0)
        self._tail = self._fetch(self._start, self.size - self._start)
        self._ahead_start, self._ahead = 0, b""

    def tail(self) -> tuple[int, bytes]:
        """Return the kept end of the stream and the offset where it begins."""
        return self._start, self._tail

    def keep_from(self, offset: int) -> None:
        """Read ahead: make the kept tail begin at ``offset`` at the latest. The caller bounds how far that is."""
        if offset < self._start:
            self._tail = self._fetch(offset, self._start - offset) + self._tail
            self._start = offset

    def read_ahead(self, offset: int, size: int) -> None:
        """Fetch up to ``size`` bytes at ``offset`` in one go, for the reads that follow. The caller bounds ``size``."""
        if offset < self._start:
            self._ahead_start, self._ahead = offset, self._fetch(offset, min(size, self.size - offset))

    def read(self, offset: int, size: int) -> bytes:
        """Return exactly ``size`` bytes at ``offset``. Raises :class:`InputError` if they are not all there."""
        if offset < 0 or size < 0 or offset + size > self.size:
            raise InputError(
                f"the file ends before {size} bytes at offset {offset}",
                remedy="Fetch the file again: it is truncated or damaged.",
            )
        if offset >= self._start:
            return self._tail[offset - self._start : offset - self._start + size]
        begin = offset - self._ahead_start
        if begin >= 0 and begin + size <= len(self._ahead):
            return self._ahead[begin : begin + size]
        return self._fetch(offset, size)

    def _fetch(self, offset: int, size: int) -> bytes:
        try:
            self._stream.seek(offset)
            data = self._stream.read(size)
            while len(data) < size and (more := self._stream.read(size - len(data))):
                data += more
        except OSError as error:
            raise _unreadable(error) from error
        if len(data) != size:
            raise InputError("the file shrank while it was read", remedy="Fetch the file again.")
        return data


def _unreadable(error: OSError) -> InputError:
    reason = (error.strerror or type(error).__name__).lower()
    return InputError(f"cannot be read: {reason}", remedy="Check that the file exists and can be read.")
