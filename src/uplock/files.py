"""Files: the only place that writes, locks or reads them with bounds.

Writes are atomic (a temporary neighbour, fsync, rename): a full disk or Ctrl-C leaves the old file whole.
"""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from uplock.errors import ArchiveError, Error, InputError

MAX_TEXT = 64 * 1024 * 1024
"""No file that uplock reads whole may be larger, in bytes."""


def read_bytes(path: Path, limit: int = MAX_TEXT) -> bytes:
    """Read a regular file whole. Raises :class:`InputError` if it is missing, unreadable or over ``limit`` bytes."""
    try:
        with path.open("rb") as stream:
            data = stream.read(limit + 1)
    except OSError as error:
        raise InputError(
            reason(error), context=str(path), remedy="Check that the file exists and can be read."
        ) from error
    if len(data) > limit:
        raise InputError(f"larger than {limit} bytes", context=str(path), remedy="Give a smaller file.")
    return data


def write_atomically(path: Path, data: bytes) -> None:
    """Replace ``path`` with ``data`` in one step, mode 0644 whatever the umask; equal content is left untouched.

    Raises :class:`ArchiveError` (read-only or full disk, permissions); the old content is then still there.
    """
    if is_content(path, data):
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".uplock-", suffix=".tmp")
    except OSError as error:
        raise write_error(path, error) from error
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fchmod(stream.fileno(), 0o644)
            os.fsync(stream.fileno())
        os.replace(temporary, path)
    except BaseException as error:
        with suppress(OSError):
            os.unlink(temporary)
        if isinstance(error, OSError):
            raise write_error(path, error) from error
        raise


def is_content(path: Path, data: bytes) -> bool:
    """Whether ``path`` holds exactly ``data`` already."""
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False


def write_error(path: Path, error: OSError) -> Error:
    """Return the error for a failed write, with the remedy that fits its cause."""
    remedies = {
        errno.ENOSPC: "Free disk space and run again; the old files are untouched.",
        errno.EDQUOT: "Free disk space and run again; the old files are untouched.",
        errno.EROFS: "Choose a place that can be written.",
        errno.EACCES: "Give write permission or choose another place.",
        errno.EPERM: "Give write permission or choose another place.",
    }
    return ArchiveError(
        f"cannot write: {reason(error)}",
        context=str(path),
        remedy=remedies.get(error.errno or 0, "Check the disk and run again."),
    )


def reason(error: OSError) -> str:
    """Return the system's words for an error, without the path."""
    return (error.strerror or type(error).__name__).lower()


@contextmanager
def exclusive(path: Path, remedy: str) -> Iterator[None]:
    """Hold an advisory lock on ``path`` (created empty). Raises :class:`ArchiveError` at once if another holds it."""
    import fcntl

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise write_error(path, error) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        raise ArchiveError("another uplock is at work here", context=str(path), remedy=remedy) from error
    try:
        yield
    finally:
        os.close(handle)
