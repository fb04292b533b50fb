"""Keeping: bytes of the archive's own, and the notes of what is kept (``kept/<generation id>.json``)."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from uplock.archive.reading import open_own, read_error, read_own
from uplock.checked import CheckedStream
from uplock.errors import ArchiveError, InputError, IntegrityError
from uplock.files import MAX_TEXT, put_in_place, write_atomically
from uplock.model.digest import Sha256, parse_sha256
from uplock.model.kept import KeptGeneration
from uplock.model.value import decode, encode

FOLDER = "kept"
FORMAT = 1
_OWN_MODE = 0o444
_NOTE = re.compile(r"(?P<id>[0-9a-f]{64})\.json")

_CHANGED = "Find out what changed them, delete the file, and run again."


def is_own(path: Path) -> bool:
    """Whether a blob is a regular, read-only file that no other name leads to."""
    try:
        state = path.lstat()
    except OSError:
        return False
    return stat.S_ISREG(state.st_mode) and state.st_nlink == 1 and stat.S_IMODE(state.st_mode) == _OWN_MODE


def take(source: Path, target: Path, digest: Sha256) -> None:
    """Copy ``source`` to ``target``, a new file in one step, hashed on the way: what is copied is what is hashed.

    Raises :class:`IntegrityError` if the bytes are not those of ``digest``, :class:`ArchiveError` if they cannot be
    read or written; then whatever was at ``target`` is still there.
    """
    try:
        opened = open_own(source)
    except OSError as error:
        raise read_error(source, error) from error
    with opened:
        put_in_place(target, CheckedStream(opened, digest, source, _CHANGED), _OWN_MODE)


def note_path(place: Path, identity: Sha256) -> Path:
    """Return where the note of a kept generation stands."""
    return place / FOLDER / f"{parse_sha256(identity)}.json"


def write_note(place: Path, kept: KeptGeneration) -> None:
    """Write the note of a kept generation. Raises :class:`ArchiveError`."""
    write_atomically(note_path(place, kept.generation), encode(kept) + b"\n")


def read_note(place: Path, identity: Sha256) -> KeptGeneration | None:
    """Return the note of a generation, ``None`` if it is not kept.

    Raises :class:`IntegrityError` if the note is malformed or about another generation, :class:`ArchiveError` if it
    cannot be read or has a format that this uplock does not know.
    """
    path = note_path(place, identity)
    try:
        raw = read_own(path, MAX_TEXT)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise read_error(path, error) from error
    try:
        kept = decode(raw, KeptGeneration)
    except InputError as error:
        raise _damaged(path, str(error)) from error
    if kept.format != FORMAT:
        raise ArchiveError(
            f"the note has format {kept.format}, this uplock knows {FORMAT}",
            context=str(path),
            remedy="Use the uplock that wrote it or a newer one.",
        )
    if kept.generation != identity:
        raise _damaged(path, f"it is about generation {kept.generation}")
    return kept


def noted(place: Path) -> tuple[Sha256, ...]:
    """Return the ids of all kept generations, sorted. Raises :class:`ArchiveError` if the folder cannot be read."""
    try:
        names = os.listdir(place / FOLDER)
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except OSError as error:
        raise read_error(place / FOLDER, error) from error
    return tuple(sorted(Sha256(match["id"]) for match in map(_NOTE.fullmatch, names) if match is not None))


def _damaged(path: Path, detail: str) -> IntegrityError:
    return IntegrityError(
        f"the note of a kept generation is damaged: {detail}",
        context=str(path),
        remedy="Run uplock archive fsck, then uplock vault add again.",
    )
