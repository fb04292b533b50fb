"""Builds minimal PE files in memory: no code, but every table that a reader of dependencies looks at."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

_MACHINES = {"x86": 0x14C, "arm": 0x1C4, "x86_64": 0x8664, "arm64": 0xAA64, "arm64ec": 0xA641}
BASE = {32: 0x1000_0000, 64: 0x1_8000_0000}
"""Where a file asks to be loaded."""
ADDRESS = 0x1000
"""Where the first section is loaded."""
HEADERS = 0x400
"""Where the first section stands in the file."""
_DOS = 0x80

Imports = Mapping[str, Sequence[str | int]]
"""Symbols by DLL; numbers are ordinals."""


@dataclass
class _Section:
    """A section that grows, and the addresses of what is put into it."""

    address: int
    data: bytearray = field(default_factory=bytearray)

    def add(self, raw: bytes) -> int:
        self.data += bytes(-len(self.data) % 8)
        place = self.address + len(self.data)
        self.data += raw
        return place

    def text(self, text: str) -> int:
        return self.add(text.encode() + b"\0")


def build_pe(
    *,
    machine: str = "x86_64",
    bits: Literal[32, 64] = 64,
    kind: Literal["dll", "executable"] = "dll",
    name: str | None = None,
    imports: Imports | None = None,
    delayed: Imports | None = None,
    old_delayed: bool = False,
    lookup: bool = True,
    exports: Sequence[str] = (),
    rdata: bytes = b"",
    data: bytes = b"",
    crates: bytes = b"",
    directories: int = 16,
) -> bytes:
    """Return a PE file with the sections ``.idata`` (all tables), ``.rdata``, ``.data`` and ``.dep-v0``.

    ``old_delayed`` writes the table of delayed imports with addresses in memory; without ``lookup`` the import table
    has address tables only, as old linkers wrote it.
    """
    tables = _Section(ADDRESS)
    places = [(0, 0)] * 16
    if exports or name is not None:
        places[0] = _exports(tables, name, exports)
    if imports:
        places[1] = _imports(tables, imports, bits, lookup=lookup)
    if delayed:
        places[13] = _delayed(tables, delayed, bits, base=BASE[bits] if old_delayed else 0)
    sections = [(b".idata", bytes(tables.data)), (b".rdata", rdata), (b".data", data), (b".dep-v0", crates)]
    return _assemble([each for each in sections if each[1]], places[:directories], _MACHINES[machine], bits, kind)


def _thunks(section: _Section, symbols: Sequence[str | int], bits: int, base: int) -> bytes:
    layout = "<Q" if bits == 64 else "<I"
    entries = [
        symbol | 1 << (bits - 1)
        if isinstance(symbol, int)
        else section.add(struct.pack("<H", 7) + symbol.encode() + b"\0") + base
        for symbol in symbols
    ]
    return b"".join(struct.pack(layout, entry) for entry in [*entries, 0])


def _imports(section: _Section, imports: Imports, bits: int, *, lookup: bool) -> tuple[int, int]:
    rows = b""
    for dll, symbols in imports.items():
        thunks = _thunks(section, symbols, bits, 0)
        first = section.add(thunks) if lookup else 0
        rows += struct.pack("<IIIII", first, 0, 0, section.text(dll), section.add(thunks))
    return section.add(rows + bytes(20)), len(rows) + 20


def _delayed(section: _Section, imports: Imports, bits: int, *, base: int) -> tuple[int, int]:
    rows = b""
    for dll, symbols in imports.items():
        thunks = _thunks(section, symbols, bits, base)
        handle, addresses, names = section.add(bytes(8)), section.add(thunks), section.add(thunks)
        places = [place + base for place in (section.text(dll), handle, addresses, names)]
        rows += struct.pack("<IIIIIIII", 0 if base else 1, *places, 0, 0, 0)
    return section.add(rows + bytes(32)), len(rows) + 32


def _exports(section: _Section, name: str | None, exports: Sequence[str]) -> tuple[int, int]:
    count = len(exports)
    texts = [section.text(export) for export in sorted(exports)]
    own = section.text(name) if name is not None else 0
    functions = section.add(struct.pack(f"<{count}I", *[ADDRESS] * count))
    names = section.add(struct.pack(f"<{count}I", *texts))
    ordinals = section.add(struct.pack(f"<{count}H", *range(count)))
    return section.add(struct.pack("<IIIIIIIIII", 0, 0, 0, own, 1, count, count, functions, names, ordinals)), 40


def _assemble(
    sections: list[tuple[bytes, bytes]], places: list[tuple[int, int]], machine: int, bits: int, kind: str
) -> bytes:
    wide = bits == 64
    body, rows, address, offset = b"", b"", ADDRESS, HEADERS
    for title, content in sections:
        raw = content + bytes(-len(content) % 512)
        rows += struct.pack("<8sIIIIIIHHI", title, len(content), address, len(raw), offset, 0, 0, 0, 0, 0x4000_0040)
        body += raw
        address += -(-len(content) // 4096) * 4096
        offset += len(raw)
    head = struct.pack("<HBBIIIII", 0x20B if wide else 0x10B, 14, 0, 0, 0, 0, 0, ADDRESS)
    head += struct.pack("<Q" if wide else "<II", *([BASE[64]] if wide else [ADDRESS, BASE[32]]))
    head += struct.pack("<IIHHHHHHIIIIHH", 4096, 512, 6, 0, 0, 0, 6, 0, 0, address, HEADERS, 0, 2, 0x160)
    head += struct.pack("<QQQQ" if wide else "<IIII", 1 << 20, 4096, 1 << 20, 4096)
    head += struct.pack("<II", 0, len(places)) + b"".join(struct.pack("<II", *place) for place in places)
    flags = 0x0022 | (0x2000 if kind == "dll" else 0)
    coff = b"PE\0\0" + struct.pack("<HHIIIHH", machine, len(sections), 0, 0, 0, len(head), flags)
    dos = b"MZ" + bytes(0x3A) + struct.pack("<I", _DOS) + bytes(_DOS - 0x40)
    headers = dos + coff + head + rows
    return headers + bytes(HEADERS - len(headers)) + body
