"""Checking locks by resolving again, against the archived view that they rest on (``--check=resolve``)."""

from __future__ import annotations

from collections.abc import Iterator

from uplock.errors import ArchiveError
from uplock.lockfile.lockset import LOCKSET
from uplock.model.finding import Finding
from uplock.model.lock import Lock, LockSet, Preferences
from uplock.model.outcome import LockCheckResult
from uplock.model.value import changed, decode
from uplock.policy.checks import CHECKS
from uplock.workflow.lock_check import check_offline, place_of, there_must_be_locks
from uplock.workflow.locks import LockFiles, committed, lock_paths
from uplock.workflow.project import Project
from uplock.workflow.relock import resolve_all
from uplock.workflow.seams import Seams
from uplock.workflow.view import ViewRecorder
from uplock.workflow.view_index import ViewIndex

MAX_NAMED = 10
"""Most packages that one finding names."""


def check_resolve(project: Project, seams: Seams) -> LockCheckResult:
    """Resolve again from the archive, with the preferences that the locks were made with, and compare bytes.

    Locks that are stale or edited are not resolved: then the findings of the offline check are the answer, whatever
    their severity. Raises :class:`ArchiveError` if the archive does not have the view.
    """
    lockset, offline = there_must_be_locks(project), check_offline(project, seams.cache)
    if offline.edited or any(each.rule == "LK005" for each in offline.findings):
        return changed(offline, depth="resolve", notes=("nothing was resolved again: the locks are stale or edited",))
    locks = committed(project.root, ())
    index = ViewIndex(seams.archive, lockset.view, locks)
    recorder = ViewRecorder(
        index,
        seams.archive,
        lockset.exclude_newer,
        seams.on_event,
        requirements=project.requirements,
        targets=(each.target for each in project.planned),
        remember=False,
    )
    kept = _preferences(lockset, seams)
    found = resolve_all(project, recorder, seams, index=index, old=lockset, kept=kept, hashed=index.hashed)
    return changed(
        offline,
        depth="resolve",
        findings=(*offline.findings, *_differences(project, lockset, locks, found)),
        notes=tuple(_notes(lockset, found)),
    )


def _preferences(lockset: LockSet, seams: Seams) -> Preferences | None:
    if lockset.preferred is None:
        return None
    if not seams.archive.has(lockset.preferred):
        raise ArchiveError(
            "the pins that these locks were told to keep are not in this archive",
            remedy="Use the archive in which the locks were made, or run uplock lock --fresh.",
        )
    return decode(seams.archive.read(lockset.preferred), Preferences)


def _differences(project: Project, lockset: LockSet, locks: tuple[Lock, ...], found: LockFiles) -> Iterator[Finding]:
    old = {lock.target.name: lock for lock in locks}
    for each in lockset.missing:
        new = found.lock_of(each.target)
        if new is not None:
            yield CHECKS["LK014"].found(
                project.policy,
                target=each.target,
                about=each.target,
                message=f"resolving again gives a lock of {len(new.packages)} packages where there is said to be none",
                remedy="Run uplock lock --fresh, and look at the difference.",
                place=LOCKSET,
            )
    for entry in lockset.targets:
        new = found.lock_of(entry.target)
        if all(path in found.files for path in lock_paths(entry.target)) and _same(project, entry.target, found):
            continue
        yield CHECKS["LK014"].found(
            project.policy,
            target=entry.target,
            about=entry.target,
            message=f"resolving again gives another lock: {_what(old[entry.target], new)}",
            remedy="Run uplock lock --fresh, and look at the difference.",
            place=place_of(entry.target),
        )


def _same(project: Project, target: str, found: LockFiles) -> bool:
    return all((project.root / path).read_bytes() == found.files[path] for path in lock_paths(target))


def _what(old: Lock, new: Lock | None) -> str:
    """Return what differs, in words."""
    if new is None:
        return "there is none"
    before = {package.name: (package.version, package.artifact.filename) for package in old.packages}
    after = {package.name: (package.version, package.artifact.filename) for package in new.packages}
    names = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    words = [f"{name} {_version(before, name)} becomes {_version(after, name)}" for name in names[:MAX_NAMED]]
    words += [f"{len(names) - MAX_NAMED} more"] if len(names) > MAX_NAMED else []
    return ", ".join(words) or "the same pins, other facts about them"


def _version(pins: dict[str, tuple[str, str]], name: str) -> str:
    return " ".join(pins[name]) if name in pins else "nothing"


def _notes(lockset: LockSet, found: LockFiles) -> Iterator[str]:
    if lockset.resolver != found.lockset.resolver:
        yield f"the locks were made by {lockset.resolver}, this was {found.lockset.resolver}"
