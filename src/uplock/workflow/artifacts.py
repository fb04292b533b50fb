"""Which artifacts there are to verify: those of locks, of a folder, or one by its file name."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from uplock.errors import InputError, IntegrityError, UsageError
from uplock.files import digest_file
from uplock.model.digest import Sha256
from uplock.model.lock import Lock
from uplock.model.wheel_name import is_bounded
from uplock.policy.wording import printable
from uplock.ports import Event, OnEvent
from uplock.workflow.heads import existing_lockset
from uplock.workflow.locks import committed
from uplock.workflow.verify import Named

_ARCHIVES = (".whl", ".zip", ".egg", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz", ".tar.xz", ".txz")
"""Ends of names, in lower case, of what installers and upload tools take, or took, for a distribution."""


def artifacts_of(locks: Iterable[Lock]) -> tuple[Named, ...]:
    """Return every distinct artifact of ``locks``, sorted by file name."""
    found = {
        Named(package.name, package.artifact.filename, package.artifact.sha256, package.built_from is not None)
        for lock in locks
        for package in lock.packages
    }
    return tuple(sorted(found, key=lambda each: (each.filename, each.sha256)))


def locked_artifact(root: Path, filename: str) -> Named | None:
    """Return the artifact that the project's locks know by its file name, ``None`` if there is none.

    Raises :class:`IntegrityError` if a lock was changed, or if two targets lock different files of that name.
    """
    lockset = existing_lockset(root)
    locks = () if lockset is None else committed(root, ())
    found = [each for each in artifacts_of(locks) if each.filename == filename]
    agreed(filename, [("a lock pins it with", each.sha256) for each in found])
    return found[0] if found else None


def agreed(place: str, told: Iterable[tuple[str, Sha256 | None]]) -> Sha256 | None:
    """Return the one digest that all tell who tell one, ``None`` if nobody does. Raises :class:`IntegrityError`."""
    known = [(who, digest) for who, digest in told if digest is not None]
    for who, digest in known[1:]:
        first, expected = known[0]
        if digest != expected:
            raise IntegrityError(
                f"{first} sha256 {expected}, {who} {digest}", context=place, remedy="Fetch the file again."
            )
    return known[0][1] if known else None


def project_of(filename: str) -> str | None:
    """Return the normalized project name of a wheel or sdist, ``None`` for a file that is neither."""
    from packaging.utils import InvalidSdistFilename, InvalidWheelFilename, parse_sdist_filename, parse_wheel_filename

    if not is_bounded(filename):
        return None
    try:
        return (parse_wheel_filename if filename.endswith(".whl") else parse_sdist_filename)(filename)[0]
    except (InvalidWheelFilename, InvalidSdistFilename):
        return None


def artifacts_in(folder: Path, on_event: OnEvent) -> tuple[Named, ...]:
    """Return every wheel and sdist directly in ``folder``, hashed, and every archive that somebody may take for one.

    Archives whose names are not those of wheels or sdists belong to no project (its name is empty). Raises
    :class:`UsageError` if there is none of either.
    """
    if not folder.is_dir():
        raise UsageError("there is no such folder", context=str(folder), remedy="Name a folder of wheels.")
    found = []
    for path in sorted(folder.iterdir()):
        project = project_of(path.name)
        if project is None and not path.name.lower().endswith(_ARCHIVES):
            continue
        on_event(Event(stage="hash", message=printable(path.name)))
        digest = digest_file(path)
        if digest is None:
            raise InputError("cannot be read", context=str(path), remedy="Check its permissions.")
        found.append(Named(project or "", path.name, digest))
    if not found:
        raise UsageError("there is no wheel and no sdist in it", context=str(folder), remedy="Name another folder.")
    return tuple(found)
