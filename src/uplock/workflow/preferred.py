"""Preferences: which versions a resolver is told to keep where they still fit."""

from __future__ import annotations

from pathlib import Path

from uplock.errors import UsageError
from uplock.lockfile.lockset import LOCKSET
from uplock.model.lock import LockSet, Preferences
from uplock.workflow.locks import committed, lock_paths
from uplock.workflow.project import Project
from uplock.workflow.request import Request

Pairs = tuple[tuple[str, str], ...]


def preferences(project: Project, request: Request, old: LockSet | None) -> Preferences | None:
    """Return the versions to keep by target, or ``None`` if there are none.

    They are those of the lock that was given (``--from-lock``), else those of the project's own locks, without the
    packages to upgrade; and none at all in the modes ``upgrade`` and ``fresh``. Raises :class:`IntegrityError` if a
    lock was changed by hand: what is kept must be what was resolved.
    """
    kept: dict[str, Pairs] = {}
    if request.from_lock is not None:
        from uplock.workflow.from_lock import pinned_by

        kept = pinned_by(project, request.from_lock)
    elif request.mode == "keep" and old is not None:
        kept = _locked(project.root, old)
    kept |= dict(request.planned)
    _check_named(request.upgrade_packages, kept)
    chosen = set(request.upgrade_packages)
    wanted = {each.target.name for each in project.planned}
    left = {
        target: tuple(pair for pair in pairs if pair[0] not in chosen)
        for target, pairs in sorted(kept.items())
        if target in wanted
    }
    left = {target: pairs for target, pairs in left.items() if pairs}
    return Preferences(targets=left) if left else None


def _locked(root: Path, old: LockSet) -> dict[str, Pairs]:
    there = tuple(each.target for each in old.targets if _is_there(root, each.target))
    if not there:
        return {}
    return {
        lock.target.name: tuple((package.name, package.version) for package in lock.packages)
        for lock in committed(root, there)
    }


def _is_there(root: Path, target: str) -> bool:
    return all((root / path).exists() for path in lock_paths(target))


def _check_named(names: tuple[str, ...], kept: dict[str, Pairs]) -> None:
    known = {name for pairs in kept.values() for name, _ in pairs}
    if unknown := sorted(set(names) - known):
        raise UsageError(
            f"no lock has {', '.join(unknown)}",
            context=LOCKSET,
            remedy="Name packages that are locked, or use --upgrade for all.",
        )
