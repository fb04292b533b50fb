"""Taking in a generation from a file that anybody may have made: nothing of it is seen before all of it is verified."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BufferedReader
from pathlib import Path

from uplock.archive import bundle
from uplock.archive.archive import DirectoryArchive
from uplock.archive.bundle_export import needed_by
from uplock.archive.fsck_files import expected_note
from uplock.errors import ArchiveError, InputError, IntegrityError, located
from uplock.files import open_regular, put_in_place, reason, write_error
from uplock.model.archive_bundle import Bundle, BundleMember
from uplock.model.archive_outcome import ImportResult
from uplock.model.digest import sha256_of
from uplock.model.generation import GenerationContent
from uplock.model.kept import KeptGeneration
from uplock.model.value import encode
from uplock.ports import Event, OnEvent, ignore_events

INCOMING = "incoming"
"""Where a bundle is verified, below the archive."""

_CHUNK = 1 << 20
_MODE = 0o444


def take_in(archive: DirectoryArchive, path: Path, now: datetime, on_event: OnEvent = ignore_events) -> ImportResult:
    """Take in an exported generation, keep it, and note it in the log; the caller holds the archive for itself.

    It becomes the head only if there is none. Everything is first written below ``incoming/`` and verified there; then
    blobs are moved to their places, and log line, note and head follow. Raises :class:`InputError` for what is no
    bundle or not all of one, :class:`IntegrityError` for bytes that are not those of their digests,
    :class:`ArchiveError` if something cannot be written.
    """
    staged = DirectoryArchive(archive.place / INCOMING)
    try:
        _clear(staged.place)
        with located(str(path)), _refusing():
            made, note = _unpacked(path, staged, on_event)
            verified = _verified(staged, made, note)
        return _admitted(archive, staged, made, verified, now)
    finally:
        shutil.rmtree(staged.place, ignore_errors=True)


@contextmanager
def _refusing() -> Iterator[None]:
    """Give what is wrong with the file the one remedy that there is."""
    try:
        yield
    except (InputError, IntegrityError) as error:
        error.remedy = bundle.REMEDY
        raise


def _unpacked(path: Path, staged: DirectoryArchive, on_event: OnEvent) -> tuple[Bundle, bytes]:
    """Write every blob into the staging archive, hashed on the way; return manifest and note.

    Every header must be the very bytes that follow from the manifest: so there are no links, no other names, nothing
    twice and nothing besides.
    """
    try:
        with open_regular(path) as stream:
            size = os.fstat(stream.fileno()).st_size
            raw = _exactly(stream, bundle.manifest_size(_exactly(stream, bundle.BLOCK)))
            made = bundle.read_manifest(raw)
            if bundle.whole_size(made, len(raw)) != size:
                raise InputError("it is not as long as its manifest says")
            _expect(stream, bundle.padding(len(raw)))
            for done, member in enumerate(made.members):
                name = bundle.blob_name(member.sha256)
                on_event(Event(stage="import", message=name, done=done, total=len(made.members)))
                with located(name):
                    _expect(stream, bundle.header(name, member.size))
                    put_in_place(staged.path(member.sha256), _Member(stream, member), _MODE)
                    _expect(stream, bundle.padding(member.size))
            _expect(stream, bundle.header(bundle.note_name(made.generation), made.kept.size))
            note = _exactly(stream, made.kept.size)
            _expect(stream, bundle.padding(made.kept.size))
            _expect(stream, bundle.END)
    except OSError as error:
        raise InputError(f"cannot read: {reason(error)}") from error
    return made, note


class _Member:
    """The bytes of one member, as many as the manifest says; they fail at their end if their digest is another."""

    def __init__(self, stream: BufferedReader, member: BundleMember) -> None:
        self._stream = stream
        self._left = member.size
        self._expected = member.sha256
        self._hash = hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        """Return more bytes.

        Raises :class:`IntegrityError` at the end of others, :class:`InputError` if they end too early.
        """
        chunk = _exactly(self._stream, min(self._left, _CHUNK if size < 0 else size))
        self._left -= len(chunk)
        self._hash.update(chunk)
        if not chunk and self._hash.hexdigest() != self._expected:
            raise IntegrityError("its bytes are not those of its digest")
        return chunk


def _exactly(stream: BufferedReader, size: int) -> bytes:
    data = stream.read(size)
    if len(data) != size:
        raise InputError("it ends too early")
    return data


def _expect(stream: BufferedReader, data: bytes) -> None:
    if _exactly(stream, len(data)) != data:
        raise InputError("it is not in the form that an export has")


def _verified(staged: DirectoryArchive, made: Bundle, note: bytes) -> tuple[GenerationContent, KeptGeneration]:
    """Return the generation's content and its note.

    Members are exactly what the generation refers to, but for documents that the exporting archive never had, and the
    note says what the generation says.
    """
    members = {each.sha256: each.size for each in made.members}
    if made.generation not in members:
        raise InputError("the generation's manifest is not in it")
    generation = staged.generation(made.generation)
    needed = needed_by(staged, made.generation, generation)
    if strangers := members.keys() - needed.keys():
        raise InputError(f"the generation does not refer to {min(strangers)}")
    missing = needed.keys() - members.keys()
    if wrongly := [name for name, excused in (needed[each] for each in missing) if not excused]:
        raise InputError(f"not in it: {min(wrongly)}")
    if made.absent != tuple(sorted(missing)):
        raise InputError("it does not say right what is absent")
    expected = expected_note(staged, made.generation, members)
    if sha256_of(note) != made.kept.sha256 or note != encode(expected) + b"\n":
        raise InputError("its note does not say what its generation says")
    return generation.content, expected


def _admitted(
    archive: DirectoryArchive,
    staged: DirectoryArchive,
    made: Bundle,
    verified: tuple[GenerationContent, KeptGeneration],
    now: datetime,
) -> ImportResult:
    """Move all of it to its place: first what is named, then what names it."""
    content, note = verified
    identity = made.generation
    order = [each.sha256 for each in made.members if each.sha256 != identity]
    added = sum(1 for digest in (*order, identity) if not archive.has(digest))
    archive.begin()
    for digest in (*order, identity):
        _move(staged.path(digest), archive.path(digest))
    recorded = archive.recorded_at(identity) is None
    if recorded:
        archive.note_recorded(identity, content, now, imported=True)
    archive.keep_generation(note)
    head = archive.head() is None
    if head:
        archive.set_head(identity)
    return ImportResult(
        place=str(archive.place),
        generation=identity,
        added=added,
        members=len(made.members),
        recorded=recorded,
        head=head,
    )


def _move(source: Path, target: Path) -> None:
    """Give a blob its place, also over one that is there: these bytes were hashed now and have no other name."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(source, target)
    except OSError as error:
        raise write_error(target, error) from error


def _clear(folder: Path) -> None:
    """Remove what an interrupted import left."""
    if os.path.lexists(folder):
        try:
            shutil.rmtree(folder)
        except OSError as error:
            raise ArchiveError(
                f"cannot remove: {reason(error)}", context=str(folder), remedy="Remove it by hand."
            ) from error
