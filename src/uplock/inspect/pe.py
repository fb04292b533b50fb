"""PE headers: what Windows files need and what they export (Microsoft's PE format, PE32 and PE32+).

A small reader of its own: no native code to crash on hostile files, every offset checked, every loop bounded.
"""

from __future__ import annotations

import bisect
import itertools
import re
import struct
from collections.abc import Iterator
from typing import Literal

from uplock.errors import InputError
from uplock.inspect.binary import CRATES, REMEDY, Data, Range, is_cpython, is_module
from uplock.model.value import Value

MAX_SECTIONS = 1024
MAX_DLLS = 4096
"""Entries of the import table, and of the table of delayed imports."""
MAX_IMPORTS = 65_536
"""Symbols over all DLLs of Python."""
MAX_EXPORTS = 65_536
"""Exported names; ordinals have 16 bits."""

_MACHINES = {0x14C: "x86", 0x1C4: "arm", 0x8664: "x86_64", 0xAA64: "arm64", 0xA641: "arm64ec", 0xA64E: "arm64x"}
_PYTHON = re.compile(r"(?:lib)?(?:python|pypy)[0-9][^/]*\.dll\Z", re.IGNORECASE)
_MODULES = (b"PyInit", b"PyModExport")
_CONSTANTS = (b".rdata", b".data", b".rodata")
_EXECUTABLE_IMAGE, _DLL = 0x0002, 0x2000
_EXPORT, _IMPORT, _DELAY_IMPORT = 0, 1, 13
_DIRECTORIES = 16
_DOS = 0x40  # bytes of the header for DOS
_PE32, _PE32_PLUS = 0x10B, 0x20B
_PAGE, _SECTOR = 4096, 512
_RVA_BASED = 1  # an attribute of delayed imports


class PeHeader(Value, frozen=True, kw_only=True):
    """What the headers of one PE file say."""

    bits: Literal[32, 64]
    machine: str
    """``x86``, ``x86_64``, ``arm64``, … or ``machine=0x…``."""
    kind: Literal["dll", "executable"]
    name: str | None = None
    """Name of the DLL in its export table: as it was linked, whatever the file is called now."""
    imports: tuple[str, ...] = ()
    """DLLs needed, as spelled and in the file's order."""
    delayed: tuple[str, ...] = ()
    """DLLs that are loaded when they are first called."""
    modules: tuple[str, ...] = ()
    """Exported entry points of extension modules (``PyInit_name``), sorted."""
    symbols: tuple[str, ...] = ()
    """Symbols in CPython's name space that are imported from DLLs of Python, sorted."""
    constants: tuple[tuple[int, int], ...] = ()
    """Ranges of the file (start, end) that hold constants, ascending and disjoint."""
    crates: tuple[int, int] | None = None
    """Range of the file that the section ``.dep-v0`` covers, which lists Rust packages; it may be filled up at its end.
    """


class _Section(Value, frozen=True, kw_only=True):
    name: bytes
    address: int
    offset: int
    size: int
    """Bytes that are both in the file and in memory."""


def read_pe(data: Data) -> PeHeader:
    """Read the headers of a PE executable or DLL. Raises :class:`InputError` for anything else."""
    try:
        return _Reader(data).header()
    except (struct.error, IndexError, OverflowError, ValueError) as error:
        raise InputError("is a damaged PE file", remedy=REMEDY) from error


class _Reader(Range):
    """Reads one file; all offsets are checked against its size."""

    def __init__(self, data: Data) -> None:
        super().__init__(data, what="PE")
        head = self.unpack("I", 0x3C)[0] if self.size >= _DOS and bytes(data[:2]) == b"MZ" else 0
        if not head or bytes(data[head : head + 4]) != b"PE\0\0":
            raise InputError("is not a PE file", remedy=REMEDY)
        self._machine, count, _, _, _, length, self._flags = self.unpack("HHIIIHH", head + 4)
        self._read_optional(head + 24, length)
        self._sections = self._read_sections(head + 24 + length, count)
        self._addresses = [section.address for section in self._sections]
        self._budget = MAX_IMPORTS

    def _read_optional(self, start: int, length: int) -> None:
        """Read the optional header, which no image lacks: image base, size of all headers, and the data directories."""
        (magic,) = self.unpack("H", start)
        if magic not in {_PE32, _PE32_PLUS}:
            raise self.damaged("its optional header is of an unknown kind")
        self._wide = magic == _PE32_PLUS
        (self._base,) = self.unpack("Q", start + 24) if self._wide else self.unpack("I", start + 28)
        alignment, _ = self.unpack("II", start + 32)
        self._paged = alignment >= _PAGE
        (self._headers,) = self.unpack("I", start + 60)
        table = start + (112 if self._wide else 96)
        count = min(self.unpack("I", table - 4)[0], _DIRECTORIES)
        if table + count * 8 > start + length:
            raise self.damaged("its optional header is too short")
        self._directories = [self.unpack("II", table + index * 8) for index in range(count)]

    def _read_sections(self, start: int, count: int) -> tuple[_Section, ...]:
        """Read the section table behind the headers. The loader refuses sections that do not ascend, and so do we."""
        if count > MAX_SECTIONS:
            raise self.damaged(f"it has more than {MAX_SECTIONS} sections")
        head = _Section(name=b"", address=0, offset=0, size=min(self._headers, self.size))
        sections, free = [head], head.size
        self.check(start, count * 40)
        for place in range(start, start + count * 40, 40):
            memory, address, size, offset = self.unpack("IIII", place + 8)
            if address < free:
                raise self.damaged("its sections overlap")
            if self._paged and size and offset % _SECTOR:
                raise self.damaged("a section does not begin at a sector")
            if size and offset + size > self.size:
                raise self.damaged("a section lies outside the file")
            free = address + (memory or size)
            shared = min(size, -(-(memory or size) // _PAGE) * _PAGE)
            name = self.take(place, 8).rstrip(b"\0")
            sections.append(_Section(name=name, address=address, offset=offset, size=shared))
        return tuple(sections)

    def header(self) -> PeHeader:
        """Read everything."""
        if not self._flags & _EXECUTABLE_IMAGE:
            raise InputError("is a PE file, but no executable and no DLL", remedy=REMEDY)
        symbols: set[str] = set()
        imports = tuple(self._imports(symbols))
        delayed = tuple(self._delayed(symbols))
        name, modules = self._exports()
        return PeHeader(
            bits=64 if self._wide else 32,
            machine=_MACHINES.get(self._machine, f"machine={self._machine:#x}"),
            kind="dll" if self._flags & _DLL else "executable",
            name=name,
            imports=imports,
            delayed=delayed,
            modules=tuple(sorted(modules)),
            symbols=tuple(sorted(symbols)),
            constants=self.disjoint(
                (section.offset, section.offset + section.size)
                for section in self._sections
                if section.name.startswith(_CONSTANTS)
            ),
            crates=next(
                (
                    self.clipped(section.offset, section.offset + section.size)
                    for section in self._sections
                    if section.name == CRATES
                ),
                None,
            ),
        )

    def _directory(self, index: int) -> int:
        """Return the address of a data directory, 0 if there is none."""
        return self._directories[index][0] if index < len(self._directories) else 0

    def _offset(self, address: int, size: int) -> tuple[int, int]:
        """Return where in the file stands what is loaded at ``address``, and where its section ends in the file."""
        section = self._sections[bisect.bisect_right(self._addresses, address) - 1]
        start = address - section.address
        if start < 0 or start + size > section.size:
            raise self.damaged("a table lies outside the sections")
        return section.offset + start, section.offset + section.size

    def _at(self, form: str, address: int) -> tuple[int, ...]:
        """Unpack numbers at an address."""
        return self.unpack(form, self._offset(address, struct.calcsize("<" + form))[0])

    def _text(self, address: int) -> str:
        return self.name(*self._offset(address, 1))

    def _imports(self, symbols: set[str]) -> Iterator[str]:
        """Yield the DLLs of the import table; the loader stops where an entry has no name or no address table."""
        table = self._directory(_IMPORT)
        for index in range(MAX_DLLS + 1 if table else 0):
            lookup, _, _, name, addresses = self._at("IIIII", table + index * 20)
            if not name or not addresses:
                return
            dll = self._text(name)
            self._symbols(dll, lookup or addresses, symbols)
            yield dll
        if table:
            raise self.damaged("its import table does not end")

    def _delayed(self, symbols: set[str]) -> Iterator[str]:
        """Yield the DLLs whose loading is delayed. Old tables hold addresses in memory, as if loaded at the base."""
        table = self._directory(_DELAY_IMPORT)
        for index in range(MAX_DLLS + 1 if table else 0):
            flags, name, _, _, lookup, _, _, _ = self._at("IIIIIIII", table + index * 32)
            if not name:
                return
            base = 0 if flags & _RVA_BASED else self._base
            dll = self._text(name - base)
            self._symbols(dll, lookup - base if lookup else 0, symbols, base=base)
            yield dll
        if table:
            raise self.damaged("its table of delayed imports does not end")

    def _symbols(self, dll: str, table: int, symbols: set[str], *, base: int = 0) -> None:
        """Add what is imported by name from a DLL of Python."""
        if not table or not _PYTHON.match(dll):
            return
        form, step, ordinal = ("Q", 8, 1 << 63) if self._wide else ("I", 4, 1 << 31)
        for place in itertools.count(table, step):
            (entry,) = self._at(form, place)
            if not entry:
                return
            self._budget -= 1
            if self._budget < 0:
                raise self.damaged(f"it imports more than {MAX_IMPORTS} symbols of Python")
            if not entry & ordinal and is_cpython(name := self._text(entry - base + 2)):
                symbols.add(name)

    def _exports(self) -> tuple[str | None, set[str]]:
        """Return the DLL's own name, and the exported entry points of extension modules."""
        table = self._directory(_EXPORT)
        modules: set[str] = set()
        if not table:
            return None, modules
        _, _, _, own, _, _, count, _, names, _ = self._at("IIIIIIIIII", table)
        if count > MAX_EXPORTS:
            raise self.damaged(f"it exports more than {MAX_EXPORTS} names")
        start = self._offset(names, count * 4)[0] if count else 0
        for (address,) in struct.iter_unpack("<I", self.take(start, count * 4)):
            offset, end = self._offset(address, 1)
            if bytes(self.data[offset : offset + 11]).startswith(_MODULES) and is_module(
                name := self.name(offset, end)
            ):
                modules.add(name)
        return self._text(own) if own else None, modules
