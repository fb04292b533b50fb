"""Kept generations written out as a static index, from which pip and uv install without uplock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from uplock.errors import ArchiveError, InputError, located
from uplock.files import exclusive, is_content, open_regular, reason, replace_all
from uplock.inspect.metadata import parse_metadata
from uplock.inspect.wheel import MAX_METADATA, open_wheel
from uplock.lockfile.lockset import pylock_name
from uplock.lockfile.pylock import read_pylock
from uplock.model.digest import Sha256, sha256_of
from uplock.model.kept import KeptFile, KeptGeneration
from uplock.model.lock import LockedPackage
from uplock.model.value import Value, changed
from uplock.model.vault_index_outcome import IndexedFile, VaultIndexResult
from uplock.ports import Archive, Event, OnEvent
from uplock.workflow.static_index_pages import ListedFile, pages
from uplock.workflow.static_index_place import LOCK, check_place, mark, put_bytes, put_copy, size_of, sweep

_LONGEST = 4096
"""Characters of a Requires-Python that readers of pages take."""
_NEVER = datetime.min.replace(tzinfo=UTC)


class _Wanted(Value, frozen=True, kw_only=True):
    """A file that is to be served, as a lock has it and as it is kept."""

    package: LockedPackage
    kept: KeptFile


def write_index(directory: Path, named: tuple[Sha256, ...], archive: Archive, on_event: OnEvent) -> VaultIndexResult:
    """Write the artifacts of kept generations (all of them if none is named) into ``directory``.

    Artifacts are put first, then all pages are replaced together, then what no page names is removed: whenever it is
    ended, every page that stands names files that are there. Nothing changed, nothing is written.

    Raises :class:`UsageError` for a directory that is something else, :class:`ArchiveError` for a generation that is
    not kept, :class:`IntegrityError` for kept bytes that are others.
    """
    generations = tuple(sorted(set(named or archive.all_kept())))
    if not generations:
        raise ArchiveError("no generation is kept here", remedy="Run uplock vault add first.")
    wanted = _wanted(archive, generations)
    check_place(directory)
    with exclusive(directory / LOCK, "Wait until the other one is done, or name another directory."):
        check_place(directory)
        written = int(mark(directory))
        listed = []
        for done, each in enumerate(wanted):
            on_event(Event(stage="index", message=each.kept.filename, done=done, total=len(wanted)))
            file, count = _put(directory, each, archive)
            listed.append(file)
            written += count
        made = pages(listed)
        stale_pages = {path: data for path, data in made.items() if not is_content(directory / path, data)}
        replace_all({directory / path: data for path, data in stale_pages.items()})
        removed = sweep(directory, (*made, *(path for each in listed for path in _paths(each))))
    return VaultIndexResult(
        directory=str(directory),
        generations=generations,
        projects=len({each.project for each in listed}),
        files=tuple(_indexed(each) for each in sorted(listed, key=lambda file: (file.project, file.filename))),
        written=written + len(stale_pages),
        removed=removed,
    )


def _wanted(archive: Archive, generations: Iterable[Sha256]) -> list[_Wanted]:
    """Return what the generations lock, one of each file name, sorted; of what differs, what the newest says.

    Raises :class:`ArchiveError` for a generation that is not kept, and for one file name with two digests: an index
    can only serve one.
    """
    found: dict[str, _Wanted] = {}
    for identity in sorted(generations, key=lambda each: (archive.recorded_at(each) or _NEVER, each)):
        kept = archive.kept(identity)
        if kept is None:
            raise ArchiveError(
                "is not kept", context=f"generation {identity}", remedy=f"Run uplock vault add {identity} first."
            )
        with located(f"generation {identity}"):
            for each in _locked(archive, kept):
                name = each.kept.filename
                found[name] = each if name not in found else _merged(found[name], each)
    return [found[name] for name in sorted(found)]


def _locked(archive: Archive, kept: KeptGeneration) -> Iterator[_Wanted]:
    """Yield every file of a kept generation's locks."""
    files = {(each.filename, each.sha256): each for each in kept.files}
    for lock in archive.generation(kept.generation).content.locks:
        for package in read_pylock(archive.read(lock.pylock), pylock_name(lock.target)).packages:
            file = files.get((package.artifact.filename, package.artifact.sha256))
            if file is None:
                raise ArchiveError(
                    f"the note of what is kept does not name {package.artifact.filename}",
                    remedy="Run uplock archive fsck, then uplock vault add again.",
                )
            yield _Wanted(package=package, kept=file)


def _merged(older: _Wanted, newer: _Wanted) -> _Wanted:
    if older.kept.sha256 != newer.kept.sha256:
        raise ArchiveError(
            f"{newer.kept.filename} has sha256 {newer.kept.sha256}, and {older.kept.sha256} in another kept generation",
            remedy="Name the generations that the index is for, so that each file name has one digest.",
        )
    before, after = older.package, newer.package
    return _Wanted(
        package=changed(
            after,
            artifact=changed(after.artifact, upload_time=after.artifact.upload_time or before.artifact.upload_time),
            yanked=before.yanked if after.yanked is None else after.yanked,
        ),
        kept=changed(newer.kept, provenance=newer.kept.provenance or older.kept.provenance),
    )


def _put(directory: Path, wanted: _Wanted, archive: Archive) -> tuple[ListedFile, int]:
    """Put a file and what belongs beside it; return how it is listed, and how many files were written."""
    package, kept = wanted.package, wanted.kept
    file = ListedFile(
        project=package.name,
        version=package.version,
        filename=kept.filename,
        sha256=kept.sha256,
        size=kept.size,
        upload_time=package.artifact.upload_time,
        requires_python=package.requires_python,
        yanked=package.yanked,
        provenance=kept.provenance,
    )
    with located(kept.filename):
        written = int(put_copy(directory, file.path, archive.path(kept.sha256), kept.sha256))
        file = changed(file, size=size_of(directory / file.path))
    if not package.is_sdist:
        metadata = _metadata(directory / file.path, kept.filename)
        requires_python = parse_metadata(metadata, kept.filename).requires_python
        if len(requires_python or "") > _LONGEST:
            requires_python = None  # readers would refuse the page; installers read it in the wheel
        file = changed(file, metadata=sha256_of(metadata), requires_python=requires_python)
        written += put_bytes(directory, f"{file.path}.metadata", metadata)
    if kept.provenance is not None:
        written += put_bytes(directory, f"{file.path}.provenance", archive.read(kept.provenance))
    return file, written


def _metadata(path: Path, filename: str) -> bytes:
    """Return METADATA of a wheel as it stands there (PEP 658)."""
    try:
        with open_regular(path) as stream:
            wheel = open_wheel(stream, filename)
            return wheel.read_member(f"{wheel.dist_info}/METADATA", MAX_METADATA)
    except OSError as error:
        raise InputError(reason(error), context=str(path), remedy="Check the disk and run again.") from error


def _paths(file: ListedFile) -> Iterator[str]:
    yield file.path
    if file.metadata is not None:
        yield f"{file.path}.metadata"
    if file.provenance is not None:
        yield f"{file.path}.provenance"


def _indexed(file: ListedFile) -> IndexedFile:
    return IndexedFile(
        project=file.project,
        version=file.version,
        filename=file.filename,
        sha256=file.sha256,
        size=file.size,
        path=file.path,
        metadata=file.metadata,
        provenance=file.provenance,
    )
