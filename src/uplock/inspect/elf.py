"""ELF headers: the tables that say what a file needs (System V gABI, LSB symbol versioning).

A small reader of its own: no native code to crash on hostile files, every offset checked, every loop bounded.
"""

from __future__ import annotations

import struct
from typing import Literal

from uplock.errors import InputError
from uplock.inspect.binary import CRATES, REMEDY, Data, Range
from uplock.inspect.elf_symbols import PythonSymbols, count_by_gnu_hash, count_by_hash, read_symbols
from uplock.model.value import Value

MAX_SEGMENTS = 1024
MAX_SECTIONS = 16_384
MAX_DYNAMIC = 4096
"""Entries of the dynamic table."""
MAX_VERSIONS = 4096
"""Needed symbol versions over all libraries."""

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

_TYPES: dict[int, Literal["executable", "shared"]] = {2: "executable", 3: "shared"}
_PT_LOAD, _PT_DYNAMIC, _PT_INTERP, _PF_X = 1, 2, 3, 1
_NEEDED, _STRTAB, _STRSZ, _SONAME, _RPATH, _RUNPATH = 1, 5, 10, 14, 15, 29
_HASH, _SYMTAB, _SYMENT, _GNU_HASH = 4, 6, 11, 0x6FFFFEF5
_FLAGS_1, _VERNEED, _VERNEEDNUM, _PIE = 0x6FFFFFFB, 0x6FFFFFFE, 0x6FFFFFFF, 0x08000000
_PROGBITS, _DYNSYM = 1, 11
_IDENT = 16  # bytes of e_ident
_BIG_ENDIAN = 2
_CONSTANTS = (b".rodata", b".data", b".lrodata")
_WIDE_HASHES = frozenset({"s390x"})
"""Machines whose 64-bit files have hash tables of 64-bit numbers."""


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
    python: PythonSymbols = PythonSymbols()
    """Entry points of extension modules, and what is taken from CPython."""
    crates: tuple[int, int] | None = None
    """Range of the file that the section ``.dep-v0`` covers, which lists Rust packages."""


class _Segment(Value, frozen=True, kw_only=True):
    kind: int
    flags: int
    offset: int
    address: int
    size: int


class _Section(Value, frozen=True, kw_only=True):
    kind: int
    name: bytes
    """Of sections with content of the program; cut at a bound."""
    offset: int
    size: int


def read_elf(data: Data) -> ElfHeader:
    """Read the headers of an ELF executable or shared object. Raises :class:`InputError` for anything else."""
    try:
        return _Reader(data).header()
    except (struct.error, IndexError, OverflowError, ValueError) as error:
        raise InputError("is a damaged ELF file", remedy=REMEDY) from error


class _Reader(Range):
    """Reads one file; all offsets are checked against its size."""

    def __init__(self, data: Data) -> None:
        ident = bytes(data[:_IDENT])
        if len(ident) < _IDENT or ident[:4] != b"\x7fELF":
            raise InputError("is not an ELF file", remedy=REMEDY)
        super().__init__(data, what="ELF", order=">" if ident[5] == _BIG_ENDIAN else "<")
        if ident[4] not in {1, 2} or ident[5] not in {1, 2}:
            raise self.damaged("unknown class or byte order")
        self._wide = ident[4] != 1
        self._word = "Q" if self._wide else "I"
        self._segments: tuple[_Segment, ...] = ()
        self._sections: tuple[_Section, ...] | None = None

    def header(self) -> ElfHeader:
        """Read everything."""
        kind, machine, _, _, programs, sections, _, _, program_size, count, section_size, section_count, names = (
            self._words("HHIWWWIHHHHHH", _IDENT)
        )
        if kind not in _TYPES:
            raise InputError("is an ELF file, but no executable and no shared object", remedy=REMEDY)
        self._segments = self._read_segments(programs, program_size, count)
        self._sections = self._read_sections(sections, section_size, section_count, names)
        processor = MACHINES.get(machine, f"e_machine={machine}")
        dynamic = self._dynamic()
        strings = self._strings(dynamic)
        paths = dynamic.get(_RUNPATH) or dynamic.get(_RPATH) or []
        return ElfHeader(
            bits=64 if self._wide else 32,
            byteorder="little" if self.order == "<" else "big",
            machine=processor,
            kind=_TYPES[kind],
            pie=any(flags & _PIE for flags in dynamic.get(_FLAGS_1, [])),
            interpreter=any(segment.kind == _PT_INTERP for segment in self._segments),
            soname=next((self._text(strings, offset) for offset in dynamic.get(_SONAME, [])), None),
            needed=tuple(self._text(strings, offset) for offset in dynamic.get(_NEEDED, [])),
            runpath=tuple(part for offset in paths for part in self._text(strings, offset).split(":") if part),
            versions=self._versions(dynamic, strings),
            constants=self._constants(),
            python=self._symbols(dynamic, strings, words=8 if self._wide and processor in _WIDE_HASHES else 4),
            crates=self._crates(),
        )

    def _words(self, form: str, offset: int) -> tuple[int, ...]:
        """Unpack numbers at ``offset``; ``W`` is the word of the file's class."""
        return self.unpack(form.replace("W", self._word), offset)

    def _read_segments(self, offset: int, size: int, count: int) -> tuple[_Segment, ...]:
        if count > MAX_SEGMENTS or (count and size != (56 if self._wide else 32)):
            raise self.damaged("its program header table has an impossible size")
        segments = []
        for position in range(offset, offset + count * size, size or 1):
            if self._wide:
                kind, flags, start, address, _, length, _, _ = self.unpack("IIQQQQQQ", position)
            else:
                kind, start, address, _, length, _, flags, _ = self.unpack("IIIIIIII", position)
            segments.append(_Segment(kind=kind, flags=flags, offset=start, address=address, size=length))
        return tuple(segments)

    def _read_sections(self, offset: int, size: int, count: int, names: int) -> tuple[_Section, ...] | None:
        """Read the section table. The loader ignores it, so a damaged or missing one is no error: ``None``."""
        form, step = ("IIQQQQIIQQ", 64) if self._wide else ("IIIIIIIIII", 40)
        if not 0 < count <= MAX_SECTIONS or size != step or names >= count or offset + count * step > self.size:
            return None
        table = list(struct.iter_unpack(self.order + form, self.take(offset, count * step)))
        base, length = table[names][4:6]
        sections = []
        for name, kind, _, _, start, extent, *_ in table:
            title = b""
            if kind == _PROGBITS and name < length:
                title = bytes(self.data[base + name : base + name + 32]).partition(b"\0")[0]
            sections.append(_Section(kind=kind, name=title, offset=start, size=extent))
        return tuple(sections)

    def _dynamic(self) -> dict[int, list[int]]:
        """Return the dynamic table as lists of values by tag, in order; empty for static files."""
        table: dict[int, list[int]] = {}
        segment = next((segment for segment in self._segments if segment.kind == _PT_DYNAMIC), None)
        if segment is None:
            return table
        step = 16 if self._wide else 8
        count = min(segment.size // step, MAX_DYNAMIC + 1, (self.size - segment.offset) // step)
        entries = self.take(segment.offset, count * step)
        for tag, value in struct.iter_unpack(self.order + 2 * self._word, entries):
            if tag == 0:
                return table
            table.setdefault(tag, []).append(value)
        raise self.damaged("its dynamic table does not end")

    def _file_range(self, address: int, size: int) -> tuple[int, int]:
        """Return the range of the file that is loaded at ``address``."""
        for segment in self._segments:
            start = address - segment.address
            if segment.kind == _PT_LOAD and start >= 0 and start + size <= segment.size:
                begin = segment.offset + start
                if begin + size <= self.size:
                    return begin, begin + size
        raise self.damaged("a dynamic table lies outside the loaded segments")

    def _strings(self, dynamic: dict[int, list[int]]) -> tuple[int, int]:
        addresses, sizes = dynamic.get(_STRTAB, []), dynamic.get(_STRSZ, [])
        if not addresses and not sizes:
            return (0, 0)
        if len(addresses) != 1 or len(sizes) != 1:
            raise self.damaged("it has no single dynamic string table")
        return self._file_range(addresses[0], sizes[0])

    def _text(self, strings: tuple[int, int], offset: int) -> str:
        """Return the name at ``offset`` of a string table."""
        return self.name(strings[0] + offset, strings[1])

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
            _, count, library, first, following = self.unpack("HHIII", position)
            budget -= count + 1
            if budget < 0:
                raise self.damaged(f"it needs more than {MAX_VERSIONS} symbol versions")
            names, entry = [], position + first
            for _ in range(count):
                _, _, _, name, after = self.unpack("IHHII", entry)
                names.append(self._text(strings, name))
                entry += after
            found.append((self._text(strings, library), tuple(names)))
            if following == 0:
                break
            position += following
        return tuple(found)

    def _symbols(self, dynamic: dict[int, list[int]], strings: tuple[int, int], *, words: int) -> PythonSymbols:
        """Read the dynamic symbols that speak of Python."""
        addresses, sizes = dynamic.get(_SYMTAB, []), dynamic.get(_SYMENT, [])
        if not addresses:
            return PythonSymbols()
        step = 24 if self._wide else 16
        if len(addresses) > 1 or any(size != step for size in sizes):
            raise self.damaged("it has no single table of dynamic symbols")
        start, _ = self._file_range(addresses[0], step)
        count = self._count(dynamic, start, words)
        if count is None:  # as linkers lay tables out: names behind symbols
            count = max(strings[0] - start, 0) // step
        self._file_range(addresses[0], count * step)
        return read_symbols(self, start, count, strings, wide=self._wide)

    def _count(self, dynamic: dict[int, list[int]], start: int, words: int) -> int | None:
        """Return the number of dynamic symbols, which no tag tells: by a hash table, or by the section table."""
        for address in dynamic.get(_HASH, []):
            return count_by_hash(self, self._file_range(address, 2 * words)[0], words=words)
        for address in dynamic.get(_GNU_HASH, []):
            count = count_by_gnu_hash(self, self._file_range(address, 16)[0], wide=self._wide)
            if count is not None:
                return count
        step = 24 if self._wide else 16
        return next(
            (each.size // step for each in self._sections or () if each.kind == _DYNSYM and each.offset == start), None
        )

    def _constants(self) -> tuple[tuple[int, int], ...]:
        """Return the ranges of read-only data: by section, or by segment if there is no usable section table."""
        if self._sections is None:
            loaded = (each for each in self._segments if each.kind == _PT_LOAD and not each.flags & _PF_X)
            return self.disjoint((each.offset, each.offset + each.size) for each in loaded)
        return self.disjoint(
            (each.offset, each.offset + each.size) for each in self._sections if each.name.startswith(_CONSTANTS)
        )

    def _crates(self) -> tuple[int, int] | None:
        """Return the range of the section that lists Rust packages, cut to the file."""
        found = (each for each in self._sections or () if each.name == CRATES)
        return next((self.clipped(each.offset, each.offset + each.size) for each in found), None)
