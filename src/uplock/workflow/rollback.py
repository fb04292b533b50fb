"""Going back to a generation, or forward: its very lock files, judged for then and for today."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from uplock.errors import ArchiveError, InputError, IntegrityError
from uplock.lockfile.lockset import LOCKSET, read_lockset, write_lockset
from uplock.model.digest import digest_of, sha256_of
from uplock.model.finding import Verdict
from uplock.model.generation import GenerationContent
from uplock.model.lock import GenerationRef, LockSet
from uplock.model.outcome import OutputFile
from uplock.model.rollback_outcome import RollbackResult, RollbackTarget
from uplock.model.value import changed, encode_pretty
from uplock.policy.evaluate import evaluate
from uplock.ports import Archive, OnEvent
from uplock.workflow.describe import UPLIFT, describe, outdated, sbom_path, shared_facts, target_paths
from uplock.workflow.heads import existing_lockset
from uplock.workflow.judge import evaluation_input, overall, verdict_path
from uplock.workflow.locks import lock_paths
from uplock.workflow.project import Project
from uplock.workflow.recall import Recalled
from uplock.workflow.replacement import replace_together


def restored_files(wanted: Recalled, archive: Archive) -> dict[str, bytes]:
    """Return the lock files of a generation by path below the project, each hashed as it is read.

    Raises :class:`ArchiveError` for a generation of an older uplock, which did not archive its lock set, and
    :class:`IntegrityError` if what is archived was changed.
    """
    content = wanted.content
    if content.lockset is None:
        raise ArchiveError(
            "an older uplock recorded it without its lock set",
            context=f"generation {wanted.id}",
            remedy="Restore locks/ from version control, or record the generation again with uplock run.",
        )
    bare = read_lockset(archive.read(content.lockset), LOCKSET)
    pinned = {(each.target, each.pylock, each.requirements) for each in content.locks}
    if {(each.target, each.pylock, each.requirements) for each in bare.targets} != pinned:
        raise IntegrityError(
            "its lock set names other lock files than it does",
            context=f"generation {wanted.id}",
            remedy="Restore the archive from a copy.",
        )
    files: dict[str, bytes] = {}
    for entry in content.locks:
        pylock, requirements = lock_paths(entry.target)
        files |= {pylock: archive.read(entry.pylock), requirements: archive.read(entry.requirements)}
    head = GenerationRef(id=wanted.id, content=digest_of(content), parent=wanted.parent)
    return {**files, LOCKSET: write_lockset(changed(bare, generation=head))}


def roll_back(  # noqa: PLR0913 - what, where, when, and who watches
    project: Project,
    wanted: Recalled,
    archive: Archive,
    *,
    as_of: datetime,
    now: datetime,
    timestamp: datetime | None,
    options: tuple[str, ...],
    target: str | None,
    on_event: OnEvent,
) -> RollbackResult:
    """Restore the lock files of ``wanted``, describe and judge it anew, and make it the archive's head.

    All files are replaced together, and the head is written last. Nothing of policy, waivers or configuration changes:
    those are of today. Raises as :func:`restored_files`, and :class:`ArchiveError` if something cannot be written.
    """
    locks = restored_files(wanted, archive)
    before, notes = _before(project.root)
    recorded_at = archive.recorded_at(wanted.id)
    subjects = wanted.subjects(project)
    today = _verdicts(project, wanted, as_of)
    then = {each.target: each for each in _verdicts(project, wanted, recorded_at or as_of, recorded=True)}
    moment = timestamp or max(lock.exclude_newer for lock in wanted.locks)
    files = {
        **locks,
        **describe(shared_facts(wanted.content, moment), subjects, on_event),
        **{verdict_path(verdict.target): encode_pretty(verdict) for verdict in today},
    }
    removed = tuple(
        path for path in _others(before, wanted, archive) if (project.root / path).exists() and path not in files
    )
    replace_together(project.root, files, remove=(*removed, *outdated(project.root, files)))
    if archive.head() != wanted.id:
        archive.record(wanted.content, wanted.parent, now)
    chosen = target or _to_install(today)
    return RollbackResult(
        project=project.name,
        generation=wanted.id,
        previous=None if before is None or before.generation is None else before.generation.id,
        recorded_at=recorded_at,
        as_of=as_of,
        status=overall(today),
        files=_written(files),
        removed=removed,
        targets=tuple(_target(verdict, then[verdict.target]) for verdict in today),
        forgotten=_forgotten(before, wanted),
        install=shlex.join(("uplock", "install", chosen, *options, "--offline")),
        notes=notes,
    )


def _verdicts(project: Project, wanted: Recalled, as_of: datetime, *, recorded: bool = False) -> tuple[Verdict, ...]:
    return evaluate(
        evaluation_input(
            wanted.subjects(project),
            service=wanted.content.project if recorded else project.service,
            policy=project.policy,
            as_of=as_of,
            generation=wanted.id,
            waivers=wanted.content.waivers if recorded else project.waivers,
        )
    )


def _target(now: Verdict, then: Verdict) -> RollbackTarget:
    return RollbackTarget(
        target=now.target,
        python=now.python,
        gates=now.gates,
        then=then.status,
        now=now.status,
        why=now.why,
        waived_until=min(
            (each.waived.expires_at for each in now.findings if each.severity == "error" and each.waived is not None),
            default=None,
        ),
        findings=tuple(each for each in (*now.findings, *now.project_findings) if each.fails),
    )


def _to_install(verdicts: tuple[Verdict, ...]) -> str:
    """Return the target that is deployed: the first that gates, else the first."""
    return next((each.target for each in verdicts if each.gates), verdicts[0].target)


def _before(root: Path) -> tuple[LockSet | None, tuple[str, ...]]:
    """Return the lock set that stands in the project; one that cannot be read counts as none, and is told."""
    try:
        return existing_lockset(root), ()
    except InputError as error:
        return None, (f"what stood in {LOCKSET} could not be read: {error.message.splitlines()[0]}",)


def _others(before: LockSet | None, wanted: Recalled, archive: Archive) -> tuple[str, ...]:
    """Return the files of targets that may stand in the project and are none of the generation, and of the uplift.

    Which targets these are says the lock set that was there, else the generation that was last.
    """
    if before is not None:
        former = {each.target for each in before.targets} | {each.target for each in before.missing}
    else:
        head = archive.head()
        content = None if head is None else archive.generation(head).content
        former = set() if content is None else _targets(content)
    gone = sorted(former - {each.target for each in wanted.content.locks})
    return (*(path for target in gone for path in target_paths(target)), sbom_path(UPLIFT))


def _targets(content: GenerationContent) -> set[str]:
    return {each.target for each in content.locks} | {each.target for each in content.missing}


def _forgotten(before: LockSet | None, wanted: Recalled) -> tuple[str, ...]:
    """Return the packages whose publishers are known now, and would be met as new ones afterwards."""
    known = {row.package for row in before.publishers} if before is not None else set()
    return tuple(sorted(known - {row.package for row in wanted.content.publishers}))


def _written(files: Mapping[str, bytes]) -> tuple[OutputFile, ...]:
    return tuple(OutputFile(path=path, sha256=sha256_of(data)) for path, data in sorted(files.items()))
