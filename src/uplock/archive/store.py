"""A content-addressed store in a folder.

Layout, all names from digests::

    format                     "1"
    blobs/sha256/ab/abcd…      bytes, read-only, named by their digest
    results/ab/abcd…           records, named by the digest of their inputs, with their own digest as first line
    partial/abcd…              unfinished downloads, named by the digest they are to have

Everything is written beside its place and renamed, so that a crash leaves no half of anything. Nothing here is read
through a symbolic link.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

from uplock.archive.reading import open_own, read_error, read_own
from uplock.errors import ArchiveError, InputError, IntegrityError
from uplock.files import MAX_TEXT, put_in_place, write_atomically, write_error
from uplock.model.digest import Sha256, parse_sha256, sha256_of

FORMAT = "1"
_FORMAT_FILE = "format"
_MAX_FORMAT = 64
_DIGEST_LINE = 65
"""Bytes of a SHA-256 in hexadecimal and a newline."""
_BLOB_MODE, _RECORD_MODE = 0o444, 0o644
_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


class DirectoryStore:
    """Implements the ``Store`` port. Folders are made when something is first kept; reading an absent store is fine.

    Unfinished downloads lie in the store itself (:meth:`partial`): the same file system, so that :meth:`adopt` takes
    a finished one by a rename. Names of files come from digests and from nothing else: a text that is none is never
    here (:meth:`has`), and everything else refuses it with :class:`InputError`.
    """

    def __init__(self, place: Path, *, durable: bool = True) -> None:
        """``place`` is the store's folder. Raises :class:`ArchiveError` if another format stands there.

        Records of a store that is not ``durable``, a cache, may be lost in a power cut: a torn one counts as none.
        """
        self.place = place
        self._durable = durable
        self._check_format()

    def _check_format(self) -> None:
        try:
            found = read_own(self.place / _FORMAT_FILE, _MAX_FORMAT)
        except (FileNotFoundError, NotADirectoryError):
            return  # nothing kept yet; whether it can be is seen when something is
        except OSError as error:
            raise read_error(self.place / _FORMAT_FILE, error) from error
        text = found.decode("ascii", errors="replace").strip()
        if text != FORMAT:
            raise ArchiveError(
                f"the store has format {text[:20]!r}, this uplock knows {FORMAT!r}",
                context=str(self.place),
                remedy="Use the uplock that wrote it or a newer one, or name another place.",
            )

    def has(self, digest: Sha256) -> bool:
        """Whether a regular file of that name is here; it was hashed when it came in."""
        try:
            return _is_regular(self.path(digest))
        except InputError:
            return False

    def path(self, digest: Sha256) -> Path:
        """Return where the bytes are or would be."""
        name = parse_sha256(digest)
        return self.place / "blobs" / "sha256" / name[:2] / name

    def partial(self, digest: Sha256) -> Path:
        """Return where an unfinished download is or would be; its folder may not be there yet."""
        return self.place / "partial" / parse_sha256(digest)

    def read(self, digest: Sha256) -> bytes:
        """Return stored bytes, re-hashed.

        Raises :class:`IntegrityError` if they are not what their name says, :class:`ArchiveError` if there are none or
        they cannot be read.
        """
        path = self.path(digest)
        try:
            data = read_own(path, MAX_TEXT)
        except FileNotFoundError as error:
            raise ArchiveError(
                f"blob {digest} is not in the store",
                context=str(self.place),
                remedy="Run uplock run: what can be fetched or computed again will be.",
            ) from error
        except OSError as error:
            if error.errno in {errno.ELOOP, errno.EINVAL}:  # a link or no regular file stands in its place
                raise _damaged(path) from error
            raise read_error(path, error) from error
        if sha256_of(data) != path.name:
            raise _damaged(path)
        return data

    def put(self, data: bytes) -> Sha256:
        """Store bytes and return their digest.

        Raises :class:`InputError` if they are more than :meth:`read` gives back, :class:`ArchiveError` if they cannot
        be written.
        """
        if len(data) > MAX_TEXT:
            raise InputError(f"larger than {MAX_TEXT} bytes", remedy="Give less.")
        digest = sha256_of(data)
        if not self.has(digest):
            self.begin()
            put_in_place(self.path(digest), data, _BLOB_MODE)
        return digest

    def adopt(self, path: Path, digest: Sha256) -> None:
        """Take a whole file whose digest the caller has just computed.

        A file in this store's own partial area is moved. Any other is hard-linked if it is read-only already, as the
        blobs of another store are, and copied otherwise or across file systems: its owner may write to it later.
        Raises :class:`ArchiveError`.
        """
        if self.has(digest):
            return
        try:
            source = open_own(path)
        except OSError as error:
            raise read_error(path, error) from error
        with source:
            self.begin()
            target = self.path(digest)
            if path == self.partial(digest):
                _move(path, source, target)
            elif not _link(path, source, target):
                put_in_place(target, source, _BLOB_MODE)

    def result(self, key: Sha256) -> bytes | None:
        """Return the record kept under ``key``, or ``None`` if there is none or it is damaged."""
        try:
            raw = read_own(self._result_path(key), MAX_TEXT)
        except OSError:
            return None
        record = raw[_DIGEST_LINE:]
        return record if raw[:_DIGEST_LINE] == _digest_line(record) else None

    def keep(self, key: Sha256, record: bytes) -> None:
        """Keep a record under the digest of all its inputs; a damaged one is replaced. Raises :class:`ArchiveError`."""
        if self.result(key) != record:
            self.begin()
            put_in_place(self._result_path(key), _digest_line(record) + record, _RECORD_MODE, durable=self._durable)

    def _result_path(self, key: Sha256) -> Path:
        name = parse_sha256(key)
        return self.place / "results" / name[:2] / name

    def begin(self) -> None:
        """Write the format of a store in which nothing is kept yet. Raises :class:`ArchiveError`."""
        if not (self.place / _FORMAT_FILE).exists():
            write_atomically(self.place / _FORMAT_FILE, f"{FORMAT}\n".encode())


def _damaged(path: Path) -> IntegrityError:
    return IntegrityError(
        f"blob {path.name} does not have the bytes of its digest",
        context=str(path),
        remedy="Find out who changed it, delete the file, and run uplock run again.",
    )


def _digest_line(record: bytes) -> bytes:
    return sha256_of(record).encode() + b"\n"


def _is_regular(path: Path) -> bool:
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except OSError:
        return False


def _move(path: Path, opened: BinaryIO, target: Path) -> None:
    """Rename a finished download to its place, after its bytes have reached the disk."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        os.fchmod(opened.fileno(), _BLOB_MODE)
        os.fsync(opened.fileno())
        os.replace(path, target)
    except OSError as error:
        raise write_error(target, error) from error


def _link(path: Path, opened: BinaryIO, target: Path) -> bool:
    """Give a read-only file a second name, and return whether that was possible; ``target`` must be free."""
    if os.fstat(opened.fileno()).st_mode & _WRITABLE:
        return False
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        os.link(path, target, follow_symlinks=False)
    except OSError:
        return False  # another file system, too many names, something in the way: then it is copied
    return True
