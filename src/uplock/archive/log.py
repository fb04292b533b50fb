"""The log of an archive, ``log.jsonl``: when each generation was recorded here, and what of it was not here then.

Ids cover no time, so this is the only place that says when. Lines are appended and never changed; each carries a digest
over itself and the line before, so that a changed or dropped line is found out.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Literal

from uplock.archive.reading import open_own, read_error, read_own
from uplock.errors import InputError
from uplock.files import MAX_TEXT, append_line
from uplock.model.digest import Sha256, sha256_of
from uplock.model.value import Value, changed, decode, encode

FILE = "log.jsonl"
_TAIL = 1 << 20
"""Bytes at the end in which the last whole line is looked for."""

_State = Literal["whole", "unended", "torn", "flipped"]


class LogEntry(Value, frozen=True, kw_only=True):
    """One line of the log. Lines of older versions have ``id`` and ``at`` only."""

    id: Sha256
    at: datetime
    absent: tuple[Sha256, ...] | None = None
    """What the generation names and was not in the archive then, sorted; ``None`` if nobody looked."""
    imported: bool = False
    """It came from another archive, and did not become the head by being recorded."""
    check: Sha256 | None = None
    """Digest over the check of the line before and this line without its own."""


class LogLine(Value, frozen=True, kw_only=True):
    """A line as it stands in the file, ``number`` from 1; ``entry`` is ``None`` if it is none."""

    number: int
    raw: bytes
    entry: LogEntry | None


class LogDefect(Value, frozen=True, kw_only=True):
    """A line that is not as it was written: ``torn`` by a crash, or ``flipped``."""

    number: int
    torn: bool


def sealed(entry: LogEntry, before: Sha256 | None) -> LogEntry:
    """Return ``entry`` with its check; ``before`` is that of the line before."""
    return changed(entry, check=sha256_of((before or "").encode() + encode(changed(entry, check=None))))


def append(path: Path, entry: LogEntry) -> None:
    """Append an entry, sealed, and wait until it is on disk. Raises :class:`ArchiveError`."""
    append_line(path, encode(sealed(entry, _last_check(path))))


def read_log(path: Path) -> bytes:
    """Return the text of the log, nothing if there is none. Raises :class:`ArchiveError` if it cannot be read."""
    try:
        return read_own(path, MAX_TEXT)
    except (FileNotFoundError, NotADirectoryError):
        return b""
    except OSError as error:
        raise read_error(path, error) from error


def entries(text: bytes) -> Iterator[LogEntry]:
    """Yield all entries in the order of recording; what is none is passed over."""
    for line in lines(text):
        if line.entry is not None:
            yield line.entry


def lines(text: bytes) -> Iterator[LogLine]:
    """Yield all lines that are not empty."""
    for number, raw in enumerate(text.split(b"\n"), 1):
        if raw:
            yield LogLine(number=number, raw=raw, entry=_entry(raw))


def defects(text: bytes) -> Iterator[LogDefect]:
    """Yield the lines that are not as they were written, or have no end."""
    for line, state in _judged(text):
        if state != "whole":
            yield LogDefect(number=line.number, torn=state != "flipped")


def mended(text: bytes) -> bytes:
    """Return the log with its whole lines only, sealed again after one that was flipped."""
    before: Sha256 | None = None
    kept = []
    for line, state in _judged(text):
        if line.entry is not None and state in {"whole", "unended"}:
            entry = line.entry if line.entry.check is None else sealed(line.entry, before)
            before = entry.check or before
            kept.append(encode_line(entry) + b"\n")
    return b"".join(kept)


def _judged(text: bytes) -> list[tuple[LogLine, _State]]:
    """Return every line with what became of it.

    What is no entry and is followed by a line whose check passes it over was torn by a crash; so was an unfinished
    last line. A line of an older version has no check and must be in canonical form.
    """
    found: list[tuple[LogLine, _State]] = []
    before: Sha256 | None = None
    unread: list[LogLine] = []
    for line in lines(text):
        if line.entry is None or encode_line(line.entry) != line.raw:
            unread.append(line)
            continue
        whole = line.entry.check is None and before is None
        if line.entry.check is not None:
            whole = sealed(line.entry, before).check == line.entry.check
            before = line.entry.check
        found += [(each, "torn" if whole else "flipped") for each in unread]
        found.append((line, "whole" if whole or unread else "flipped"))
        unread = []
    unended = bool(text) and not text.endswith(b"\n")
    found += [(each, "torn" if unended and each is unread[-1] else "flipped") for each in unread]
    if unended and not unread:
        line, state = found.pop()
        found.append((line, "unended" if state == "whole" else state))
    return found


def encode_line(entry: LogEntry) -> bytes:
    """Return the canonical form of an entry; one of an older version has fewer members."""
    if entry.check is None and entry.absent is None and not entry.imported:
        return encode({"at": entry.at, "id": entry.id})
    return encode(entry)


def _entry(raw: bytes) -> LogEntry | None:
    try:
        entry = decode(raw, LogEntry)
    except InputError:
        return None
    return entry if entry.at.tzinfo is not None else None  # a time without zone is another moment elsewhere


def _last_check(path: Path) -> Sha256 | None:
    """Return the check of the last whole line, reading the end of the file only."""
    try:
        with open_own(path) as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(0, size - _TAIL))
            text = stream.read(_TAIL)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise read_error(path, error) from error
    for raw in reversed(text.split(b"\n")):
        entry = _entry(raw) if raw else None
        if entry is not None:
            return entry.check
    return None
