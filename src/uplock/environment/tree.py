"""Directories of environments, listed without following a link, and their files, hashed as they stand."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from uplock.content.tree import Listing
from uplock.errors import InputError
from uplock.files import digest_stream, open_regular, reason
from uplock.model.digest import Sha256

MAX_ENTRIES = 1_000_000
MAX_DEPTH = 64

_REMEDY = "Name the directory of an environment: a virtual environment, a prefix or a --target directory."
_WORKERS = 4
"""Threads that hash: reading and hashing let others run."""


class Tree:
    """One directory. Whatever is read of it is opened without following links, and only if it is a regular file."""

    def __init__(self, root: Path) -> None:
        """Raises :class:`InputError` if ``root`` is no directory; a link to one may be given."""
        self.root = Path(os.path.realpath(root))
        self.given = Path(os.path.abspath(root))
        if not self.root.is_dir():
            raise InputError("is not a directory", context=str(root), remedy=_REMEDY)

    def listing(self) -> Listing:
        """Return everything below the directory. Raises :class:`InputError` if it cannot be read or is over a bound."""
        files: dict[str, int] = {}
        links: dict[str, str] = {}
        others: list[str] = []
        empty: list[str] = []
        pending = [("", 0)]
        while pending:
            folder, depth = pending.pop()
            if depth > MAX_DEPTH or len(files) + len(links) + len(others) + len(empty) + len(pending) > MAX_ENTRIES:
                raise InputError(
                    f"has more than {MAX_ENTRIES} entries or {MAX_DEPTH} levels", context=str(self.root), remedy=_REMEDY
                )
            entries = self._scan(folder)
            if not entries and folder:
                empty.append(folder)
            for name, mode, held in entries:
                path = f"{folder}/{name}" if folder else name
                if stat.S_ISDIR(mode.st_mode):
                    pending.append((path, depth + 1))
                elif stat.S_ISREG(mode.st_mode):
                    files[path] = mode.st_size
                elif stat.S_ISLNK(mode.st_mode):
                    links[path] = held
                else:
                    others.append(path)
        return Listing(files=files, links=links, others=tuple(sorted(others)), folders=tuple(sorted(empty)))

    def _scan(self, folder: str) -> list[tuple[str, os.stat_result, str]]:
        """Return name, status and, of a link, what it holds, of everything in one folder, by name."""
        try:
            with os.scandir(self.root / folder) as entries:
                found = [(entry.name, entry.stat(follow_symlinks=False), entry.path) for entry in entries]
            return sorted(
                (name, mode, os.readlink(path) if stat.S_ISLNK(mode.st_mode) else "") for name, mode, path in found
            )
        except OSError as error:
            raise InputError(reason(error), context=str(self.root / folder), remedy=_REMEDY) from error

    def hashes(self, paths: Iterable[str]) -> dict[str, Sha256]:
        """Return the SHA-256 of files, by path; those that cannot be read are left out."""
        wanted = list(paths)
        with ThreadPoolExecutor(_WORKERS) as pool:
            found = pool.map(self._hash, wanted, chunksize=16)
            return {path: digest for path, digest in zip(wanted, found, strict=True) if digest is not None}

    def _hash(self, path: str) -> Sha256 | None:
        try:
            with open_regular(self.root / path, os.O_NOFOLLOW) as stream:
                return digest_stream(stream)
        except OSError:
            return None

    def read(self, path: str, limit: int) -> bytes | None:
        """Return a file's bytes, or ``None`` if it cannot be read or has more than ``limit``."""
        try:
            with open_regular(self.root / path, os.O_NOFOLLOW) as stream:
                data = stream.read(limit + 1)
        except OSError:
            return None
        return data if len(data) <= limit else None
