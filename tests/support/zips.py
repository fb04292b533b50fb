"""Builds zip files field by field, so that tests can tell any lie (PKWARE APPNOTE 6.3)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from support.wheels import metadata


@dataclass(frozen=True)
class Entry:
    """One member. Fields left ``None`` are computed; ``local_*`` differ from the directory only if given."""

    name: str | bytes
    data: bytes = b""
    method: int = 8
    flags: int = 0
    mode: int = 0o100644
    size: int | None = None
    compressed_size: int | None = None
    crc: int | None = None
    extra: bytes = b""
    disk: int = 0
    offset: int | None = None
    payload: bytes | None = None
    descriptor: bytes = b""
    before: bytes = b""
    local_name: bytes | None = None
    local_size: int | None = None
    local_method: int | None = None

    @property
    def raw_name(self) -> bytes:
        return self.name.encode() if isinstance(self.name, str) else self.name

    @property
    def stored(self) -> bytes:
        if self.payload is not None:
            return self.payload
        return deflated(self.data) if self.method == 8 else self.data


def deflated(data: bytes) -> bytes:
    """Return a raw deflate stream."""
    engine = zlib.compressobj(9, zlib.DEFLATED, -15)
    return engine.compress(data) + engine.flush()


def zip_of(
    entries: Sequence[Entry],
    *,
    comment: bytes = b"",
    count: int | None = None,
    directory_size: int | None = None,
    after_members: bytes = b"",
    trailer: bytes = b"",
    zip64: bool = False,
) -> bytes:
    """Return a zip file of ``entries``; ``count`` and ``directory_size`` override what the end record says."""
    body, directory = b"", b""
    for entry in entries:
        body += entry.before
        sizes = (
            zlib.crc32(entry.data) if entry.crc is None else entry.crc,
            len(entry.stored) if entry.compressed_size is None else entry.compressed_size,
            len(entry.data) if entry.size is None else entry.size,
        )
        place = len(body) if entry.offset is None else entry.offset
        local_name = entry.raw_name if entry.local_name is None else entry.local_name
        local_sizes = (*sizes[:2], sizes[2] if entry.local_size is None else entry.local_size)
        method = entry.method if entry.local_method is None else entry.local_method
        body += struct.pack("<4s5H3L2H", b"PK\3\4", 20, entry.flags, method, 0, 33, *local_sizes, len(local_name), 0)
        body += local_name + entry.stored + entry.descriptor
        directory += struct.pack(
            "<4s4B4H3L5H2L",
            b"PK\1\2",
            *(20, 3, 20, 0, entry.flags, entry.method, 0, 33),
            *sizes,
            *(len(entry.raw_name), len(entry.extra), 0, entry.disk, 0, entry.mode << 16, place),
        )
        directory += entry.raw_name + entry.extra
    body += after_members
    number = len(entries) if count is None else count
    length = len(directory) if directory_size is None else directory_size
    end = b""
    fields = (number, number, length, len(body))
    if zip64:
        end += struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, *fields)
        end += struct.pack("<4sLQL", b"PK\6\7", 0, len(body) + len(directory), 1)
        fields = (0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF)
    end += struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, *fields, len(comment)) + comment
    return body + directory + end + trailer


WHEEL_NAME = "demo-1.0-py3-none-any.whl"


def wheel_entries(*extra: Entry) -> list[Entry]:
    """Return the members that a wheel of ``demo 1.0`` must have, and ``extra`` in front."""
    info = "demo-1.0.dist-info"
    return [
        *extra,
        Entry(f"{info}/METADATA", metadata("demo", "1.0")),
        Entry(f"{info}/WHEEL", b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"),
        Entry(f"{info}/RECORD"),
    ]
