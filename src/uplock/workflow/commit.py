"""Committing: one generation for what is true together now, and none if nothing changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from uplock.errors import IntegrityError
from uplock.lockfile.lockset import write_lockset
from uplock.model.digest import Sha256, digest_of, sha256_of
from uplock.model.generation import Generation, GenerationArtifact, GenerationContent, GenerationLock
from uplock.model.identity import KnownPublisher
from uplock.model.lock import GenerationRef, LockSet
from uplock.model.results import ArtifactResults
from uplock.model.value import changed
from uplock.policy.lifecycle import table_digest
from uplock.ports import Archive
from uplock.workflow.project import Project


def content_of(
    project: Project, lockset: LockSet, results: Iterable[ArtifactResults], stored: Mapping[Sha256, Sha256]
) -> GenerationContent:
    """Return what a generation says of ``lockset``; ``stored`` maps an artifact to the digest of its stored results."""
    return GenerationContent(
        project=project.service,
        version=project.config.project_version,
        about=project.config.about,
        asked=project.requirements.origins,
        inputs=lockset.inputs,
        lifecycle=table_digest(),
        view=lockset.view,
        lockset=sha256_of(headless(lockset)),
        locks=tuple(
            GenerationLock(
                target=entry.target,
                role=entry.role,
                pylock=entry.pylock,
                requirements=entry.requirements,
                content=entry.content,
            )
            for entry in lockset.targets
        ),
        missing=lockset.missing,
        agreement=lockset.agreement,
        shadowed=lockset.shadowed,
        contested=lockset.contested,
        overrides=lockset.overrides,
        excludes=lockset.excludes,
        artifacts=tuple(
            GenerationArtifact(filename=result.filename, sha256=result.sha256, results=stored[result.sha256])
            for result in sorted(results, key=lambda result: (result.filename, result.sha256))
        ),
        baseline=project.baseline_version,
        waivers=project.waivers,
        trusted_root=lockset.trusted_root,
        publishers=lockset.publishers,
    )


def headless(lockset: LockSet) -> bytes:
    """Return the text of a lock set without its head: what a generation covers, and a rollback begins with."""
    return write_lockset(changed(lockset, generation=None))


def known_head(lockset: LockSet, archive: Archive, project: str) -> GenerationRef | None:
    """Return the head that a new generation follows: the lock set's, else the archive's if it is of the same project.

    So the history goes on when somebody has removed the locks.
    """
    if lockset.generation is not None:
        return lockset.generation
    newest = _newest(archive, project)
    if newest is None:
        return None
    head, generation = newest
    return GenerationRef(id=head, content=digest_of(generation.content), parent=generation.parent)


def known_publishers(lockset: LockSet, archive: Archive, project: str) -> tuple[KnownPublisher, ...]:
    """Return the publishers that are known from before: the lock set's, or the archive's as for the head.

    So removing the locks makes nobody forget who signed. What ``uplock trust forget`` took out of a lock set stays out.
    """
    if lockset.generation is not None:
        return lockset.publishers
    newest = _newest(archive, project)
    return lockset.publishers or (() if newest is None else newest[1].content.publishers)


def _newest(archive: Archive, project: str) -> tuple[Sha256, Generation] | None:
    """Return the archive's head if it is of the same project."""
    head = archive.head()
    generation = None if head is None else archive.generation(head)
    if head is None or generation is None or generation.content.project != project:
        return None
    return head, generation


def commit(content: GenerationContent, known: GenerationRef | None) -> tuple[GenerationRef, bool]:
    """Return the head for ``content``, and whether it is new: nothing changed, no new generation.

    ``known`` is the head so far. A fresh clone, whose archive is empty, gets the same generation back under the
    same id, since an id covers neither time nor place.
    """
    digest = digest_of(content)
    if known is not None and known.content == digest:
        if digest_of(Generation(content=content, parent=known.parent)) != known.id:
            raise IntegrityError(
                "the generation's id is not that of its content and parent",
                context="locks/lockset.json",
                remedy="Restore the file from version control.",
            )
        return known, False
    parent = known.id if known is not None else None
    identity = digest_of(Generation(content=content, parent=parent))
    return GenerationRef(id=identity, content=digest, parent=parent), True
