"""Collecting what nothing needs: artifact bytes of generations that nobody keeps, and what nothing refers to."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from uplock.archive.archive import DirectoryArchive
from uplock.archive.fsck_places import Places
from uplock.archive.proofs import PROOF_TYPE, REHEARSAL_TYPE, SUMMARY_TYPE, DirectoryProofs
from uplock.archive.reach import Reach
from uplock.archive.references import Reference, of_lockset
from uplock.errors import ArchiveError, InputError
from uplock.files import reason
from uplock.model.archive_outcome import GcFile, GcReason, GcResult
from uplock.model.digest import Sha256
from uplock.model.lock import LockSet
from uplock.model.value import decode_json
from uplock.ports import Event, OnEvent

_STATEMENTS = (PROOF_TYPE, REHEARSAL_TYPE, SUMMARY_TYPE)
_SMALL = 16 * 1024 * 1024
"""No statement is larger, in bytes."""


def collect(archive: DirectoryArchive, lockset: LockSet | None, on_event: OnEvent, *, dry_run: bool) -> GcResult:
    """Remove what nothing needs, or say what that is. The caller holds the archive for itself.

    Everything of kept generations, of the head and of the one that ``lockset``, the project's, is at stays, and of all
    others everything but the bytes of artifacts; so do proofs. Raises :class:`ArchiveError`, with nothing removed, if a
    manifest or a document cannot be read: nobody knows then what it needs.
    """
    on_event(Event(stage="gc", message="looking"))
    places = Places(archive.place)
    needless = tuple(_needless(archive, places, lockset))
    files = []
    for done, (path, why) in enumerate(needless):
        on_event(Event(stage="gc", message=path, done=done, total=len(needless)))
        with suppress(FileNotFoundError):  # what was being written when it was seen has its name by now
            freed = _freed(archive.place / path)
            if not dry_run:
                _remove(archive.place / path)
            files.append(GcFile(path=path, reason=why, freed=freed))
    gone = sum(1 for each in files if each.path.startswith("blobs/"))
    return GcResult(
        place=str(archive.place),
        dry_run=dry_run,
        files=tuple(files),
        freed=sum(each.freed for each in files),
        left=len(places.blobs) - gone,
    )


def _needless(archive: DirectoryArchive, places: Places, lockset: LockSet | None) -> Iterator[tuple[str, GcReason]]:
    """Yield what is removed, in an order in which stopping anywhere leaves an archive that is whole."""
    reach = _reach(archive, places, lockset)
    blobs = places.blobs.keys()
    left = blobs - reach.documents - reach.whole.keys() - reach.loose.keys() - _evidence(archive, places)
    for digest in sorted(left):
        if not _is_statement(archive, digest, places.blobs[digest]):
            yield archive.path(digest).relative_to(archive.place).as_posix(), "unreferenced"
    for digest in sorted((reach.loose.keys() - reach.held.keys() - reach.documents) & blobs):
        yield archive.path(digest).relative_to(archive.place).as_posix(), "artifact"
    for path in places.partial:
        yield path, "download"
    for path in places.torn:
        yield path, "torn"


def _reach(archive: DirectoryArchive, places: Places, lockset: LockSet | None) -> Reach:
    head = archive.head()
    roots = {head} if head is not None else set()
    if lockset is not None and lockset.generation is not None and lockset.generation.id in places.blobs:
        roots.add(lockset.generation.id)
    reach = Reach(archive, places.blobs, roots)
    reach.follow()
    reach.follow_unlogged()
    if lockset is not None:
        reach.take(_of_project(lockset))
    unknown = sorted({*reach.unread, *(each for each in reach.missing if reach.is_generation(each))})
    if unknown:
        raise ArchiveError(
            f"what {unknown[0]} refers to cannot be read, so nobody knows what can go",
            context=str(archive.place),
            remedy="Run uplock archive fsck, and restore it from a copy.",
        )
    return reach


def _of_project(lockset: LockSet) -> Iterator[Reference]:
    """Yield what the project's lock set names, which may be newer than every generation."""
    yield Reference(digest=lockset.view, role="view", name="view")
    yield from of_lockset(lockset)
    for each in lockset.evidence:
        yield Reference(digest=each.sha256, role="artifact", name=each.filename)
        if each.document is not None:
            yield Reference(digest=each.document, role="provenance", name=each.filename)
    if lockset.trusted_root is not None:
        yield Reference(digest=lockset.trusted_root.sha256, role="trusted root", name="trusted root")


def _evidence(archive: DirectoryArchive, places: Places) -> frozenset[Sha256]:
    """Return the blobs that proofs and kept observations name."""
    found: set[Sha256] = set()
    for entry in DirectoryProofs(archive).entries():
        found.update(each for each in (entry.record, entry.summary) if each is not None)
    for name in places.records:
        record = archive.result(Sha256(name.rpartition("/")[2])) or b""
        try:
            said = decode_json(record) if record[:1] == b"{" else None
        except InputError:
            continue
        if isinstance(said, dict) and isinstance(said.get("document"), str):
            found.add(Sha256(said["document"]))
    return frozenset(found)


def _is_statement(archive: DirectoryArchive, digest: Sha256, size: int) -> bool:
    """Whether a blob that nothing names is a proof: it may be about to be noted, or its line was lost."""
    if size > _SMALL:
        return False
    raw = archive.read(digest)
    if raw[:1] != b"{" or not any(json.dumps(each).encode() in raw for each in _STATEMENTS):
        return False
    try:
        said = decode_json(raw)
    except InputError:
        return False
    return isinstance(said, dict) and said.get("predicateType") in _STATEMENTS


def _freed(path: Path) -> int:
    """Return how many bytes of disk are free once a name is gone: none if another name leads to them."""
    if path.is_dir() and not path.is_symlink():
        return sum(_freed(Path(folder) / name) for folder, _, names in os.walk(path) for name in names)
    state = path.lstat()
    return state.st_blocks * 512 if state.st_nlink == 1 and stat.S_ISREG(state.st_mode) else 0


def _remove(path: Path) -> None:
    import shutil

    try:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise ArchiveError(
            f"cannot remove: {reason(error)}", context=str(path), remedy="Give write permission and run again."
        ) from error
