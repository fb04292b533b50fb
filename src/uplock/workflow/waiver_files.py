"""The waiver files of a project: everything below ``waivers/``, nothing passed over in silence."""

from __future__ import annotations

import os
from pathlib import Path

from uplock.errors import Error
from uplock.files import read_bytes, reason
from uplock.model.digest import sha256_of
from uplock.model.waiver import WaiverFile

FOLDER = "waivers"
MAX_FILES = 1000
"""Most waivers of one project: who has more exceptions than that has no rules."""

_NOTHING = sha256_of(b"")
_LINK = "is a link: what is reviewed must be the file itself"


def read_waivers(root: Path) -> tuple[WaiverFile, ...]:
    """Return what stands in ``waivers/*.toml``, by path.

    What cannot be read is a file with defects: a link (who reviews this folder does not see what it leads to change),
    a folder, a file that is too large, or more files than anybody can review. Files of other kinds (a README) and
    hidden ones are no waivers.
    """
    folder = root / FOLDER
    if folder.is_symlink():
        return (_unreadable(FOLDER, _LINK),)
    try:
        entries = os.listdir(folder)
    except FileNotFoundError:
        return ()
    except OSError as error:
        return (_unreadable(FOLDER, f"cannot be read: {reason(error)}"),)
    from uplock.lockfile.waivers import SUFFIX

    names = sorted(name for name in entries if name.endswith(SUFFIX) and not name.startswith("."))
    if len(names) > MAX_FILES:
        return (_unreadable(FOLDER, f"holds {len(names)} waivers, and {MAX_FILES} are the most that are read"),)
    return tuple(_read(folder / name, f"{FOLDER}/{_shown(name)}") for name in names)


def _read(place: Path, path: str) -> WaiverFile:
    from uplock.lockfile.waivers import MAX_BYTES, read_waiver

    if place.is_symlink():
        return _unreadable(path, _LINK)
    try:
        return read_waiver(path, read_bytes(place, MAX_BYTES))
    except Error as error:
        return _unreadable(path, f"cannot be read: {error.message}")


def _shown(name: str) -> str:
    """Return a file name as text: one with bytes or characters that are none is no id, and need not be found again."""
    return "".join(each if each.isprintable() else repr(each)[1:-1] for each in name)


def _unreadable(path: str, defect: str) -> WaiverFile:
    return WaiverFile(path=path, sha256=_NOTHING, defects=(defect,))
