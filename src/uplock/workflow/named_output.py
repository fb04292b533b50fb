"""Writing to a file that the user names: nothing else is ever put in the place of a device or a folder."""

from __future__ import annotations

from pathlib import Path

from uplock.errors import UsageError
from uplock.files import write_atomically


def write_named(path: Path, data: bytes, option: str = "--output") -> None:
    """Write to ``path``, in one step.

    Raises :class:`UsageError` if its folder is not there or something else than a file is in its place, which a rename
    would destroy; :class:`~uplock.errors.ArchiveError` if it cannot be written.
    """
    place = path.resolve()
    if not place.parent.is_dir():
        raise UsageError("its folder is not there", context=f"{option} {path}", remedy="Make the folder first.")
    if place.exists() and not place.is_file():
        raise UsageError("is no file", context=f"{option} {path}", remedy="Name a file, or - for standard output.")
    write_atomically(place, data)
