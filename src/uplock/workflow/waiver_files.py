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
_ENDING = "is not read: the ending of a waiver is .toml, in lower-case letters"
_BELOW = "is a folder that may hold waivers, which are read from waivers/ itself only"


def read_waivers(root: Path) -> tuple[WaiverFile, ...]:
    """Return what stands in ``waivers/*.toml``, by path.

    What cannot be read is a file with defects: a link (who reviews this folder does not see what it leads to change),
    a folder, a file that is too large, or more files than anybody can review; so is what somebody will have taken for
    a waiver that is none, in a folder below or with an ending in capitals. Files of other kinds (a README) and hidden
    ones are no waivers.
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

    visible = sorted(name for name in entries if not name.startswith("."))
    waivers = sum(name.endswith(SUFFIX) for name in visible)
    if waivers > MAX_FILES:
        return (_unreadable(FOLDER, f"holds {waivers} waivers, and {MAX_FILES} are the most that are read"),)
    found = (_entry(folder / name, f"{FOLDER}/{_shown(name)}") for name in visible)
    return tuple(each for each in found if each is not None)


def _entry(place: Path, path: str) -> WaiverFile | None:
    """Return a waiver, or what somebody will have taken for one; ``None`` for everything else."""
    from uplock.lockfile.waivers import SUFFIX

    if place.name.endswith(SUFFIX):
        return _read(place, path)
    if place.name.lower().endswith(SUFFIX):
        return _unreadable(path, _ENDING)
    if not place.is_dir():
        return None
    if place.is_symlink():
        return _unreadable(path, _LINK)
    return _unreadable(path, _BELOW) if _holds_waivers(place, SUFFIX) else None


def _holds_waivers(folder: Path, suffix: str) -> bool:
    """Whether there may be waivers anywhere below ``folder``: yes as well if it cannot be read or is too large."""
    failed: list[OSError] = []
    seen = 0
    for _, folders, files in os.walk(folder, onerror=failed.append):
        seen += len(folders) + len(files)
        if failed or seen > MAX_FILES or any(name.lower().endswith(suffix) for name in (*folders, *files)):
            return True
    return bool(failed)


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
