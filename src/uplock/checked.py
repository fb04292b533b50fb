"""Reading bytes that must have a digest, so that they are hashed while they are copied and not before."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import BinaryIO

from uplock.errors import IntegrityError
from uplock.model.digest import Sha256


class CheckedStream:
    """A stream that fails at its end if what was read does not have a digest."""

    def __init__(self, stream: BinaryIO, digest: Sha256, source: Path, remedy: str) -> None:
        """``source`` and ``remedy`` are for the error."""
        self._stream = stream
        self._expected = digest
        self._source = source
        self._remedy = remedy
        self._hash = hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        """Return up to ``size`` bytes. Raises :class:`IntegrityError` at the end of other bytes."""
        chunk = self._stream.read(size)
        self._hash.update(chunk)
        if not chunk and self._hash.hexdigest() != self._expected:
            raise IntegrityError(
                f"the bytes are not those of sha256 {self._expected}",
                context=str(self._source),
                remedy=self._remedy,
            )
        return chunk
