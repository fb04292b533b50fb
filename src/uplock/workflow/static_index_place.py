"""The directory of a static index: that it is one of ours, what is in it, and files put there, hashed on the way."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from uplock.checked import CheckedStream
from uplock.errors import ArchiveError, InputError, UsageError
from uplock.files import digest_file, is_content, open_regular, put_in_place, read_bytes, reason, write_error
from uplock.model.digest import Sha256
from uplock.model.value import decode, encode_pretty
from uplock.model.vault_index_outcome import StaticIndexMarker

MARKER = "uplock-index.json"
LOCK = ".uplock-index.lock"
FORMAT = 1
PARTS = ("files", "simple")
"""What below the directory is written, and removed when it is stale; everything else is left alone."""

_MAX_MARKER = 4096
_OURS = ".uplock-"
_UNFINISHED = ".tmp"
_FILE_MODE = 0o644
_OTHER_PLACE = "Name a directory that is new, empty, or written by uplock vault index."

_CHANGED = "Find out what changed them, delete the file, and run uplock vault add again."


def check_place(directory: Path) -> None:
    """Check that a directory is new, empty, or a static index of ours; it is not touched.

    Raises :class:`UsageError` if it is something else, :class:`ArchiveError` for a newer format or a link in it.
    """
    try:
        names = {name for name in os.listdir(directory) if not name.startswith(_OURS)}
    except FileNotFoundError:
        return
    except OSError as error:
        raise UsageError(f"cannot be used: {reason(error)}", context=str(directory), remedy=_OTHER_PLACE) from error
    if not names:
        return
    if MARKER not in names:
        raise UsageError("is not empty, and no index of uplock", context=str(directory), remedy=_OTHER_PLACE)
    _check_marker(directory / MARKER)
    survey(directory)


def mark(directory: Path) -> bool:
    """Write the marker, and return whether it was not there. Raises :class:`ArchiveError`."""
    data = encode_pretty(StaticIndexMarker())
    if is_content(directory / MARKER, data):
        return False
    put_in_place(directory / MARKER, data, _FILE_MODE)
    return True


def survey(directory: Path) -> tuple[set[str], set[str]]:
    """Return the paths of all files and of all folders below the parts of an index, relative, with slashes.

    Raises :class:`ArchiveError` for anything else, symbolic links above all: what is written through one, or removed,
    would be somewhere else.
    """
    files: set[str] = set()
    folders: set[str] = set()
    waiting = [part for part in PARTS if os.path.lexists(directory / part)]
    _expect_folders(directory, waiting)
    while waiting:
        at = waiting.pop()
        folders.add(at)
        try:
            with os.scandir(directory / at) as entries:
                for entry in entries:
                    path = f"{at}/{entry.name}"
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(path)
                    elif entry.is_file(follow_symlinks=False):
                        files.add(path)
                    else:
                        raise _foreign(directory / path)
        except OSError as error:
            raise ArchiveError(
                f"cannot read: {reason(error)}", context=str(directory / at), remedy="Check who may read it."
            ) from error
    return files, folders


def put_bytes(directory: Path, path: str, data: bytes) -> bool:
    """Put a small file below the directory unless it is there already; return whether that was needed."""
    target = directory / path
    if is_content(target, data):
        return False
    put_in_place(target, data, _FILE_MODE)
    return True


def put_copy(directory: Path, path: str, source: Path, digest: Sha256) -> bool:
    """Copy a file below the directory unless it is there already with the bytes of ``digest``.

    What is copied is what is hashed. It is a copy and no hard link: files of the archive have no second name, by which
    a server's user could change them. Returns whether that was needed. Raises :class:`IntegrityError` if ``source``
    has other bytes; then there is no file at the target, or the one from before.
    """
    target = directory / path
    if digest_file(target) == digest:
        return False
    try:
        stream = open_regular(source, os.O_NOFOLLOW)
    except OSError as error:
        raise ArchiveError(
            f"cannot read: {reason(error)}",
            context=str(source),
            remedy="Run uplock vault add again, or restore the archive from a copy.",
        ) from error
    with stream:
        put_in_place(target, CheckedStream(stream, digest, source, _CHANGED), _FILE_MODE)
    return True


def size_of(path: Path) -> int:
    """Return the size of a file of the index in bytes. Raises :class:`ArchiveError`."""
    try:
        return path.stat().st_size
    except OSError as error:
        raise write_error(path, error) from error


def sweep(directory: Path, wanted: Iterable[str]) -> int:
    """Remove every file of the index that is not wanted, and the folders that are empty then; return how many.

    Pages go first: none may name a file that is gone. Raises :class:`ArchiveError`.
    """
    files, folders = survey(directory)
    stale = sorted(files - set(wanted), reverse=True)  # simple/ before files/
    for path in stale:
        try:
            (directory / path).unlink()
        except OSError as error:
            raise write_error(directory / path, error) from error
    for path in sorted(folders, key=len, reverse=True):
        with suppress(OSError):  # not empty: it stays
            (directory / path).rmdir()
    for name in os.listdir(directory):  # what a kill left of the marker
        if name.startswith(_OURS) and name.endswith(_UNFINISHED):
            with suppress(OSError):
                (directory / name).unlink()
    return sum(1 for path in stale if not path.rpartition("/")[2].startswith(_OURS))


def _check_marker(path: Path) -> None:
    try:
        marker = decode(read_bytes(path, _MAX_MARKER), StaticIndexMarker)
    except InputError as error:
        raise UsageError("is no marker of uplock vault index", context=str(path), remedy=_OTHER_PLACE) from error
    if marker.format != FORMAT:
        raise ArchiveError(
            f"the index has format {marker.format}, this uplock knows {FORMAT}",
            context=str(path),
            remedy="Use the uplock that wrote it or a newer one, or name another directory.",
        )


def _expect_folders(directory: Path, parts: Iterable[str]) -> None:
    for part in parts:
        if not stat.S_ISDIR(os.lstat(directory / part).st_mode):
            raise _foreign(directory / part)


def _foreign(path: Path) -> ArchiveError:
    return ArchiveError(
        "is neither a folder nor a plain file of the index",
        context=str(path),
        remedy="Remove it, or name another directory.",
    )
