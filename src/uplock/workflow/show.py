"""Showing a generation: what it locked, verified and recorded, without judging it."""

from __future__ import annotations

from uplock.errors import ArchiveError
from uplock.model.digest import Sha256
from uplock.model.generation import GenerationLock
from uplock.model.lock import Lock, LockedPackage
from uplock.model.results import ArtifactResults, Unchecked, Verified
from uplock.model.show_outcome import ShownLibrary, ShownPackage, ShownTarget, ShownWaiver, ShowResult
from uplock.model.waiver import WaiverFile
from uplock.ports import Archive
from uplock.workflow.outcomes import outcome_of, reason_of
from uplock.workflow.recall import Recalled


def show(recalled: Recalled, archive: Archive, head: Sha256 | None) -> ShowResult:
    """Return everything that there is to say of a generation; ``head`` is the one that the project is at.

    Raises :class:`ArchiveError` if a lock names a file of which the generation has no results.
    """
    content = recalled.content
    root = content.trusted_root
    return ShowResult(
        id=recalled.id,
        parent=recalled.parent,
        recorded_at=archive.recorded_at(recalled.id),
        head=recalled.id == head,
        kept=archive.kept(recalled.id) is not None,
        project=content.project,
        version=content.version,
        baseline=content.baseline,
        exclude_newer=max((lock.exclude_newer for lock in recalled.locks), default=None),
        view=content.view,
        view_archived=archive.has(content.view),
        inputs=content.inputs,
        lifecycle=content.lifecycle,
        lockset=content.lockset,
        targets=tuple(_targets(recalled)),
        missing=content.missing,
        contested=content.contested,
        overrides=content.overrides,
        excludes=content.excludes,
        waivers=tuple(map(_waiver, content.waivers)),
        trusted_root=root,
        trusted_root_archived=root is not None and archive.has(root.sha256),
    )


def _targets(recalled: Recalled) -> list[ShownTarget]:
    return [_target(entry, lock, recalled) for entry, lock in zip(recalled.content.locks, recalled.locks, strict=True)]


def _target(entry: GenerationLock, lock: Lock, recalled: Recalled) -> ShownTarget:
    return ShownTarget(
        target=entry.target,
        python=lock.target.interpreter.version,
        platform=lock.target.platform.name,
        role=entry.role,
        pylock=entry.pylock,
        requirements=entry.requirements,
        content=entry.content,
        resolver=lock.resolver,
        packages=tuple(_package(package, _known(package, recalled)) for package in lock.packages),
    )


def _known(package: LockedPackage, recalled: Recalled) -> ArtifactResults:
    found = recalled.results.get(package.artifact.sha256)
    if found is None:
        raise ArchiveError(
            f"there are no results about {package.artifact.filename}",
            context=f"generation {recalled.id}",
            remedy="Restore the archive from a copy.",
        )
    return found


def _package(package: LockedPackage, results: ArtifactResults) -> ShownPackage:
    verification = results.verification
    libraries = {
        (each.project, each.version or "", each.linkage): ShownLibrary(
            project=each.project, version=each.version, linkage=each.linkage
        )
        for each in results.native.libraries
        if not each.is_crate
    }
    return ShownPackage(
        name=package.name,
        version=package.version,
        filename=package.artifact.filename,
        sha256=package.artifact.sha256,
        size=results.size,
        direct=package.direct,
        built_here=package.built_from is not None,
        yanked=package.yanked,
        outcome=outcome_of(verification),
        reason=reason_of(verification),
        publisher=verification.publisher if isinstance(verification, Verified) else None,
        provenance=None if isinstance(verification, Unchecked) else verification.document,
        libraries=tuple(libraries[key] for key in sorted(libraries)),
        crates=sum(1 for each in results.native.libraries if each.is_crate),
    )


def _waiver(file: WaiverFile) -> ShownWaiver:
    waiver = file.waiver
    return ShownWaiver(
        path=file.path,
        sha256=file.sha256,
        id=None if waiver is None else waiver.id,
        rule=None if waiver is None else waiver.rule,
        expires_at=None if waiver is None else waiver.expires_at,
        defects=file.defects,
    )
