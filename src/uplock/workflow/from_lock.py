"""Taking over the pins of a lock that another tool wrote (``--from-lock``)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from uplock.errors import located
from uplock.files import MAX_TEXT, read_bytes
from uplock.lockfile.foreign.lock import ForeignLock
from uplock.lockfile.foreign.read import pins_for, read_foreign_lock
from uplock.model.digest import Sha256
from uplock.model.lock import Lock
from uplock.workflow.project import Project

MAX_NAMED = 10
"""Most packages that one note names."""


def not_kept(path: Path, locks: Iterable[Lock]) -> tuple[str, ...]:
    """Return notes on what another lock says and the new ones do not: versions, files, and what was left out."""
    foreign = _read(path)
    hashes: dict[tuple[str, str], set[Sha256]] = {}
    for pin in foreign.pins:
        hashes.setdefault((pin.name, pin.version), set()).update(pin.hashes)
    notes = [*foreign.notes]
    for lock in locks:
        pinned = dict(pins_for(foreign, lock.target))
        found = {package.name: package for package in lock.packages}
        moved = [
            f"{name} {version} became {found[name].version}"
            for name, version in pinned.items()
            if name in found and found[name].version != version
        ]
        others = [
            package.listed.filename
            for name, package in found.items()
            if (known := hashes.get((name, package.version))) and package.listed.sha256 not in known
        ]
        if moved:
            notes.append(f"{lock.target.name}: not kept from {path.name}: {_some(moved)}")
        if others:
            notes.append(f"{lock.target.name}: locked files that {path.name} has no hash of: {_some(others)}")
    return tuple(notes)


def _some(words: list[str]) -> str:
    more = len(words) - MAX_NAMED
    return ", ".join([*words[:MAX_NAMED], *([f"{more} more"] if more > 0 else [])])


def pinned_by(project: Project, path: Path) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return what another tool's lock pins for every target. Raises :class:`InputError`."""
    lock = _read(path)
    with located(path.name):
        return {each.target.name: pins_for(lock, each.target) for each in project.planned}


def _read(path: Path) -> ForeignLock:
    return read_foreign_lock(read_bytes(path, MAX_TEXT), path.name)
