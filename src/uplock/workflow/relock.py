"""The locks of a project for today's question: those that stand, or new ones."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack, closing
from typing import Literal

from uplock.lockfile.lockset import LOCKSET
from uplock.model.digest import Sha256, sha256_of
from uplock.model.lock import LockSet, Preferences
from uplock.model.outcome import LockedTarget, LockResult, OutputFile
from uplock.model.value import changed
from uplock.ports import Archive, Index
from uplock.workflow.describe import target_paths
from uplock.workflow.excuse import Excuse
from uplock.workflow.heads import existing_lockset
from uplock.workflow.judge import judge_locks, subjects_of
from uplock.workflow.lock import Locking, Wanted
from uplock.workflow.locks import LockFiles, cut_off, lock_paths, standing, write_out
from uplock.workflow.pick import NONE, Picker
from uplock.workflow.preferred import preferences
from uplock.workflow.project import Project
from uplock.workflow.replacement import replace_together
from uplock.workflow.request import Request
from uplock.workflow.seams import Seams
from uplock.workflow.view import ViewRecorder


def find_locks(project: Project, request: Request, seams: Seams) -> LockFiles:
    """Return the locks that stand, or resolve new ones. Writes nothing."""
    old = existing_lockset(project.root)
    moved = request.exclude_newer is not None
    exclude_newer = cut_off(project, old, request.exclude_newer or request.now, renew=request.renew or moved)
    cross_check = request.cross_check or project.config.cross_check
    if old is not None and not request.resolve:
        found = standing(project, old, exclude_newer, cross_check=cross_check)
        if found is not None:
            return found
    kept = preferences(project, request, old)
    recorder = ViewRecorder(
        seams.index,
        seams.cache,
        exclude_newer,
        seams.on_event,
        requirements=project.requirements,
        targets=(each.target for each in project.planned),
        refresh=request.refresh,
    )
    checker = SECOND[project.config.resolver] if cross_check else None
    found = resolve_all(
        project, recorder, seams, index=seams.index, old=old, kept=kept, checker=checker, jobs=request.jobs
    )
    if request.from_lock is None:
        return found
    from uplock.workflow.from_lock import not_kept

    return changed(found, notes=not_kept(request.from_lock, found.locks))


def resolve_all(  # noqa: PLR0913 - what one resolution of a whole project is made of
    project: Project,
    recorder: ViewRecorder,
    seams: Seams,
    *,
    index: Index,
    old: LockSet | None,
    kept: Preferences | None,
    hashed: Mapping[str, Sha256] = NONE,
    checker: str | None = None,
    jobs: int = 1,
) -> LockFiles:
    """Resolve every planned target against what ``recorder`` shows of ``index``. Writes nothing.

    ``hashed`` are digests of files that the index names none of, by file name, so that they are not downloaded;
    ``checker`` names a second resolver, which is asked the same.
    """
    with ExitStack() as stack:
        resolver = stack.enter_context(closing(seams.resolver(project.config.resolver)))
        second = None if checker is None else stack.enter_context(closing(seams.resolver(checker)))
        locking = Locking(
            requirements=project.requirements,
            preferred={} if kept is None else kept.targets,
            recorder=recorder,
            resolver=resolver,
            checker=second,
            pick=Picker(project.requirements, recorder, index, hashed),
            serve=seams.serve,
            on_event=seams.on_event,
            jobs=jobs,
        )
        locked = locking.lock(Wanted(target=each.target, role=each.role) for each in project.planned)
        return write_out(project, locked, resolver.version, old, kept)


SECOND: Mapping[str, Literal["uv", "pip-tools"]] = {"uv": "pip-tools", "pip-tools": "uv"}
"""Who is asked besides each resolver."""


def run_lock(project: Project, request: Request, seams: Seams) -> LockResult:
    """Lock and write the locks: ``uplock lock``."""
    found = find_locks(project, request, seams)
    keep_view(found, seams.archive)
    lockset = found.lockset_bytes(found.lockset.generation)
    replace_together(project.root, {**found.files, LOCKSET: lockset}, remove=_dropped(project, found))
    return LockResult(
        project=project.name,
        resolved=found.resolved,
        exclude_newer=found.lockset.exclude_newer,
        index=seams.index_name,
        index_from=seams.index_from,
        resolver=found.lockset.resolver,
        targets=tuple(_locked_target(found, project, each.target.name) for each in project.planned),
        lockset=OutputFile(path=LOCKSET, sha256=sha256_of(lockset)),
        findings=judge_locks(
            subjects_of(project.planned, found.locks, found.lockset, {}, project.config),
            project.policy,
            request.as_of,
            Excuse(project, request.as_of),
        ),
        notes=(*seams.notes, *found.notes, *found.lockset.notes, *([_BY_FLAG] if project.sdists_by_flag else [])),
    )


_BY_FLAG = "allow-sdist is not in the configuration: without --allow-sdist the next call locks anew"


def keep_view(found: LockFiles, archive: Archive) -> set[Sha256]:
    """Put what the locks rest on into the archive, so that it can be resolved again; return the blobs' digests."""
    for key, record in found.records.items():
        archive.keep(key, record)
    return {archive.put(blob) for blob in found.blobs.values()}


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
        agreement=next((each for each in found.lockset.agreement if each.target == name), None),
    )
