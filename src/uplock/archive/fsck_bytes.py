"""Hashing all that an archive stores, with bounded memory, in two threads: hashing lets others run."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from threading import local

from uplock.archive.reach import THREADS
from uplock.archive.reading import open_own, read_error
from uplock.archive.store import DirectoryStore
from uplock.model.digest import Sha256

_CHUNK = 1 << 20
_AHEAD = 256
_here = local()


def flipped(store: DirectoryStore, digests: Iterable[Sha256], on_blob: Callable[[int], None]) -> Iterator[Sha256]:
    """Yield the blobs whose bytes are not those of their name; ``on_blob`` hears how many were hashed.

    Raises :class:`ArchiveError` if one cannot be read.
    """
    waiting = iter(digests)
    done = 0
    with ThreadPoolExecutor(THREADS) as pool:
        while batch := list(islice(waiting, _AHEAD)):
            for digest, same in zip(batch, pool.map(lambda each: _is_whole(store, each), batch), strict=True):
                done += 1
                on_blob(done)
                if not same:
                    yield digest


def _is_whole(store: DirectoryStore, digest: Sha256) -> bool:
    path = store.path(digest)
    buffer: bytearray | None = getattr(_here, "buffer", None)
    if buffer is None:
        buffer = _here.buffer = bytearray(_CHUNK)
    view = memoryview(buffer)
    found = hashlib.sha256()
    try:
        with open_own(path) as stream:
            raw = stream.raw  # type: ignore[attr-defined] # a second buffer would only copy
            while size := raw.readinto(buffer):
                found.update(view[:size])
    except OSError as error:
        raise read_error(path, error) from error
    return found.hexdigest() == digest
