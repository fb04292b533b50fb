"""Fetching artifacts: once per digest, resumable, hashed while streaming."""

from __future__ import annotations

import hashlib
from pathlib import Path
from threading import Event as Flag
from typing import BinaryIO, Protocol

from uplock.errors import ArchiveError, IntegrityError, NetworkError, UnaskableError, located
from uplock.files import is_at, wait_for_turn, write_error
from uplock.model.digest import Sha256
from uplock.model.lock import Artifact
from uplock.ports import Index, Store

_CHUNK = 1 << 20


class Stop(Protocol):
    """Says whether the run is over; a download then ends with its next chunk, and can be resumed later."""

    def is_set(self) -> bool:
        """Whether it is over."""


def ensure(artifact: Artifact, archive: Store, cache: Store, index: Index, stop: Stop) -> Path:
    """Return the path of the artifact's bytes in the archive, fetching them if neither archive nor cache has them.

    Raises :class:`IntegrityError` if what arrives does not have the locked digest: nothing is kept then.
    """
    digest = artifact.sha256
    if archive.has(digest):
        return archive.path(digest)
    if not cache.has(digest):
        with located(artifact.filename):
            if not artifact.url:
                raise ArchiveError(
                    "was built here and is not in this archive: no index has it",
                    remedy="Use the archive that it was built into, or import a generation from there.",
                )
            _fetch_into(cache, artifact, index, stop)
    archive.adopt(cache.path(digest), digest)
    return archive.path(digest)


def cached(artifact: Artifact, cache: Store, index: Index) -> Path:
    """Return the path of the artifact's bytes in the cache, fetching them if they are not there; as :func:`ensure`."""
    if not cache.has(artifact.sha256):
        with located(artifact.filename):
            _fetch_into(cache, artifact, index, Flag())
    return cache.path(artifact.sha256)


def pinned_wheel(name: str, version: str, sha256: Sha256, cache: Store, index: Index) -> Path:
    """Return the wheel with a digest that is known beforehand.

    Raises :class:`UnaskableError` if the index does not have it: what needs the wheel cannot be asked here.
    """
    if cache.has(sha256):
        return cache.path(sha256)
    page = index.page(name)
    for file in page.files if page is not None else ():
        if file.sha256 == sha256:
            return cached(Artifact(filename=file.filename, sha256=sha256, url=file.url, size=file.size), cache, index)
    raise UnaskableError(
        f"the index does not have {name} {version} with sha256 {sha256}",
        remedy="Use an index that mirrors the public one, or resolve with uv.",
    )


def _fetch_into(cache: Store, artifact: Artifact, index: Index, stop: Stop) -> None:
    """Download into the cache. Several runs may want the same file: one fetches, the others wait and find it."""
    partial = cache.partial(artifact.sha256)
    try:
        partial.parent.mkdir(parents=True, exist_ok=True)
        done = False
        while not done:
            with partial.open("a+b") as out:
                wait_for_turn(out)
                if cache.has(artifact.sha256):
                    return
                # Whoever held it before may have moved or removed it: then what is open here is no longer at its place.
                done = is_at(out, partial)
                if done:
                    _download(cache, artifact, partial, _HashingSink(out, stop), index)
    except OSError as error:
        raise write_error(partial, error) from error


def _download(cache: Store, artifact: Artifact, partial: Path, sink: _HashingSink, index: Index) -> None:
    digest = _complete(artifact, sink, index)
    if digest != artifact.sha256:
        partial.unlink()
        raise IntegrityError(
            f"the index sent other bytes than the lock pins: sha256 {digest} instead of {artifact.sha256}",
            remedy="Do not install it. Compare with another copy of the index, and report the file to its owners.",
        )
    cache.adopt(partial, artifact.sha256)


def _complete(artifact: Artifact, sink: _HashingSink, index: Index) -> str:
    """Complete what an earlier download left; return the SHA-256 of the whole.

    If the whole is wrong, what was left may be to blame, not the index: then everything is fetched once from the start.
    """
    sink.take_existing()
    offset = sink.size
    if artifact.size is not None and offset > artifact.size:
        sink.restart()
    elif (artifact.size is None or offset < artifact.size) and index.fetch(artifact, sink, offset) != offset:
        sink.restart()  # the index does not do byte ranges
    if sink.size and (offset == 0 or sink.hexdigest() == artifact.sha256):
        return sink.hexdigest()
    sink.restart()
    index.fetch(artifact, sink, 0)
    return sink.hexdigest()


class _HashingSink:
    """Appends to a file and hashes what passes."""

    def __init__(self, out: BinaryIO, stop: Stop) -> None:
        self._out = out
        self._stop = stop
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
        """Append ``chunk``. Raises :class:`NetworkError` once the run is over."""
        if self._stop.is_set():
            raise NetworkError("stopped before the download was complete", remedy="Run again: it goes on from here.")
        self._out.write(chunk)
        self._hash.update(chunk)
        self.size += len(chunk)
        return len(chunk)

    def hexdigest(self) -> str:
        """Return the digest of everything taken and written."""
        self._out.flush()
        return self._hash.hexdigest()
