"""The central directory of a zip file, read strictly (PKWARE APPNOTE 6.3).

Programs disagree about malformed zip files, and wheels have been made that show one content to a scanner and another to
an installer. So nothing ambiguous passes: the directory ends exactly where the end record begins, names are plain
relative paths and unique, members do not overlap, and only what wheels need (stored, deflated) is accepted.
"""

from __future__ import annotations

import re
import stat
import struct
from typing import Literal, NoReturn

from uplock.errors import InputError
from uplock.inspect.source import Source
from uplock.model.value import Value

MAX_MEMBERS = 100_000
MAX_DIRECTORY = 64 * 1024 * 1024
"""Size of the central directory, in bytes."""
MAX_TOTAL = 16 * 1024**3
"""Sum of the inflated sizes of all members, in bytes."""
MAX_RATIO = 200
"""Inflated over stored size of the whole file; single members may compress better."""
FREE_OF_RATIO = 256 * 1024 * 1024
"""Files that inflate to less than this many bytes may have any ratio."""
DEFLATE_LIMIT = 1032
"""No deflate stream expands by more than this factor (RFC 1951: 258 bytes from two bits)."""

REMEDY = "Do not install it: fetch it again, and report it to its owners if it stays so."

_END = struct.Struct("<4s4H2LH")
_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_ENTRY = struct.Struct("<4s4B4HL2L5H2L")
_READ_AHEAD = 64 * 1024  # in front of a long directory usually lies .dist-info
_ENCRYPTED = 0x0001 | 0x0040 | 0x2000  # traditional, strong, masked headers
_PATCH = 0x0020
_UTF8 = 0x0800
_FULL16, _FULL32 = 0xFFFF, 0xFFFFFFFF
_ZIP64, _UNICODE_PATH = 0x0001, 0x7075
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\\]|\A/|\A[A-Za-z]:|(?:\A|/)\.{0,2}(?:/|\Z)")


class Member(Value, frozen=True, kw_only=True):
    """One file of the archive, as its directory describes it. Sizes in bytes."""

    path: str
    size: int
    compressed_size: int
    crc: int
    offset: int
    """Of the local header."""
    method: Literal[0, 8]
    """0 stored, 8 deflated."""
    flags: int
    raw_path: bytes
    """The name as it is stored, which the local header must repeat."""
    executable: bool
    """Whether its Unix mode has an execute bit."""


class Directory(Value, frozen=True, kw_only=True):
    """All members in the directory's order, and where the directory begins."""

    members: tuple[Member, ...]
    folders: tuple[Member, ...]
    """Entries of directories: they hold nothing, but they take space between the members."""
    start: int


def read_directory(source: Source) -> Directory:
    """Read and check the central directory. Raises :class:`InputError` on anything malformed or over a bound."""
    start, size, count = _locate(source)
    if count > MAX_MEMBERS:
        refuse(f"has {count} members, more than {MAX_MEMBERS}")
    if size > MAX_DIRECTORY:
        refuse(f"its central directory of {size} bytes is larger than {MAX_DIRECTORY}")
    if start < source.tail()[0]:
        source.keep_from(max(start - _READ_AHEAD, 0))
    raw = source.read(start, size)
    entries: list[Member] = []
    position = 0
    for _ in range(count):
        entry, position = _entry(raw, position)
        entries.append(entry)
    if position != size:
        refuse("its central directory holds more than the members it counts")
    _check_together(entries, source.size, start)
    return Directory(
        members=tuple(entry for entry in entries if not entry.path.endswith("/")),
        folders=tuple(entry for entry in entries if entry.path.endswith("/")),
        start=start,
    )


def refuse(message: str, member: str = "") -> NoReturn:
    """Raise the :class:`InputError` for a malformed archive; ``member`` is hostile text and shown escaped."""
    raise InputError(message, context=ascii(member[:200])[1:-1] if member else "", remedy=REMEDY)


def _locate(source: Source) -> tuple[int, int, int]:
    """Return offset, size and number of entries of the directory, from the end records."""
    begin, tail = source.tail()
    found = tail.rfind(b"PK\x05\x06")
    if found < 0 or found + _END.size > len(tail):
        refuse("is not a zip file: it has no end of central directory")
    _, disk, first_disk, here, count, size, start, comment = _END.unpack_from(tail, found)
    if begin + found + _END.size + comment != source.size:
        refuse("has data behind its end of central directory")
    end = begin + found
    if _FULL16 in {disk, first_disk, here, count} or _FULL32 in {size, start}:
        start, size, count, end = _locate64(source, end)
    elif disk or first_disk or here != count:
        refuse("is one of several volumes")
    if start + size != end:
        refuse("its central directory does not end where the end record begins")
    return start, size, count


def _locate64(source: Source, end: int) -> tuple[int, int, int, int]:
    if end < _LOCATOR.size + _END64.size:
        refuse("has no zip64 end record")
    mark, disk, position, disks = _LOCATOR.unpack(source.read(end - _LOCATOR.size, _LOCATOR.size))
    if mark != b"PK\x06\x07" or disk or disks > 1 or position != end - _LOCATOR.size - _END64.size:
        refuse("has a malformed zip64 locator")
    fields = _END64.unpack(source.read(position, _END64.size))
    mark, length, _, _, disk, first_disk, here, count, size, start = fields
    if mark != b"PK\x06\x06" or length != _END64.size - 12 or disk or first_disk or here != count:
        refuse("has a malformed zip64 end record")
    return start, size, count, position


def _entry(raw: bytes, position: int) -> tuple[Member, int]:
    """Read one entry of the directory at ``position``; return it and the position behind it."""
    if position + _ENTRY.size > len(raw):
        refuse("its central directory holds fewer members than it counts")
    fields = _ENTRY.unpack_from(raw, position)
    mark, _, _, _, _, flags, method, _, _, crc, compressed, size, named, extra, comment, disk, _, mode, offset = fields
    position += _ENTRY.size
    end = position + named + extra + comment
    if mark != b"PK\x01\x02" or end > len(raw):
        refuse("its central directory is malformed")
    raw_path = raw[position : position + named]
    path = _name(raw_path, flags)
    size, compressed, offset = _wide(
        raw[position + named : position + named + extra], [size, compressed, offset], disk, path
    )
    _check_kind(path, flags, method, mode >> 16)
    if size > compressed * DEFLATE_LIMIT or (method == 0 and size != compressed):
        refuse(f"declares {size} bytes, which {compressed} stored bytes cannot hold", path)
    member = Member(
        path=path,
        size=size,
        compressed_size=compressed,
        crc=crc,
        offset=offset,
        method=8 if method else 0,
        flags=flags,
        raw_path=raw_path,
        executable=bool(mode >> 16 & 0o111),
    )
    return member, end


def _name(raw: bytes, flags: int) -> str:
    """Decode a member's name and refuse what no installer may write (PEP 427: relative paths with ``/``)."""
    try:
        path = raw.decode("utf-8" if flags & _UTF8 else "cp437")
    except UnicodeDecodeError:
        refuse("a member's name is not UTF-8", repr(raw[:200]))
    if _UNSAFE.search(path.removesuffix("/")) or path == "/":
        refuse("a member's name is not a plain relative path", path)
    return path


def _wide(extra: bytes, values: list[int], disk: int, path: str) -> list[int]:
    """Return size, compressed size and offset with the zip64 extra field applied."""
    if not extra and not disk and _FULL32 not in values:
        return values
    position, wide = 0, b""
    while position + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, position)
        position += 4
        if position + length > len(extra) or kind == _UNICODE_PATH or (kind == _ZIP64 and wide):
            refuse("has a malformed or ambiguous extra field", path)
        if kind == _ZIP64:
            wide = extra[position : position + length]
        position += length
    needed = values.count(_FULL32)
    if disk or (needed and len(wide) < 8 * needed):
        refuse("has a malformed zip64 extra field", path)
    replacements = iter(struct.unpack_from(f"<{needed}Q", wide))
    return [next(replacements) if value == _FULL32 else value for value in values]


def _check_kind(path: str, flags: int, method: int, mode: int) -> None:
    if flags & _ENCRYPTED:
        refuse("is encrypted", path)
    if flags & _PATCH or method not in {0, 8}:
        refuse(f"is compressed by a method that wheels do not use ({method})", path)
    if stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR}:
        refuse("is a symbolic link or a special file", path)


def _check_together(entries: list[Member], file_size: int, directory_start: int) -> None:
    """Refuse duplicate names, overlapping members and archives that inflate out of proportion."""
    seen: set[str] = set()
    for entry in entries:
        key = entry.path.removesuffix("/")
        if key in seen:
            refuse("occurs twice", entry.path)
        seen.add(key)
        if entry.path.endswith("/") and entry.size:
            refuse("is a directory with content", entry.path)
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.offset):
        if entry.offset < end:
            refuse("overlaps the member before it", entry.path)
        end = entry.offset + 30 + len(entry.raw_path) + entry.compressed_size
    if end > directory_start:
        refuse("its members reach into the central directory")
    total = sum(entry.size for entry in entries)
    if total > MAX_TOTAL or (total > FREE_OF_RATIO and total > MAX_RATIO * file_size):
        refuse(f"inflates to {total} bytes, out of proportion to its size of {file_size}")
