"""Writing a generation out as one file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from uplock.archive import bundle
from uplock.archive.archive import DirectoryArchive
from uplock.archive.fsck_files import expected_note
from uplock.archive.reading import open_own, read_error
from uplock.archive.references import OFTEN_ABSENT, References
from uplock.errors import ArchiveError, IntegrityError
from uplock.files import put_in_place
from uplock.model.archive_bundle import Bundle, BundleMember
from uplock.model.archive_outcome import BundleResult
from uplock.model.digest import Sha256, sha256_of
from uplock.model.generation import Generation
from uplock.model.value import encode
from uplock.ports import Event, OnEvent, ignore_events

_CHUNK = 1 << 20
_MODE = 0o644
_TOLD = 10
"""How many missing files are named."""


def export(archive: DirectoryArchive, identity: Sha256, path: Path, on_event: OnEvent = ignore_events) -> BundleResult:
    """Write a generation with all that it needs to ``path``, hashed on the way; the same generation, the same bytes.

    Raises :class:`IntegrityError` if a file is not what its name says, :class:`ArchiveError` if one is missing or
    cannot be read or written; then nothing is at ``path`` that was not there before.
    """
    made, note = bundle_of(archive, identity)
    manifest = encode(made)
    if len(made.members) > bundle.MAX_MEMBERS or len(manifest) > bundle.MAX_MANIFEST:
        raise ArchiveError(
            f"more than {bundle.MAX_MEMBERS} files", context=f"generation {identity}", remedy="Copy the archive whole."
        )
    written = _Written(_chunks(archive, made, (manifest, note), on_event))
    put_in_place(path, written, _MODE)
    return BundleResult(
        path=str(path),
        sha256=written.sha256,
        size=bundle.whole_size(made, len(manifest)),
        generation=identity,
        members=len(made.members),
        absent=len(made.absent),
    )


def bundle_of(archive: DirectoryArchive, identity: Sha256) -> tuple[Bundle, bytes]:
    """Return what belongs into the bundle of a generation, and the note by which it will be kept.

    Raises :class:`ArchiveError` with the names of what is not here, :class:`IntegrityError` for damaged documents.
    """
    needed = needed_by(archive, identity, archive.generation(identity))
    missing = {digest: name for digest, (name, _) in needed.items() if not archive.has(digest)}
    gone = sorted(name for digest, name in missing.items() if not needed[digest][1])
    if gone:
        more = f" and {len(gone) - _TOLD} more" if len(gone) > _TOLD else ""
        raise ArchiveError(
            f"not in the archive: {', '.join(gone[:_TOLD])}{more}",
            context=f"generation {identity}",
            remedy="Run uplock vault add with this generation: it takes artifacts from the user's cache.",
        )
    sizes = {digest: _size(archive.path(digest)) for digest in sorted(needed.keys() - missing.keys())}
    note = encode(expected_note(archive, identity, sizes)) + b"\n"
    made = Bundle(
        generation=identity,
        members=tuple(BundleMember(sha256=digest, size=size) for digest, size in sizes.items()),
        absent=tuple(sorted(missing)),
        kept=BundleMember(sha256=sha256_of(note), size=len(note)),
    )
    return made, note


def needed_by(archive: DirectoryArchive, identity: Sha256, generation: Generation) -> dict[Sha256, tuple[str, bool]]:
    """Return everything that a generation needs: what it is, and whether an archive may never have had it.

    Raises :class:`IntegrityError` for a document that is here and does not say what it names.
    """
    references = References(archive)
    needed: dict[Sha256, tuple[str, bool]] = {identity: ("its manifest", False)}
    for each in references.of(generation.content):
        name, excused = needed.get(each.digest, (f"{each.role} of {each.name}", True))
        needed[each.digest] = (name, excused and each.role in OFTEN_ABSENT)
    if references.unread:
        raise IntegrityError(
            f"{min(references.unread)} does not have the bytes of its digest, or is not the document that it should be",
            context=f"generation {identity}",
            remedy="Run uplock archive fsck --repair.",
        )
    return needed


def _size(path: Path) -> int:
    size = path.lstat().st_size
    if size > bundle.MAX_SIZE:
        raise ArchiveError(
            f"{size} bytes are more than a tar of this form can hold", context=str(path), remedy="Copy the archive."
        )
    return size


def _chunks(archive: DirectoryArchive, made: Bundle, own: tuple[bytes, bytes], on_event: OnEvent) -> Iterator[bytes]:
    """Yield the bytes of the file; ``own`` are manifest and note.

    Raises :class:`IntegrityError` once a blob is not what the manifest says.
    """
    manifest, note = own
    yield bundle.header(bundle.MANIFEST, len(manifest)) + manifest + bundle.padding(len(manifest))
    for done, member in enumerate(made.members):
        name, path = bundle.blob_name(member.sha256), archive.path(member.sha256)
        on_event(Event(stage="export", message=name, done=done, total=len(made.members)))
        yield bundle.header(name, member.size)
        try:
            with open_own(path) as stream:
                yield from _checked(stream, member, path)
        except OSError as error:
            raise read_error(path, error) from error
        yield bundle.padding(member.size)
    yield bundle.header(bundle.note_name(made.generation), len(note)) + note + bundle.padding(len(note)) + bundle.END


def _checked(stream: BinaryIO, member: BundleMember, path: Path) -> Iterator[bytes]:
    found, size = hashlib.sha256(), 0
    while size <= member.size and (chunk := stream.read(_CHUNK)):
        found.update(chunk)
        size += len(chunk)
        yield chunk
    if (size, found.hexdigest()) != (member.size, member.sha256):
        raise IntegrityError(
            f"its bytes are not those of sha256 {member.sha256}",
            context=str(path),
            remedy="Run uplock archive fsck --repair.",
        )


class _Written:
    """Chunks as something to read from, with the digest of all of them."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._hash = hashlib.sha256()

    def read(self, _size: int = -1, /) -> bytes:
        """Return the next chunk that is not empty, whatever its size; nothing at the end."""
        chunk = next((each for each in self._chunks if each), b"")
        self._hash.update(chunk)
        return chunk

    @property
    def sha256(self) -> Sha256:
        """Digest of all that was read."""
        return Sha256(self._hash.hexdigest())
