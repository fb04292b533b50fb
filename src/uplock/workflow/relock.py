"""The locks of a project for today's question: those that stand, or new ones."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime

from uplock.files import replace_all
from uplock.model.digest import sha256_of
from uplock.model.lock import LockSet
from uplock.model.outcome import LockedTarget, LockResult, OutputFile
from uplock.workflow.describe import target_paths
from uplock.workflow.lock import Wanted, lock_targets
from uplock.workflow.locks import LockFiles, cut_off, existing_lockset, lock_paths, standing, write_out
from uplock.workflow.project import LOCKSET, Project
from uplock.workflow.seams import Request, Seams
from uplock.workflow.view import ViewRecorder


def find_locks(project: Project, request: Request, seams: Seams) -> LockFiles:
    """Return the locks that stand, or resolve new ones. Writes nothing."""
    old = existing_lockset(project.root)
    exclude_newer = cut_off(project, old, request.now, renew=request.renew)
    if old is not None and not request.renew:
        found = standing(project, old, exclude_newer)
        if found is not None:
            return found
    return _resolve(project, exclude_newer, seams, old, refresh=request.refresh)


def _resolve(
    project: Project, exclude_newer: datetime, seams: Seams, old: LockSet | None, *, refresh: bool
) -> LockFiles:
    recorder = ViewRecorder(seams.index, seams.cache, exclude_newer, seams.on_event, refresh=refresh)
    wanted = tuple(Wanted(target=each.target, role=each.role) for each in project.planned)
    with closing(seams.resolver()) as resolver:
        locked = lock_targets(
            wanted=wanted,
            requirements=project.requirements,
            exclude_newer=exclude_newer,
            recorder=recorder,
            resolver=resolver,
            serve=seams.serve,
            on_event=seams.on_event,
        )
        return write_out(project, locked, exclude_newer, resolver.version, old)


def run_lock(project: Project, request: Request, seams: Seams) -> LockResult:
    """Lock and write the locks: ``uplock lock``."""
    found = find_locks(project, request, seams)
    for blob in found.pages.values():
        seams.archive.put(blob)
    lockset = found.lockset_bytes(found.lockset.generation)
    replace_all(
        {project.root / path: data for path, data in {**found.files, LOCKSET: lockset}.items()},
        remove=[project.root / path for path in _dropped(project, found)],
    )
    return LockResult(
        project=project.name,
        resolved=found.resolved,
        exclude_newer=found.lockset.exclude_newer,
        index=seams.index_name,
        index_from=seams.index_from,
        resolver=found.lockset.resolver,
        targets=tuple(_locked_target(found, project, each.target.name) for each in project.planned),
        lockset=OutputFile(path=LOCKSET, sha256=sha256_of(lockset)),
        notes=(*seams.notes, *found.lockset.notes),
    )


def _dropped(project: Project, found: LockFiles) -> list[str]:
    """Return the files of former targets that are not locked now; what is no longer wanted goes whole."""
    wanted = {each.target.name for each in project.planned}
    stale = []
    for target in found.former:
        paths = lock_paths(target) if target in wanted else target_paths(target)
        stale += [path for path in paths if path not in found.files]
    return stale


def _locked_target(found: LockFiles, project: Project, name: str) -> LockedTarget:
    planned = next(each for each in project.planned if each.target.name == name)
    lock, missing = found.lock_of(name), found.missing_of(name)
    return LockedTarget(
        target=name,
        python=planned.target.interpreter.version,
        platform=planned.target.platform.name,
        role=planned.role,
        deployed=planned.deployed,
        packages=0 if lock is None else len(lock.packages),
        files=tuple(
            OutputFile(path=path, sha256=sha256_of(data))
            for path, data in sorted(found.files.items())
            if name in path.split(".")
        ),
        missing=() if missing is None else missing.packages,
    )
