"""The data of a zip member: inflated in bounded pieces, and checked against what the directory declares."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from uplock.inspect.source import Source
from uplock.inspect.zipdirectory import Directory, Member, refuse

_LOCAL = struct.Struct("<4s5H3L2H")
_DESCRIPTOR = 0x0008
_COMPARED_FLAGS = 0x0841  # encryption and the encoding of the name
_PIECE = 256 * 1024
"""Stored bytes that are inflated at once. More at once is slower: the result no longer fits into the caches."""
_GROWTH = 4
"""Bytes that the inflater may give at once, for each of those."""
_DESCRIPTOR_SIZES = (12, 16, 20, 24)  # with or without signature, 32 or 64 bits
_FULL32 = 0xFFFFFFFF


def pieces(source: Source, member: Member, end: int, step: int = _PIECE) -> Iterator[bytes]:
    """Yield the member's bytes in pieces; ``end`` is where the central directory begins.

    Raises :class:`InputError` as soon as the data contradicts the directory: another name in the local header, more or
    fewer bytes than declared, bytes behind the stream, a wrong checksum. What was yielded before is then worthless.
    """
    position = _data_offset(source, member)
    if position + member.compressed_size > end:
        refuse("reaches into the central directory", member.path)
    total, crc = 0, 0
    stored = _stored(source, position, member.compressed_size, step)
    for piece in stored if member.method == 0 else _inflated(stored, member, step):
        total += len(piece)
        if total > member.size:
            refuse(f"inflates to more than the {member.size} bytes that it declares", member.path)
        crc = zlib.crc32(piece, crc)
        yield piece
    if total != member.size:
        refuse(f"inflates to {total} bytes instead of the {member.size} that it declares", member.path)
    if crc != member.crc:
        refuse("does not match its checksum", member.path)


def stored_pieces(source: Source, member: Member) -> Iterator[bytes]:
    """Yield the member's bytes as they are stored, compressed."""
    return _stored(source, _data_offset(source, member), member.compressed_size, _PIECE)


def check_layout(source: Source, directory: Directory) -> None:
    """Refuse data between the members: an installer that streams would find files there that the directory hides.

    Reads every local header. Raises :class:`InputError`.
    """
    end, descriptor = 0, False
    for member in sorted((*directory.members, *directory.folders), key=lambda member: member.offset):
        _check_gap(member.offset - end, member.path, descriptor=descriptor)
        end = _data_offset(source, member) + member.compressed_size
        descriptor = bool(member.flags & _DESCRIPTOR)
    _check_gap(directory.start - end, "", descriptor=descriptor)


def _check_gap(gap: int, path: str, *, descriptor: bool) -> None:
    if gap != 0 and not (descriptor and gap in _DESCRIPTOR_SIZES):
        refuse("there is data in front of it that the central directory does not know", path)


def _data_offset(source: Source, member: Member) -> int:
    """Check the local header against the directory and return where the data begins."""
    header = source.read(member.offset, _LOCAL.size + len(member.raw_path))
    fields: tuple[bytes, int, int, int, int, int, int, int, int, int, int] = _LOCAL.unpack_from(header)
    mark, _, flags, method, _, _, crc, compressed, size, named, extra = fields
    if mark != b"PK\x03\x04" or named != len(member.raw_path) or header[_LOCAL.size :] != member.raw_path:
        refuse("has another name in its local header", member.path)
    if method != member.method or (flags ^ member.flags) & _COMPARED_FLAGS:
        refuse("is described differently in its local header", member.path)
    if not flags & _DESCRIPTOR:
        for local, central in ((crc, member.crc), (compressed, member.compressed_size), (size, member.size)):
            if local not in {central, _FULL32}:
                refuse("has another size or checksum in its local header", member.path)
    return member.offset + _LOCAL.size + named + extra


def _stored(source: Source, position: int, size: int, step: int) -> Iterator[bytes]:
    for offset in range(position, position + size, step):
        yield source.read(offset, min(step, position + size - offset))


def _inflated(stored: Iterator[bytes], member: Member, step: int) -> Iterator[bytes]:
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for piece in stored:
            if engine.eof:
                refuse("has data behind its compressed stream", member.path)
            pending = piece
            while pending and not engine.eof:
                yield engine.decompress(pending, _GROWTH * step)
                pending = engine.unconsumed_tail
        while not engine.eof and (last := engine.decompress(b"", _GROWTH * step)):
            yield last
    except zlib.error:
        refuse("is not a deflate stream", member.path)
    if not engine.eof or engine.unused_data:
        refuse("its compressed stream does not end where it should", member.path)
