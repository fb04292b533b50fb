"""Committing: one generation for what is true together now, and none if nothing changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from uplock.errors import IntegrityError
from uplock.model.digest import Sha256, digest_of
from uplock.model.generation import Generation, GenerationArtifact, GenerationContent, GenerationLock
from uplock.model.lock import GenerationRef, LockSet
from uplock.model.results import ArtifactResults
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
        inputs=lockset.inputs,
        lifecycle=table_digest(),
        view=lockset.view,
        locks=tuple(
            GenerationLock(target=entry.target, role=entry.role, pylock=entry.pylock, requirements=entry.requirements)
            for entry in lockset.targets
        ),
        missing=lockset.missing,
        agreement=lockset.agreement,
        shadowed=lockset.shadowed,
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


def known_head(lockset: LockSet, archive: Archive, project: str) -> GenerationRef | None:
    """Return the head that a new generation follows: the lock set's, else the archive's if it is of the same project.

    So the history goes on when somebody has removed the locks.
    """
    if lockset.generation is not None:
        return lockset.generation
    head = archive.head()
    if head is None:
        return None
    newest = archive.generation(head)
    if newest.content.project != project:
        return None
    return GenerationRef(id=head, content=digest_of(newest.content), parent=newest.parent)


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
