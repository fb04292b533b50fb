"""Fetching artifacts: once per digest, resumable, hashed while streaming."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from uplock.errors import IntegrityError, located
from uplock.files import write_error
from uplock.model.lock import Artifact
from uplock.ports import Index, Store

_CHUNK = 1 << 20


def ensure(artifact: Artifact, archive: Store, cache: Store, index: Index) -> Path:
    """Return the path of the artifact's bytes in the archive, fetching them if neither archive nor cache has them.

    Raises :class:`IntegrityError` if what arrives does not have the locked digest: nothing is kept then.
    """
    digest = artifact.sha256
    if archive.has(digest):
        return archive.path(digest)
    if not cache.has(digest):
        with located(artifact.filename):
            cache.adopt(_download(artifact, cache.partial(digest), index), digest)
    archive.adopt(cache.path(digest), digest)
    return archive.path(digest)


def _download(artifact: Artifact, partial: Path, index: Index) -> Path:
    try:
        partial.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("a+b") as out:
            digest = _resume(artifact, out, index)
    except OSError as error:
        raise write_error(partial, error) from error
    if digest != artifact.sha256:
        with suppress(OSError):
            partial.unlink()
        raise IntegrityError(
            f"the index sent other bytes than the lock pins: sha256 {digest} instead of {artifact.sha256}",
            remedy="Do not install it. Compare with another copy of the index, and report the file to its owners.",
        )
    return partial


def _resume(artifact: Artifact, out: BinaryIO, index: Index) -> str:
    """Complete ``out`` from where an earlier download stopped; return the SHA-256 of the whole."""
    sink = _HashingSink(out)
    sink.take_existing()
    if artifact.size is not None and sink.size >= artifact.size:
        if sink.size == artifact.size:
            return sink.hexdigest()
        sink.restart()
    offset = sink.size
    if index.fetch(artifact, sink, offset) != offset:
        sink.restart()  # the index does not do byte ranges
        index.fetch(artifact, sink, 0)
    return sink.hexdigest()


class _HashingSink:
    """Appends to a file and hashes what passes."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._hash = hashlib.sha256()
        self.size = 0

    def restart(self) -> None:
        """Forget everything, in the file too."""
        self._out.truncate(0)
        self._hash = hashlib.sha256()
        self.size = 0

    def take_existing(self) -> None:
        """Hash what an earlier download left."""
        self._out.seek(0)
        while chunk := self._out.read(_CHUNK):
            self._hash.update(chunk)
            self.size += len(chunk)

    def write(self, chunk: bytes, /) -> int:
        """Append ``chunk``."""
        self._out.write(chunk)
        self._hash.update(chunk)
        self.size += len(chunk)
        return len(chunk)

    def hexdigest(self) -> str:
        """Return the digest of everything taken and written."""
        self._out.flush()
        return self._hash.hexdigest()
