"""Files: the only place that writes, locks or reads them with bounds.

Writes are atomic (a temporary neighbour, fsync, rename): a full disk or Ctrl-C leaves the old file whole.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, Protocol

from uplock.errors import ArchiveError, Error, InputError
from uplock.model.digest import Sha256, digest_of

MAX_TEXT = 64 * 1024 * 1024
"""No file that uplock reads whole may be larger, in bytes."""


class Readable(Protocol):
    """Something that bytes are read from until there are none."""

    def read(self, size: int = -1, /) -> bytes:
        """Return up to ``size`` bytes, none at the end."""


def open_regular(path: Path, flags: int = 0) -> BufferedReader:
    """Open a regular file for reading; ``flags`` may add ``os.O_NOFOLLOW``. Never waits for the other end of a pipe.

    Raises :class:`OSError`, which callers turn into the error that fits them.
    """
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | flags)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    return os.fdopen(handle, "rb")


def read_bytes(path: Path, limit: int = MAX_TEXT) -> bytes:
    """Read a regular file whole. Raises :class:`InputError` if it is missing, unreadable or over ``limit`` bytes."""
    try:
        with open_regular(path) as stream:
            data = stream.read(limit + 1)
    except OSError as error:
        raise InputError(
            reason(error), context=str(path), remedy="Check that the file exists and can be read."
        ) from error
    if len(data) > limit:
        raise InputError(f"larger than {limit} bytes", context=str(path), remedy="Give a smaller file.")
    return data


def digest_file(path: Path) -> Sha256 | None:
    """Return the SHA-256 of a file, or ``None`` if there is no readable file."""
    try:
        with open_regular(path) as stream:
            return digest_stream(stream)
    except OSError:
        return None


def digest_stream(stream: BufferedReader) -> Sha256:
    """Return the SHA-256 of a stream from where it stands. Raises :class:`OSError`."""
    return Sha256(hashlib.file_digest(stream, "sha256").hexdigest())


def digest_folder(path: Path, suffixes: tuple[str, ...]) -> Sha256 | None:
    """Return one digest over names and contents of the files directly in a folder whose names end in ``suffixes``.

    ``None`` if there is no such folder.
    """
    try:
        with os.scandir(path) as entries:
            names = sorted(entry.name for entry in entries if entry.name.endswith(suffixes) and entry.is_file())
    except OSError:
        return None
    return digest_of([(os.fsencode(name).hex(), digest_file(path / name)) for name in names])


def write_atomically(path: Path, data: bytes) -> None:
    """Replace ``path`` with ``data`` in one step, mode 0644 whatever the umask; equal content is left untouched.

    Raises :class:`ArchiveError` (read-only or full disk, permissions); the old content is then still there.
    """
    replace_all({path: data})


def replace_all(contents: Mapping[Path, bytes], remove: Iterable[Path] = ()) -> None:
    """Replace several files together, then delete ``remove``: everything is on disk before the first is renamed.

    Raises :class:`ArchiveError`; unless a rename itself fails, all old files are then still there, unchanged.
    """
    staged: list[tuple[str, Path]] = []
    try:
        for path, data in contents.items():
            if not is_content(path, data):
                staged.append((_stage(path, data), path))
        with uninterrupted():
            while staged:
                temporary, path = staged[0]
                _rename(temporary, path)
                staged.pop(0)
    finally:
        for temporary, _ in staged:
            with suppress(OSError):
                os.unlink(temporary)
    for path in remove:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise write_error(path, error) from error


def create(path: Path, data: bytes) -> bool:
    """Put a new file at ``path`` in one step, and return whether there was none: what is there stays as it is.

    Raises :class:`ArchiveError` (read-only or full disk, permissions, a file system without hard links).
    """
    temporary = _stage(path, data)
    try:
        os.link(temporary, path, follow_symlinks=False)
    except FileExistsError:
        return False
    except OSError as error:
        raise write_error(path, error) from error
    finally:
        with suppress(OSError):
            os.unlink(temporary)
    return True


def append_line(path: Path, line: bytes) -> None:
    """Append one line to a file and wait until it is on disk; what a crash left of an earlier line is ended first.

    Raises :class:`ArchiveError`.
    """
    try:
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        with os.fdopen(os.open(path, flags, 0o644), "a+b") as stream:
            stream.seek(max(0, stream.seek(0, os.SEEK_END) - 1))
            torn = stream.read(1) not in {b"", b"\n"}
            stream.write((b"\n" if torn else b"") + line + b"\n")
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise write_error(path, error) from error


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold Ctrl-C and a polite kill back until the block is done: it is short, and half of it would be worse."""
    import signal

    held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)


def put_in_place(path: Path, content: bytes | Readable, mode: int, *, durable: bool = True) -> None:
    """Put a new file of ``mode`` where ``path`` is, in one step, whatever was there: a link is replaced, not followed.

    What is not ``durable`` may be torn after a power cut: for files whose readers notice that and can do without.
    Raises :class:`ArchiveError`.
    """
    temporary = _stage(path, content, mode, durable=durable)
    try:
        _rename(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise


def _stage(path: Path, content: bytes | Readable, mode: int = 0o644, *, durable: bool = True) -> str:
    """Write ``content`` to a new neighbour of ``path`` and return its name; leaves nothing behind on failure."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".uplock-", suffix=".tmp")
    except OSError as error:
        raise write_error(path, error) from error
    try:
        with os.fdopen(handle, "wb") as stream:
            if isinstance(content, bytes):
                stream.write(content)
            else:
                shutil.copyfileobj(content, stream)
            stream.flush()
            os.fchmod(stream.fileno(), mode)
            if durable:
                os.fsync(stream.fileno())
    except BaseException as error:
        with suppress(OSError):
            os.unlink(temporary)
        if isinstance(error, OSError):
            raise write_error(path, error) from error
        raise
    return temporary


def write_new(path: Path, data: bytes) -> None:
    """Write a file of mode 0644 to disk at a name that nobody reads yet; what was left there is deleted first.

    Raises :class:`ArchiveError`.
    """
    try:
        path.unlink(missing_ok=True)
        with open(path, "xb") as stream:
            os.fchmod(stream.fileno(), 0o644)
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise write_error(path, error) from error


def _rename(temporary: str, path: Path) -> None:
    try:
        os.replace(temporary, path)
    except OSError as error:
        raise write_error(path, error) from error


def is_content(path: Path, data: bytes) -> bool:
    """Whether ``path`` holds exactly ``data`` already."""
    try:
        with open_regular(path) as stream:
            return os.fstat(stream.fileno()).st_size == len(data) and stream.read(len(data) + 1) == data
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


def is_at(stream: BinaryIO, path: Path) -> bool:
    """Whether an open file is still the one at ``path``."""
    try:
        return os.path.samestat(os.fstat(stream.fileno()), os.lstat(path))
    except OSError:
        return False


def wait_for_turn(stream: BinaryIO) -> None:
    """Wait until no other process or thread holds this open file, then hold it until it is closed."""
    import fcntl

    fcntl.flock(stream.fileno(), fcntl.LOCK_EX)


@contextmanager
def exclusive(path: Path, remedy: str) -> Iterator[None]:
    """Hold an advisory lock on ``path`` (created empty). Raises :class:`ArchiveError` at once if another holds it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    except OSError as error:
        raise write_error(path, error) from error
    try:
        _lock(handle, path, remedy)
        yield
    finally:
        os.close(handle)


def _lock(handle: int, path: Path, remedy: str) -> None:
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise ArchiveError("another uplock is at work here", context=str(path), remedy=remedy) from error
    except OSError as error:
        raise write_error(path, error) from error
