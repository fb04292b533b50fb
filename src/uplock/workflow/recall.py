"""Recalling a generation from the archive: everything that verdicts and SBOMs are functions of."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from uplock.errors import ArchiveError
from uplock.lockfile.lockset import LOCKSET, pylock_name
from uplock.lockfile.plan import PlannedTarget, names_of
from uplock.lockfile.pylock import read_pylock
from uplock.model.digest import Sha256
from uplock.model.generation import GenerationContent
from uplock.model.lock import Lock
from uplock.model.results import ArtifactResults
from uplock.model.target import Interpreter, Target, parse_platform
from uplock.model.value import Value
from uplock.policy.subject import Subject
from uplock.ports import Archive
from uplock.workflow.heads import HEAD, existing_lockset, head_of, identified
from uplock.workflow.judge import subjects_of
from uplock.workflow.locks import committed
from uplock.workflow.project import Project


class Recalled(Value, frozen=True, kw_only=True):
    """A generation with its locks and results read back, every byte re-hashed."""

    id: Sha256
    parent: Sha256 | None = None
    content: GenerationContent
    locks: tuple[Lock, ...]
    results: dict[Sha256, ArtifactResults]

    def subjects(self, project: Project) -> tuple[Subject, ...]:
        """Return what rules and SBOMs see; which targets are deployed, and on what, is said by the project of today."""
        return subjects_of(self.planned(project), self.locks, self.content, self.results, project.config)

    def planned(self, project: Project) -> tuple[PlannedTarget, ...]:
        """Return the generation's targets in the order of the project's plan, then any others.

        Of these ``deploy`` says as well which gate: those that it names, else all that were not being left.
        """
        deployed = {each.target.name: each.deployed for each in project.planned}
        deploy = project.config.deploy
        order = {each.target.name: place for place, each in enumerate(project.planned)}
        roles = {each.target: each.role for each in self.content.locks}
        roles |= {each.target: each.role for each in self.content.missing}
        targets = {lock.target.name: lock.target for lock in self.locks}
        for each in self.content.missing:
            interpreter = Interpreter(version=each.python)
            targets[each.target] = Target(interpreter=interpreter, platform=parse_platform(each.platform))
        for name, target in targets.items():
            gates = roles[name] != "baseline" if deploy is None else any(each in deploy for each in names_of(target))
            deployed.setdefault(name, gates)
        return tuple(
            PlannedTarget(
                target=targets[name],
                role="baseline" if roles[name] == "baseline" else "target",
                deployed=deployed[name],
            )
            for name in sorted(targets, key=lambda name: (order.get(name, len(order)), name))
        )


def recall(root: Path, archive: Archive) -> Recalled:
    """Return the generation that the project's lock set names, or the archive's newest if there is no lock set.

    Raises :class:`ArchiveError` if none is recorded or the locks are newer than it, :class:`IntegrityError` if a lock
    or a blob was changed.
    """
    lockset = existing_lockset(root)
    head = head_of(root, archive)
    read: dict[Sha256, Lock] = {}
    if lockset is not None:
        read = dict(zip((each.pylock for each in lockset.targets), committed(root, ()), strict=True))
    recalled = _recalled(archive, head, read)
    if lockset is not None and {(each.target, each.pylock) for each in lockset.targets} != {
        (each.target, each.pylock) for each in recalled.content.locks
    }:
        raise ArchiveError(
            "the locks are newer than the generation", context=LOCKSET, remedy="Run uplock run to record them."
        )
    return recalled


def recall_one(archive: Archive, name: str) -> Recalled:
    """Return any generation of the archive, by its id or the beginning of it.

    Raises :class:`UsageError` for what is not the beginning of exactly one id, :class:`ArchiveError` and
    :class:`IntegrityError` as :func:`recall`.
    """
    return _recalled(archive, identified(archive, name))


def recall_named(root: Path, archive: Archive, name: str | None) -> Recalled:
    """Return a generation by name, or the one that the project is at for ``None`` and ``head``.

    Lock files are not looked at: what stands in the archive counts. Raises as :func:`recall_one`.
    """
    return _recalled(archive, head_of(root, archive) if name in {None, HEAD} else identified(archive, str(name)))


def _recalled(archive: Archive, identity: Sha256, read: Mapping[Sha256, Lock] | None = None) -> Recalled:
    """Return a generation. Every file of it is re-hashed; the locks that ``read`` has are not parsed a second time."""
    generation = archive.generation(identity)
    content = generation.content
    known = read or {}
    texts = tuple((each, archive.read(each.pylock)) for each in content.locks)
    locks = tuple(known.get(each.pylock) or read_pylock(text, pylock_name(each.target)) for each, text in texts)
    results = {each.sha256: archive.results(each.results) for each in content.artifacts}
    return Recalled(id=identity, parent=generation.parent, content=content, locks=locks, results=results)
