"""Reading files of the archive: regular ones only, never through a symbolic link, never without a bound."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import BinaryIO

from uplock.errors import ArchiveError
from uplock.files import open_regular, reason


def open_own(path: Path) -> BinaryIO:
    """Open a file of the archive for reading.

    Raises :class:`OSError`: ELOOP for a symbolic link, EINVAL for anything else that is no regular file, or whatever
    the system says.
    """
    return open_regular(path, os.O_NOFOLLOW)


def read_own(path: Path, limit: int) -> bytes:
    """Return all of a file of the archive.

    Raises :class:`OSError` as :func:`open_own`, and EFBIG over ``limit`` bytes.
    """
    with open_own(path) as stream:
        size = os.fstat(stream.fileno()).st_size  # room for the bound would be made each time, else
        data = stream.read(min(size, limit) + 1)
        if len(data) > size:
            data += stream.read(limit + 1 - len(data))
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
