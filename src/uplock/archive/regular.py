"""Reading files of the archive: regular ones only, never through a symbolic link, never without a bound."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

from uplock.errors import ArchiveError
from uplock.files import reason


def open_regular(path: Path) -> BinaryIO:
    """Open a regular file for reading.

    Raises :class:`OSError`: ELOOP for a symbolic link, EINVAL for anything else that is no regular file (a FIFO must
    not make the reader wait), or whatever the system says.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    return os.fdopen(handle, "rb")


def read_regular(path: Path, limit: int) -> bytes:
    """Return all of a regular file. Raises :class:`OSError` as :func:`open_regular`, and EFBIG over ``limit`` bytes."""
    with open_regular(path) as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise OSError(errno.EFBIG, f"larger than {limit} bytes", str(path))
    return data


def read_error(path: Path, error: OSError) -> ArchiveError:
    """Return the error for a file of the archive that is there and cannot be read."""
    return ArchiveError(
        f"cannot read: {reason(error)}",
        context=str(path),
        remedy="Check the disk and the permissions, and run again.",
    )
