"""Switching environments: a link that leads to one of several, which stand beside it and never move.

``DIR`` is a symbolic link to ``.DIR.uplock/<label>-<number>``. Scripts and ``pyvenv.cfg`` name that place, so an
environment is made where it stays, and becomes the one in use by one rename of the link.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from uplock.errors import UsageError
from uplock.files import write_error

UNFINISHED = ".unfinished"
"""How the name of the note ends that an environment is not complete."""
LEFT_BEHIND = (".uplock-install-", ".uplock-switch-")
"""What the names of folders begin with that are there only while something is installed or switched."""

_NAME = re.compile(r"(?P<label>[a-z0-9_.-]+)-(?P<number>[0-9]{1,7})")
_REMEDY = "Name a place that is free, or one that uplock install made."


def folder_of(link: Path) -> Path:
    """Return the folder of all environments that ``link`` may lead to."""
    return link.parent / f".{link.name}.uplock"


def current(link: Path) -> Path | None:
    """Return the environment that a link leads to, ``None`` if there is nothing.

    Raises :class:`UsageError` for anything else than a link into the folder beside it.
    """
    try:
        state = link.lstat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageError(f"cannot be looked at: {error.strerror}", context=str(link), remedy=_REMEDY) from error
    if not stat.S_ISLNK(state.st_mode):
        raise UsageError("is no link to an environment of uplock's", context=str(link), remedy=_REMEDY)
    folder, _, name = str(link.readlink()).partition("/")
    if folder != folder_of(link).name or _NAME.fullmatch(name) is None:
        raise UsageError("is a link to somewhere else", context=str(link), remedy=_REMEDY)
    return folder_of(link) / name


def environments_of(link: Path) -> tuple[Path, ...]:
    """Return all environments beside a link, the one that was made last first."""
    try:
        names = os.listdir(folder_of(link))
    except OSError:
        return ()
    found = [(int(match["number"]), name) for name in names if (match := _NAME.fullmatch(name))]
    return tuple(folder_of(link) / name for _, name in sorted(found, reverse=True))


def fresh(link: Path, label: str) -> Path:
    """Return a free place for a new environment. Raises :class:`UsageError` for a place that is not ours."""
    current(link)
    folder = folder_of(link)
    if folder.is_symlink():
        raise UsageError("is a link", context=str(folder), remedy=_REMEDY)
    numbers = [int(path.name.rpartition("-")[2]) for path in environments_of(link)]
    return folder / f"{label}-{max(numbers, default=0) + 1}"


def begin(place: Path) -> None:
    """Note that an environment is being made at a place: until it is switched in, a sweep deletes it.

    Raises :class:`ArchiveError`.
    """
    marker = _marker(place)
    try:
        marker.parent.mkdir(parents=True, exist_ok=True)
        marker.touch()
    except OSError as error:
        raise write_error(marker, error) from error


def _marker(place: Path) -> Path:
    return place.with_name(f"{place.name}{UNFINISHED}")


def switch(link: Path, place: Path) -> None:
    """Let a link lead to an environment beside it, in one step.

    Everything in the environment is on disk before. Raises :class:`UsageError` as :func:`current`, or for a place that
    is elsewhere or no directory; :class:`ArchiveError` if it cannot be done.
    """
    current(link)
    if place.parent != folder_of(link) or _NAME.fullmatch(place.name) is None:
        raise UsageError("is no place beside the link", context=str(place), remedy=_REMEDY)
    if place.is_symlink() or not place.is_dir():
        raise UsageError("is no environment", context=str(place), remedy=_REMEDY)
    try:
        # Thousands of files: waiting for all of the disk at once takes a fraction of waiting for each of them.
        os.sync()
        with tempfile.TemporaryDirectory(prefix=".uplock-switch-", dir=place.parent) as scratch:
            made = os.path.join(scratch, "link")
            os.symlink(os.path.join(place.parent.name, place.name), made)
            os.replace(made, link)
        _to_disk(link.parent)
        _marker(place).unlink(missing_ok=True)
    except OSError as error:
        raise write_error(link, error) from error


def sweep(link: Path) -> None:
    """Delete what installations that were killed left behind beside a link; the caller holds the lock of its folder."""
    folder = folder_of(link)
    try:
        names = os.listdir(folder)
    except OSError:
        return
    used = current(link)
    for name in names:
        if name.startswith(LEFT_BEHIND):
            shutil.rmtree(folder / name, ignore_errors=True)
        elif name.endswith(UNFINISHED):
            place = folder / name.removesuffix(UNFINISHED)
            if place != used:
                discard(place)
            _marker(place).unlink(missing_ok=True)


def discard(place: Path) -> None:
    """Delete an environment of ours; what cannot be deleted is left."""
    if _NAME.fullmatch(place.name) is not None and place.parent.name.endswith(".uplock"):
        shutil.rmtree(place, ignore_errors=True)
        with suppress(OSError):
            _marker(place).unlink(missing_ok=True)


def _to_disk(folder: Path) -> None:
    """Wait until the names in a folder are on disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
