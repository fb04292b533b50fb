"""A content-addressed store in a folder.

Layout, all names from digests::

    format                     "1"
    blobs/sha256/ab/abcd…      bytes, read-only, named by their digest
    results/ab/abcd…           records, named by the digest of their inputs, with their own digest as first line
    partial/abcd…              unfinished downloads, named by the digest they are to have

Everything is written beside its place and renamed, so that a crash leaves no half of anything.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from uplock.errors import ArchiveError, IntegrityError
from uplock.files import write_atomically, write_error
from uplock.model.digest import Sha256, sha256_of

FORMAT = "1"
_FORMAT_FILE = "format"


class DirectoryStore:
    """Implements the ``Store`` port. Folders are made when something is first kept; reading an absent store is fine."""

    def __init__(self, place: Path) -> None:
        """``place`` is the store's folder. Raises :class:`ArchiveError` if a newer uplock wrote it."""
        self.place = place
        self._check_format()

    def _check_format(self) -> None:
        try:
            found = (self.place / _FORMAT_FILE).read_text(encoding="ascii", errors="replace").strip()
        except OSError:
            return
        if found != FORMAT:
            raise ArchiveError(
                f"the store has format {found[:20]!r}, this uplock knows {FORMAT!r}",
                context=str(self.place),
                remedy="Use the uplock that wrote it or a newer one, or name another place.",
            )

    def has(self, digest: Sha256) -> bool:
        """Whether a regular file of that name is here; it was hashed when it came in."""
        try:
            return stat.S_ISREG(os.lstat(self.path(digest)).st_mode)
        except OSError:
            return False

    def path(self, digest: Sha256) -> Path:
        """Return where the bytes are or would be."""
        return self.place / "blobs" / "sha256" / digest[:2] / digest

    def partial(self, digest: Sha256) -> Path:
        """Return where an unfinished download is or would be."""
        return self.place / "partial" / digest

    def read(self, digest: Sha256) -> bytes:
        """Return stored bytes, re-hashed.

        Raises :class:`IntegrityError` if they are not what their name says, :class:`ArchiveError` if there are none.
        """
        try:
            handle = os.open(self.path(digest), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
            with os.fdopen(handle, "rb") as stream:
                data = stream.read()
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise self._damaged(digest) from error
            raise ArchiveError(
                f"blob {digest} is not in the store",
                context=str(self.place),
                remedy="Run uplock run: what can be fetched or computed again will be.",
            ) from error
        if sha256_of(data) != digest:
            raise self._damaged(digest)
        return data

    def _damaged(self, digest: Sha256) -> IntegrityError:
        return IntegrityError(
            "the stored bytes are not those of their digest",
            context=str(self.path(digest)),
            remedy="Find out who changed it, delete the file, and run uplock run.",
        )

    def put(self, data: bytes) -> Sha256:
        """Store bytes and return their digest. Raises :class:`ArchiveError`."""
        digest = sha256_of(data)
        if not self.has(digest):
            self._begin()
            self._place(self.path(digest), data)
        return digest

    def adopt(self, path: Path, digest: Sha256) -> None:
        """Take a whole file whose digest the caller has just computed; hard-linked where possible, else copied.

        A file in this store's own partial area is moved. Raises :class:`ArchiveError`.
        """
        if self.has(digest):
            return
        self._begin()
        target = self.path(digest)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            if path == self.partial(digest):
                path.chmod(0o444)
                os.replace(path, target)
            else:
                _link_or_copy(path, target)
        except OSError as error:
            raise write_error(target, error) from error

    def result(self, key: Sha256) -> bytes | None:
        """Return the record kept under ``key``, or ``None`` if there is none or it is damaged."""
        try:
            raw = self._result_path(key).read_bytes()
        except OSError:
            return None
        head, _, record = raw.partition(b"\n")
        return record if head == sha256_of(record).encode() else None

    def keep(self, key: Sha256, record: bytes) -> None:
        """Keep a record under the digest of all its inputs. Raises :class:`ArchiveError`."""
        self._begin()
        write_atomically(self._result_path(key), sha256_of(record).encode() + b"\n" + record)

    def _result_path(self, key: Sha256) -> Path:
        return self.place / "results" / key[:2] / key

    def _begin(self) -> None:
        if not (self.place / _FORMAT_FILE).exists():
            write_atomically(self.place / _FORMAT_FILE, f"{FORMAT}\n".encode())

    @staticmethod
    def _place(path: Path, data: bytes) -> None:
        write_atomically(path, data)
        with suppress(OSError):
            path.chmod(0o444)


def _link_or_copy(source: Path, target: Path) -> None:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".uplock-", suffix=".tmp")
    os.close(handle)
    temporary = Path(name)
    try:
        temporary.unlink()
        try:
            os.link(source, temporary, follow_symlinks=False)
        except OSError:
            shutil.copyfile(source, temporary)
            temporary.chmod(0o444)
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
