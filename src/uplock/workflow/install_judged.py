"""What an installation is judged by: the recorded generation of the committed locks, or results gathered now."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from uplock.errors import ArchiveError
from uplock.lockfile.plan import PlannedTarget
from uplock.model.lock import Lock, LockEntry, LockSet
from uplock.policy.subject import Subject
from uplock.ports import Archive
from uplock.workflow.gather import Gatherer
from uplock.workflow.install import Judged
from uplock.workflow.judge import subjects_of
from uplock.workflow.project import Project
from uplock.workflow.recall import recall


def recorded(project: Project, lockset: LockSet, archive: Archive, target: str) -> Judged:
    """Return what the generation of the committed locks says, every byte of it hashed again.

    The lock set pins the generation by its id, and the generation all results by theirs. Raises
    :class:`ArchiveError` if the archive does not have it, or if the locks are newer, and :class:`IntegrityError`.
    """
    if lockset.generation is None or not archive.has(lockset.generation.id):
        raise ArchiveError(
            "the generation of these locks is not in the archive, so their attestations were never looked at here",
            context=target,
            remedy="Run uplock run, import the generation, or leave out --offline.",
        )
    recalled = recall(project.root, archive)
    return Judged(_one(recalled.subjects(project), target), recalled.id)


def gathered(project: Project, lockset: LockSet, lock: Lock, entry: LockEntry, gatherer: Gatherer) -> Judged:
    """Fetch and inspect the artifacts of one lock, verify their attestations, and return what rules then see."""
    results = gatherer.gather((lock,)).results
    planned = PlannedTarget(
        target=lock.target, role="baseline" if entry.role == "baseline" else "target", deployed=True
    )
    subjects = subjects_of((planned,), (lock,), lockset, results, project.config)
    return Judged(_one(subjects, entry.target), None)


def known(archive: Archive, place: Path, lockset: LockSet) -> bool:
    """Whether there is an archive that has the generation of the committed locks."""
    return place.is_dir() and lockset.generation is not None and archive.has(lockset.generation.id)


def _one(subjects: Iterable[Subject], target: str) -> Subject:
    return next(each for each in subjects if each.target.name == target)
