"""A store in memory: the ``Store`` port with nothing kept on disk but what callers ask a path for."""

from __future__ import annotations

from pathlib import Path

from uplock.errors import ArchiveError, IntegrityError
from uplock.model.digest import Sha256, parse_sha256, sha256_of


class MemoryStore:
    """Implements the ``Store`` port. ``scratch`` is a folder for files that callers open by path."""

    def __init__(self, scratch: Path) -> None:
        self.blobs: dict[Sha256, bytes] = {}
        """What is stored; change a value to damage it."""
        self.records: dict[Sha256, bytes | None] = {}
        """What is kept; ``None`` is a damaged record."""
        self._scratch = scratch

    def has(self, digest: Sha256) -> bool:
        return digest in self.blobs

    def path(self, digest: Sha256) -> Path:
        path = self._scratch / parse_sha256(digest)
        if digest in self.blobs:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self.blobs[digest])
        return path

    def partial(self, digest: Sha256) -> Path:
        return self._scratch / "partial" / parse_sha256(digest)

    def read(self, digest: Sha256) -> bytes:
        data = self.blobs.get(parse_sha256(digest))
        if data is None:
            raise ArchiveError(f"blob {digest} is not in the store", remedy="Put it first.")
        if sha256_of(data) != digest:
            raise IntegrityError(f"blob {digest} does not have the bytes of its digest", remedy="Delete it.")
        return data

    def put(self, data: bytes) -> Sha256:
        digest = sha256_of(data)
        self.blobs.setdefault(digest, data)
        return digest

    def adopt(self, path: Path, digest: Sha256) -> None:
        if digest in self.blobs:
            return
        try:
            self.blobs[digest] = path.read_bytes()
        except OSError as error:
            raise ArchiveError("not a regular file", context=str(path), remedy="Give one.") from error
        if path == self.partial(digest):
            path.unlink()

    def result(self, key: Sha256) -> bytes | None:
        return self.records.get(parse_sha256(key))

    def keep(self, key: Sha256, record: bytes) -> None:
        self.records[parse_sha256(key)] = record
