"""ELF headers: the tables that say what a file needs (System V gABI, LSB symbol versioning).

A small reader of its own: no native code to crash on hostile files, every offset checked, every loop bounded.
"""

from __future__ import annotations

import struct
from mmap import mmap
from typing import Literal, NoReturn

from uplock.errors import InputError
from uplock.model.value import Value

Data = bytes | bytearray | memoryview | mmap

MAX_SEGMENTS = 1024
MAX_SECTIONS = 16_384
MAX_DYNAMIC = 4096
"""Entries of the dynamic table."""
MAX_VERSIONS = 4096
"""Needed symbol versions over all libraries."""
MAX_NAME = 4096
"""Length of a name in bytes."""

MACHINES = {
    3: "x86",
    8: "mips",
    20: "ppc",
    21: "ppc64",
    22: "s390x",
    40: "arm",
    62: "x86_64",
    183: "aarch64",
    243: "riscv",
    258: "loongarch",
}

_REMEDY = "Do not install it unless the file's owners can explain it."
_TYPES: dict[int, Literal["executable", "shared"]] = {2: "executable", 3: "shared"}
_PT_LOAD, _PT_DYNAMIC, _PT_INTERP, _PF_X = 1, 2, 3, 1
_NEEDED, _STRTAB, _STRSZ, _SONAME, _RPATH, _RUNPATH = 1, 5, 10, 14, 15, 29
_FLAGS_1, _VERNEED, _VERNEEDNUM, _PIE = 0x6FFFFFFB, 0x6FFFFFFE, 0x6FFFFFFF, 0x08000000
_PROGBITS = 1
_IDENT = 16  # bytes of e_ident
_READ_ONLY = (".rodata", ".data", ".lrodata")


class ElfHeader(Value, frozen=True, kw_only=True):
    """What the headers of one ELF file say."""

    bits: Literal[32, 64]
    byteorder: Literal["little", "big"]
    machine: str
    """``x86_64``, ``aarch64``, … or ``e_machine=N``."""
    kind: Literal["executable", "shared"]
    """By ``e_type``; a position-independent executable has type ``shared`` and ``pie``."""
    pie: bool = False
    interpreter: bool = False
    """Whether it asks for a program interpreter (``PT_INTERP``), as dynamic executables do."""
    soname: str | None = None
    needed: tuple[str, ...] = ()
    runpath: tuple[str, ...] = ()
    """Entries of DT_RUNPATH, or of DT_RPATH if there is no DT_RUNPATH."""
    versions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Symbol versions needed, by library, in the file's order."""
    constants: tuple[tuple[int, int], ...] = ()
    """Ranges of the file (start, end) that hold constants, ascending and disjoint."""
    names: tuple[int, int] = (0, 0)
    """Range of the file that holds the names of dynamic symbols."""


class _Segment(Value, frozen=True, kw_only=True):
    kind: int
    flags: int
    offset: int
    address: int
    size: int


def read_elf(data: Data) -> ElfHeader:
    """Read the headers of an ELF executable or shared object. Raises :class:`InputError` for anything else."""
    try:
        return _Reader(data).header()
    except (struct.error, IndexError, OverflowError, ValueError) as error:
        raise InputError("is a damaged ELF file", remedy=_REMEDY) from error


def _damaged(message: str) -> NoReturn:
    raise InputError(f"is a damaged ELF file: {message}", remedy=_REMEDY)


class _Reader:
    """Reads one file; all offsets are checked against its size."""

    def __init__(self, data: Data) -> None:
        self._data = data
        self._size = len(data)
        ident = bytes(data[:_IDENT])
        if len(ident) < _IDENT or ident[:4] != b"\x7fELF":
            raise InputError("is not an ELF file", remedy=_REMEDY)
        if ident[4] not in {1, 2} or ident[5] not in {1, 2}:
            _damaged("unknown class or byte order")
        self._wide = ident[4] != 1
        self._order = "<" if ident[5] == 1 else ">"
        self._segments: tuple[_Segment, ...] = ()

    def header(self) -> ElfHeader:
        """Read everything."""
        kind, machine, _, _, programs, sections, _, _, program_size, count, section_size, section_count, names = (
            self._unpack("HHIWWWIHHHHHH", _IDENT)
        )
        if kind not in _TYPES:
            raise InputError("is an ELF file, but no executable and no shared object", remedy=_REMEDY)
        self._segments = self._read_segments(programs, program_size, count)
        dynamic = self._dynamic()
        strings = self._strings(dynamic)
        paths = dynamic.get(_RUNPATH) or dynamic.get(_RPATH) or []
        return ElfHeader(
            bits=64 if self._wide else 32,
            byteorder="little" if self._order == "<" else "big",
            machine=MACHINES.get(machine, f"e_machine={machine}"),
            kind=_TYPES[kind],
            pie=any(flags & _PIE for flags in dynamic.get(_FLAGS_1, [])),
            interpreter=any(segment.kind == _PT_INTERP for segment in self._segments),
            soname=next((self._name(strings, offset) for offset in dynamic.get(_SONAME, [])), None),
            needed=tuple(self._name(strings, offset) for offset in dynamic.get(_NEEDED, [])),
            runpath=tuple(part for offset in paths for part in self._name(strings, offset).split(":") if part),
            versions=self._versions(dynamic, strings),
            constants=self._constants(sections, section_size, section_count, names),
            names=strings,
        )

    def _unpack(self, form: str, offset: int) -> tuple[int, ...]:
        """Unpack numbers at ``offset``; ``W`` is the word of the file's class."""
        layout = self._order + form.replace("W", "Q" if self._wide else "I")
        if offset + struct.calcsize(layout) > self._size:
            _damaged("a table lies outside the file")
        return struct.unpack_from(layout, self._data, offset)

    def _read_segments(self, offset: int, size: int, count: int) -> tuple[_Segment, ...]:
        if count > MAX_SEGMENTS or (count and size != (56 if self._wide else 32)):
            _damaged("its program header table has an impossible size")
        segments = []
        for position in range(offset, offset + count * size, size or 1):
            if self._wide:
                kind, flags, start, address, _, length, _, _ = self._unpack("IIQQQQQQ", position)
            else:
                kind, start, address, _, length, _, flags, _ = self._unpack("IIIIIIII", position)
            segments.append(_Segment(kind=kind, flags=flags, offset=start, address=address, size=length))
        return tuple(segments)

    def _dynamic(self) -> dict[int, list[int]]:
        """Return the dynamic table as lists of values by tag, in order; empty for static files."""
        table: dict[int, list[int]] = {}
        segment = next((segment for segment in self._segments if segment.kind == _PT_DYNAMIC), None)
        if segment is None:
            return table
        step = 16 if self._wide else 8
        for index in range(min(segment.size // step, MAX_DYNAMIC + 1)):
            tag, value = self._unpack("WW", segment.offset + index * step)
            if tag == 0:
                return table
            table.setdefault(tag, []).append(value)
        _damaged("its dynamic table does not end")

    def _file_range(self, address: int, size: int) -> tuple[int, int]:
        """Return the range of the file that is loaded at ``address``."""
        for segment in self._segments:
            start = address - segment.address
            if segment.kind == _PT_LOAD and start >= 0 and start + size <= segment.size:
                begin = segment.offset + start
                if begin + size <= self._size:
                    return begin, begin + size
        _damaged("a dynamic table lies outside the loaded segments")

    def _strings(self, dynamic: dict[int, list[int]]) -> tuple[int, int]:
        addresses, sizes = dynamic.get(_STRTAB, []), dynamic.get(_STRSZ, [])
        if not addresses and not sizes:
            return (0, 0)
        if len(addresses) != 1 or len(sizes) != 1:
            _damaged("it has no single dynamic string table")
        return self._file_range(addresses[0], sizes[0])

    def _name(self, strings: tuple[int, int], offset: int) -> str:
        """Return the name at ``offset`` of a string table."""
        start, end = strings[0] + offset, strings[1]
        raw = bytes(self._data[start : min(start + MAX_NAME, end)]) if start < end else b""
        name, terminator, _ = raw.partition(b"\0")
        try:
            text = name.decode("utf-8")
        except UnicodeDecodeError:
            _damaged("a name is not text")
        if not terminator or not text.isprintable():
            _damaged("a name is not printable text of bounded length")
        return text

    def _versions(
        self, dynamic: dict[int, list[int]], strings: tuple[int, int]
    ) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Read the needed symbol versions (Verneed, Vernaux). Offsets only lead forward, counts bound the loops."""
        addresses, counts = dynamic.get(_VERNEED, []), dynamic.get(_VERNEEDNUM, [])
        if not addresses or not counts:
            return ()
        found, budget = [], MAX_VERSIONS
        position = self._file_range(addresses[0], 16)[0]
        for _ in range(counts[0]):
            _, count, library, first, following = self._unpack("HHIII", position)
            budget -= count + 1
            if budget < 0:
                _damaged(f"it needs more than {MAX_VERSIONS} symbol versions")
            names, entry = [], position + first
            for _ in range(count):
                _, _, _, name, after = self._unpack("IHHII", entry)
                names.append(self._name(strings, name))
                entry += after
            found.append((self._name(strings, library), tuple(names)))
            if following == 0:
                break
            position += following
        return tuple(found)

    def _constants(self, offset: int, size: int, count: int, names: int) -> tuple[tuple[int, int], ...]:
        """Return the ranges of read-only data: by section, or by segment if there is no usable section table."""
        found = self._constant_sections(offset, size, count, names)
        if found is None:
            found = [
                (segment.offset, segment.offset + segment.size)
                for segment in self._segments
                if segment.kind == _PT_LOAD and not segment.flags & _PF_X
            ]
        return _disjoint(found, self._size)

    def _constant_sections(self, offset: int, size: int, count: int, names: int) -> list[tuple[int, int]] | None:
        """Look up the sections by name. The loader ignores this table, so a damaged one is no error: ``None``."""
        form, step = ("IIQQQQIIQQ", 64) if self._wide else ("IIIIIIIIII", 40)
        if not 0 < count <= MAX_SECTIONS or size != step or names >= count or offset + count * step > self._size:
            return None
        table = [self._unpack(form, offset + index * step) for index in range(count)]
        base, length = table[names][4:6]
        found = []
        for name, kind, _, _, start, extent, *_ in table:
            if kind == _PROGBITS and name < length:
                title = bytes(self._data[base + name : base + name + 32]).partition(b"\0")[0]
                if title.decode("ascii", "replace").startswith(_READ_ONLY):
                    found.append((start, start + extent))
        return found


def _disjoint(ranges: list[tuple[int, int]], size: int) -> tuple[tuple[int, int], ...]:
    """Clip ranges to the file and merge what overlaps, so that nobody reads a byte twice."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted((start, min(end, size)) for start, end in ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        elif start < end:
            merged.append((start, end))
    return tuple(merged)
