"""Inspecting what is locked: every wheel by its digest, from archive or cache, fetched where it is in neither."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from uplock.errors import ArchiveError, located
from uplock.linkage.providers import Linkage
from uplock.model.digest import Sha256
from uplock.model.inspect_outcome import InspectLockResult, InspectResult, LockInspection, Unread
from uplock.model.lock import Artifact, Lock
from uplock.model.native import NativeProfile
from uplock.model.results import CoreMetadata
from uplock.model.value import Value, fields_of
from uplock.ports import Event, Index, OnEvent, Store
from uplock.workflow.contents import contents_of
from uplock.workflow.fetch import cached
from uplock.workflow.side_by_side import side_by_side

WORKERS = 4
"""Downloads and inspections at once."""

_SDIST = "is a source distribution, which has no native code before it is built"


class Shelf:
    """Where artifacts and what is known of them are looked for: in the archive, if there is one, then in the cache.

    What is new goes into the cache: looking at locks changes no archive.
    """

    def __init__(self, archive: Store | None, cache: Store, index: Index | None) -> None:
        """``index`` is ``None`` where nobody may be asked."""
        self._archive = archive
        self._cache = cache
        self._index = index

    @property
    def index(self) -> Index:
        """The index. Raises :class:`ArchiveError` where nobody may be asked."""
        if self._index is None:
            raise ArchiveError("nobody may be asked", remedy="Leave out --offline.")
        return self._index

    def has(self, digest: Sha256) -> bool:
        """Whether the bytes are there without fetching."""
        return (self._archive is not None and self._archive.has(digest)) or self._cache.has(digest)

    def path(self, artifact: Artifact) -> Path:
        """Return where the bytes are, fetching them if they are nowhere. Raises as :func:`~workflow.fetch.cached`."""
        if self._archive is not None and self._archive.has(artifact.sha256):
            return self._archive.path(artifact.sha256)
        if self._index is None:
            if self._cache.has(artifact.sha256):
                return self._cache.path(artifact.sha256)
            raise ArchiveError(
                "is neither in the archive nor in the cache, and nobody may be asked",
                context=artifact.filename,
                remedy="Run uplock vault add while the index still has it, or leave out --offline.",
            )
        return cached(artifact, self._cache, self._index)

    def result(self, key: Sha256) -> bytes | None:
        """Return a kept record."""
        found = None if self._archive is None else self._archive.result(key)
        return self._cache.result(key) if found is None else found

    def keep(self, key: Sha256, record: bytes) -> None:
        """Keep a record."""
        self._cache.keep(key, record)


def inspect_artifact(artifact: Artifact, shelf: Shelf) -> InspectResult:
    """Return what one wheel contains; its bytes have the artifact's digest, or :class:`IntegrityError` is raised."""
    path = shelf.path(artifact)
    with located(artifact.filename):
        contents = contents_of(artifact, path, shelf)
    return InspectResult(
        filename=artifact.filename,
        sha256=artifact.sha256,
        size=contents.intrinsic.size,
        metadata=contents.intrinsic.metadata,
        **fields_of(contents.native),
    )


def inspect_locks(locks: Iterable[Lock], shelf: Shelf, on_event: OnEvent) -> InspectLockResult:
    """Return what the wheels of each lock contain, and how they depend on one another's native code."""
    locks = tuple(locks)
    artifacts = {each.artifact.sha256: each.artifact for lock in locks for each in lock.packages if not each.is_sdist}
    wanted = [artifacts[digest] for digest in sorted(artifacts)]

    def tell(result: InspectResult, done: int) -> None:
        on_event(Event(stage="inspect", message=result.filename, done=done, total=len(wanted)))

    found = side_by_side(lambda artifact: inspect_artifact(artifact, shelf), wanted, WORKERS, tell)
    by_digest = {each.sha256: each for each in found}
    return InspectLockResult(targets=tuple(_inspection(lock, by_digest) for lock in locks))


class _Whole(Value, frozen=True, kw_only=True):
    """One wheel as linkage asks for it."""

    metadata: CoreMetadata
    native: NativeProfile


def _inspection(lock: Lock, found: dict[Sha256, InspectResult]) -> LockInspection:
    wheels = {each.name: found[each.artifact.sha256] for each in lock.packages if not each.is_sdist}
    whole = {name: _Whole(metadata=each.metadata, native=each) for name, each in wheels.items()}
    return LockInspection(
        target=lock.target.name,
        wheels=tuple(wheels.values()),
        needs=Linkage.of(lock, whole).needs,
        unread=tuple(Unread(filename=each.artifact.filename, reason=_SDIST) for each in lock.packages if each.is_sdist),
    )
