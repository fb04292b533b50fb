"""Which generation is meant: by the lock set, by the archive's head, or by the beginning of an id."""

from __future__ import annotations

import re
from pathlib import Path

from uplock.errors import ArchiveError, UsageError
from uplock.files import read_bytes
from uplock.lockfile.lockset import LOCKSET, read_lockset
from uplock.model.digest import Sha256
from uplock.model.lock import LockSet
from uplock.ports import Archive

SHORTEST = 8
"""Digits that name a generation at least."""

HEAD = "head"
"""What the generation that a project is at is called."""


def existing_lockset(root: Path) -> LockSet | None:
    """Return the committed lock set, or ``None`` if there is none. Raises :class:`InputError` if it is malformed."""
    path = root / LOCKSET
    return read_lockset(read_bytes(path), LOCKSET) if path.exists() else None


def head_of(root: Path, archive: Archive) -> Sha256:
    """Return the generation that the project's lock set names, or the archive's newest if there is no lock set.

    Raises :class:`ArchiveError` if none is recorded.
    """
    lockset = existing_lockset(root)
    head = archive.head()
    if lockset is not None:
        head = None if lockset.generation is None else lockset.generation.id
    if head is None:
        raise ArchiveError("no generation is recorded here yet", remedy="Run uplock run first.")
    return head


def identified(archive: Archive, name: str) -> Sha256:
    """Return the id that ``name`` is, or is the beginning of, among all generations that were ever recorded here.

    Raises :class:`UsageError` for what is not the beginning of exactly one id.
    """
    if re.fullmatch(r"[0-9a-f]{64}", name):
        return Sha256(name)
    remedy = "Name one of those that uplock history lists."
    if not re.fullmatch(rf"[0-9a-f]{{{SHORTEST},63}}", name):
        raise UsageError(
            f"{name[:80]!r} is not the id of a generation, nor {SHORTEST} or more digits of one", remedy=remedy
        )
    found = archive.beginning(name)
    if len(found) != 1:
        raise UsageError(f"{len(found) or 'no'} generations here begin with {name}", remedy=remedy)
    return found[0]
