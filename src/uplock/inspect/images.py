"""Native files as they lie in memory: addresses of symbols that they define, and where in the file an address is.

Only as much as finding one function by its name needs it. Damage is no error here: nothing is found then, since the
readers of headers have refused what no loader would take.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Collection, Iterator
from typing import Literal

from uplock.model.value import Value

Machine = Literal["x86", "x86_64", "aarch64"]

MAX_SYMBOLS = 200_000
"""Names of one export table that are looked at."""
MAX_NAMES = 100_000
"""Places in a table that are looked at."""
_NAME = 256
"""Bytes of a name; those of known symbols are far shorter."""
_MAX_TABLES = 16_384

_ELF_MACHINES: dict[int, Machine] = {62: "x86_64", 183: "aarch64"}
_MACHO_MACHINES: dict[int, Machine] = {7: "x86", 0x01000007: "x86_64", 0x0100000C: "aarch64"}
_PE_MACHINES: dict[int, Machine] = {0x14C: "x86", 0x8664: "x86_64", 0xAA64: "aarch64"}
_SYMBOL_TABLES, _ALLOC, _NOBITS = frozenset({2, 11}), 2, 8
_SEGMENT, _SYMTAB, _SEGMENT_64 = 0x1, 0x2, 0x19
_FAT, _FAT_64 = 0xCAFEBABE, 0xCAFEBABF
_MACHO_NARROW, _MACHO_WIDE, _PE_WIDE = 0xFEEDFACE, 0xFEEDFACF, 0x20B
_ELF_WIDE_LITTLE, _ELF_SECTION = b"\x02\x01", 64
"""Class and byte order of the ELF files of the machines below, and the size of one entry of their section table."""
_STAB_OR_TYPE, _DEFINED = 0xEE, 0x0E  # of a symbol: for debuggers, or in a section


class Part(Value, frozen=True, kw_only=True):
    """Bytes of the file that are loaded: addresses from ``address`` on lie from ``place`` on."""

    address: int
    place: int
    size: int


Names = tuple[int, int]
"""Range of the file that holds names of symbols, each with a zero byte before and behind it."""


class Image:
    """One loaded file, or one slice of a universal one."""

    def __init__(
        self,
        data: bytes | bytearray,
        machine: Machine,
        parts: tuple[Part, ...],
        read: Callable[[Collection[bytes], Collection[bytes]], dict[bytes, int]],
    ) -> None:
        self._data = data
        self._parts = parts
        self._read = read
        self.machine = machine

    def addresses(self, symbols: Collection[bytes], *, parts: Collection[bytes]) -> dict[bytes, int]:
        """Return the addresses of those of ``symbols`` that the file defines.

        The name of each must have one of ``parts`` in it: these are what is searched for.
        """
        try:
            return self._read(symbols, parts)
        except (struct.error, IndexError, OverflowError):
            return {}

    def place_of(self, address: int) -> int | None:
        """Return where in the file an address is."""
        for part in self._parts:
            if part.address <= address < part.address + part.size:
                place = part.place + address - part.address
                return place if place < len(self._data) else None
        return None

    def bytes_at(self, address: int, size: int) -> bytes:
        """Return up to ``size`` bytes from an address on; none if it is not in the file."""
        place = self.place_of(address)
        return bytes(self._data[place : place + size]) if place is not None else b""


def image_of(data: bytes | bytearray, inside: int) -> Image | None:
    """Return the image of a native file; of a universal one the slice that holds the place ``inside``."""
    try:
        return _image(data, inside)
    except (struct.error, IndexError, OverflowError):
        return None


def _image(data: bytes | bytearray, inside: int) -> Image | None:
    magic = bytes(data[:4])
    if magic == b"\x7fELF":
        return _elf(data)
    if magic[:2] == b"MZ":
        return _pe(data)
    (number,) = struct.unpack_from(">I", data)
    if number in {_FAT, _FAT_64}:
        return _universal(data, inside, wide=number == _FAT_64)
    return _macho(data, 0)


def _elf(data: bytes | bytearray) -> Image | None:
    if bytes(data[4:6]) != _ELF_WIDE_LITTLE:
        return None
    (kind,) = struct.unpack_from("<H", data, 18)
    machine = _ELF_MACHINES.get(kind)
    (table,) = struct.unpack_from("<Q", data, 40)
    size, count = struct.unpack_from("<HH", data, 58)
    if machine is None or size != _ELF_SECTION or count > _MAX_TABLES:
        return None
    sections = [struct.unpack_from("<IIQQQQIIQQ", data, table + index * size) for index in range(count)]
    loaded = tuple(
        Part(address=address, place=place, size=extent)
        for _, kind, flags, address, place, extent, *_ in sections
        if flags & _ALLOC and kind != _NOBITS
    )

    def read(symbols: Collection[bytes], parts: Collection[bytes]) -> dict[bytes, int]:
        found: dict[bytes, int] = {}
        for _, kind, _, _, place, extent, link, *_ in sections:
            if kind in _SYMBOL_TABLES:
                names, length = sections[link][4:6]
                for offset, name in _named(data, (names, names + length), symbols, parts).items():
                    for _, _, _, section, value, _ in _entries(data, (place, place + extent), "<IBBHQQ", offset):
                        if section:
                            found[name] = value
        return found

    return Image(data, machine, loaded, read)


def _named(
    data: bytes | bytearray, names: Names, symbols: Collection[bytes], parts: Collection[bytes]
) -> dict[int, bytes]:
    """Return those of ``symbols`` that a table of names has, by their offset in it."""
    start, end = names
    found = {}
    for part in parts:
        place = data.find(part, start, end)
        for _ in range(MAX_NAMES):
            if place < 0:
                break
            first, stop = data.rfind(b"\0", max(start, place - _NAME), place) + 1, data.find(b"\0", place, end)
            name = bytes(data[first:stop]) if 0 < first < stop <= first + _NAME else b""
            if name in symbols:
                found[first - start] = name
            place = data.find(part, place + len(part), end)
    return found


def _entries(data: bytes | bytearray, table: tuple[int, int], layout: str, offset: int) -> Iterator[tuple[int, ...]]:
    """Yield the entries of a table of symbols that begin with the offset of a name."""
    start, end = table
    step = struct.calcsize(layout)
    number = struct.pack("<I", offset)
    place = data.find(number, start, end)
    for _ in range(MAX_NAMES):
        if place < 0:
            break
        if (place - start) % step == 0 and place + step <= len(data):
            yield struct.unpack_from(layout, data, place)
        place = data.find(number, place + 1, end)


def _universal(data: bytes | bytearray, inside: int, *, wide: bool) -> Image | None:
    (count,) = struct.unpack_from(">I", data, 4)
    step = 32 if wide else 20
    for index in range(min(count, 64)):
        start, size = struct.unpack_from(">QQ" if wide else ">II", data, 8 + index * step + 8)
        if start <= inside < start + size:
            return _macho(data, start)
    return None


def _macho(data: bytes | bytearray, start: int) -> Image | None:
    magic, cpu, _, _, count, _ = struct.unpack_from("<IIIIII", data, start)
    machine = _MACHO_MACHINES.get(cpu)
    if machine is None or magic not in {_MACHO_NARROW, _MACHO_WIDE}:
        return None
    wide = magic == _MACHO_WIDE
    parts: list[Part] = []
    table: tuple[int, ...] | None = None
    at = start + (32 if wide else 28)
    for _ in range(min(count, _MAX_TABLES)):
        command, size = struct.unpack_from("<II", data, at)
        if command == (_SEGMENT_64 if wide else _SEGMENT):
            address, _, place, extent = struct.unpack_from("<QQQQ" if wide else "<IIII", data, at + 24)
            parts.append(Part(address=address, place=start + place, size=extent))
        elif command == _SYMTAB:
            table = struct.unpack_from("<IIII", data, at + 8)
        at += max(size, 8)

    def read(symbols: Collection[bytes], wanted: Collection[bytes]) -> dict[bytes, int]:
        found: dict[bytes, int] = {}
        if table is not None:
            place, number, names, length = table
            layout = "<IBBHQ" if wide else "<IBBHI"
            entries = start + place, start + place + number * struct.calcsize(layout)
            underscored = {b"_" + symbol for symbol in symbols}
            known = _named(data, (start + names, start + names + length), underscored, wanted)
            for offset, name in known.items():
                for _, kind, _, _, value in _entries(data, entries, layout, offset):
                    if kind & _STAB_OR_TYPE == _DEFINED:
                        found[name[1:]] = value
        return found

    return Image(data, machine, tuple(parts), read)


def _pe(data: bytes | bytearray) -> Image | None:
    (head,) = struct.unpack_from("<I", data, 0x3C)
    kind, count = struct.unpack_from("<HH", data, head + 4)
    (extra,) = struct.unpack_from("<H", data, head + 20)
    (magic,) = struct.unpack_from("<H", data, head + 24)
    machine = _PE_MACHINES.get(kind)
    if machine is None:
        return None
    directory = head + 24 + (112 if magic == _PE_WIDE else 96)
    parts = []
    for index in range(min(count, 96)):
        _, address, size, place = struct.unpack_from("<IIII", data, head + 24 + extra + index * 40 + 8)
        parts.append(Part(address=address, place=place, size=size))
    image = Image(data, machine, tuple(parts), lambda symbols, _: _exported(data, image, directory, symbols))
    return image


def _exported(data: bytes | bytearray, image: Image, directory: int, symbols: Collection[bytes]) -> dict[bytes, int]:
    """Return the addresses of names in the export table of a PE file."""
    address, _ = struct.unpack_from("<II", data, directory)
    table = image.place_of(address) if address else None
    if table is None:
        return {}
    functions, count, *addresses = struct.unpack_from("<IIIII", data, table + 20)
    functions_at, names_at, ordinals_at = map(image.place_of, addresses)
    if functions_at is None or names_at is None or ordinals_at is None:
        return {}
    found = {}
    rows = memoryview(data)[names_at : names_at + min(count, MAX_SYMBOLS) * 4]
    for index, (name,) in enumerate(struct.iter_unpack("<I", rows[: len(rows) // 4 * 4])):
        place = image.place_of(name)
        stop = data.find(b"\0", place, place + 256) if place is not None else -1
        symbol = bytes(data[place:stop]) if stop >= 0 else b""
        if symbol in symbols:
            (ordinal,) = struct.unpack_from("<H", data, ordinals_at + index * 2)
            if ordinal < functions:
                (found[symbol],) = struct.unpack_from("<I", data, functions_at + ordinal * 4)
    return found
