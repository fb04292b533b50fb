"""Tar archives (POSIX.1-2001 ustar and pax, with GNU long names): files by name, forward only.

The standard library's reader is not for hostile archives: it follows extended headers by recursion, and applies every
record of a global one to every member. Here headers are followed in a loop, and of extended ones three records count.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple, Protocol

from uplock.errors import InputError

BLOCK = 512
MAX_HEADERS = 100_000
"""Headers of one archive, extended ones included."""
MAX_EXTENDED = 1 << 20
"""Bytes of one extended header."""
MAX_ALL_EXTENDED = 64 << 20
"""Bytes of all extended headers of one archive."""

_RECORD = re.compile(rb"(?P<length>[1-9][0-9]{0,6}) (?P<key>[^=\n]{1,200})=")
_NUMBER = re.compile(rb"[ \0]*(?P<digits>[0-7]{0,12})[ \0]*\Z")
_SIZE = re.compile(rb"[0-9]{1,15}\Z")
_REGULAR = (b"0", b"\0", b"7")
BODILESS = (b"1", b"2", b"3", b"4", b"5", b"6")
"""Links, devices, folders and pipes: whatever size they state, nothing follows."""


class Expanded(Protocol):
    """An archive's bytes from front to back."""

    def read(self, size: int) -> bytes:
        """Return ``size`` bytes, fewer at the end."""

    def skip(self, size: int) -> None:
        """Pass over ``size`` bytes."""


class Header(NamedTuple):
    """One member before its content: type as tar has it, name, size in bytes, permissions, and where a link leads."""

    kind: bytes
    name: str
    size: int
    mode: int
    target: str

    @property
    def is_file(self) -> bool:
        """Whether it is a regular file, whose content follows."""
        return self.kind in _REGULAR


def regular_files(source: Expanded, wanted: Callable[[str, int], bool]) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of every regular file that ``wanted`` says so of, by its name and size in bytes.

    Raises :class:`InputError` for what is not a tar archive, or one that is over the bounds.
    """
    for header in headers(source):
        if header.is_file and wanted(header.name, header.size):
            yield header.name, content(source, header)
        elif header.kind not in BODILESS:
            source.skip(_padded(header.size))


def headers(source: Expanded) -> Iterator[Header]:
    """Yield the header of every member; the caller then takes or skips what follows it, if anything does.

    Raises as :func:`regular_files`.
    """
    extended = _Extended()
    for _ in range(MAX_HEADERS):
        block = source.read(BLOCK)
        if not block.strip(b"\0"):
            return
        kind, size = _checked(block)
        if kind in {b"x", b"X", b"g", b"L", b"K"}:
            extended.take(kind, size, source)
            continue
        name, target, size = extended.of(block, size)
        if kind == b"S" or extended.sparse:
            raise InputError("has a sparse file, which no sdist needs")
        extended.forget()
        yield Header(kind, name, size, _number(block[100:108]), target)
    raise InputError(f"has more than {MAX_HEADERS} members")


def content(source: Expanded, header: Header) -> bytes:
    """Return what follows a header."""
    data = _exactly(source, header.size)
    source.skip(-header.size % BLOCK)
    return data


class _Extended:
    """What extended headers say of the next member."""

    def __init__(self) -> None:
        self._all = 0
        self.forget()

    def forget(self) -> None:
        self._name: bytes | None = None
        self._target: bytes | None = None
        self._size: int | None = None
        self.sparse = False

    def take(self, kind: bytes, size: int, source: Expanded) -> None:
        self._all += size
        if size > MAX_EXTENDED or self._all > MAX_ALL_EXTENDED:
            raise InputError("has too long an extended header")
        body = _exactly(source, size)
        source.skip(-size % BLOCK)
        if kind == b"L":
            self._name = body.partition(b"\0")[0]
        elif kind == b"K":
            self._target = body.partition(b"\0")[0]
        elif kind in {b"x", b"X"}:
            self._records(body)

    def _records(self, body: bytes) -> None:
        at = 0
        while at < len(body):
            match = _RECORD.match(body, at)
            end = at + int(match["length"]) if match is not None else 0
            if match is None or not match.end() < end <= len(body) or body[end - 1 : end] != b"\n":
                raise InputError("has a malformed extended header")
            self._record(match["key"], body[match.end() : end - 1])
            at = end

    def _record(self, key: bytes, value: bytes) -> None:
        if key == b"path":
            self._name = value
        elif key == b"linkpath":
            self._target = value
        elif key == b"size":
            if not _SIZE.match(value):
                raise InputError("has a malformed extended header")
            self._size = int(value)
        elif key.startswith(b"GNU.sparse."):
            self.sparse = True

    def of(self, block: bytes, size: int) -> tuple[str, str, int]:
        """Return name, link and size of a member, by its own header where no extended one says so."""
        name = self._name
        if name is None:
            name = block[:100].partition(b"\0")[0]
            prefix = block[345:500].partition(b"\0")[0] if block[257:263] == b"ustar\0" else b""
            name = prefix + b"/" + name if prefix else name
        target = block[157:257].partition(b"\0")[0] if self._target is None else self._target
        return _text(name), _text(target), size if self._size is None else self._size


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def _checked(block: bytes) -> tuple[bytes, int]:
    """Return type and size of a header whose checksum is right."""
    if len(block) < BLOCK or _number(block[148:156]) != sum(block[:148]) + 8 * 32 + sum(block[156:]):
        raise InputError("is not a readable tar archive")
    field = block[124:136]
    if field[0] & 0x80:  # base 256, for sizes from 8 GiB on
        return block[156:157], int.from_bytes(bytes([field[0] & 0x7F]) + field[1:])
    return block[156:157], _number(field)


def _number(field: bytes) -> int:
    match = _NUMBER.match(field)
    if match is None:
        raise InputError("is not a readable tar archive")
    return int(match["digits"] or b"0", 8)


def _padded(size: int) -> int:
    return size + -size % BLOCK


def _exactly(source: Expanded, size: int) -> bytes:
    data = source.read(size)
    if len(data) < size:
        raise InputError("ends in the middle of a member")
    return data
