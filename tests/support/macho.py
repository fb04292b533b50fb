"""Builds minimal Mach-O files in memory: no code, but every load command that a reader of dependencies looks at."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

_CPUS = {
    "i386": (7, 3),
    "x86_64": (0x0100_0007, 3),
    "x86_64h": (0x0100_0007, 8),
    "arm": (12, 9),
    "arm64": (0x0100_000C, 0),
    "arm64e": (0x0100_000C, 0x8000_0002),
    "arm64_32": (0x0200_000C, 1),
    "ppc": (18, 0),
    "ppc64": (0x0100_0012, 0x8000_0000),
}
_KINDS = {"object": 1, "executable": 2, "core": 4, "dylib": 6, "bundle": 8, "dsym": 10}
_LIBRARIES = {"load": 0xC, "id": 0xD, "weak": 0x8000_0018, "reexport": 0x8000_001F, "lazy": 0x20, "upward": 0x8000_0023}
_SEGMENT, _SEGMENT_64, _SYMTAB, _RPATH = 0x1, 0x19, 0x2, 0x8000_001C
_VERSION_MIN, _BUILD_VERSION = {"macos": 0x24, "ios": 0x25, "tvos": 0x2F, "watchos": 0x30}, 0x32
_PLATFORMS = {"macos": 1, "ios": 2, "maccatalyst": 6}
_SECTION_PLACES = {
    "__cstring": "__TEXT",
    "__const": "__TEXT",
    "__rodata": "__TEXT",
    "__data": "__DATA",
    ".dep-v0": "__DATA",
}

Symbol = tuple[str, int, int]
"""Name without the leading underscore, ``n_type`` and ``n_value``."""


def exported(name: str) -> Symbol:
    """Return an exported symbol."""
    return name, 0x0F, 0x1000


def undefined(name: str) -> Symbol:
    """Return a symbol that another library has."""
    return name, 0x01, 0


def build_macho(
    *,
    machine: str = "arm64",
    kind: str = "dylib",
    byteorder: Literal["little", "big"] = "little",
    install_id: str | None = None,
    dylibs: Sequence[tuple[str, str]] = (),
    rpaths: Sequence[str] = (),
    minimum: Sequence[tuple[str, str]] = (("macos", "11.0"),),
    old_minimum: Sequence[tuple[str, str]] = (),
    symbols: Sequence[Symbol] = (),
    sections: Mapping[str, bytes] | None = None,
    zerofill: Sequence[str] = (),
    commands: Sequence[bytes] = (),
) -> bytes:
    """Return a thin Mach-O file.

    ``dylibs`` are names with kinds (``load``, ``weak``, …); ``minimum`` goes into LC_BUILD_VERSION and ``old_minimum``
    into LC_VERSION_MIN_*; ``sections`` maps ``__cstring`` and the like to their bytes, ``zerofill`` names some that
    have none in the file. ``commands`` are put in as they are, behind everything else.
    """
    form = _Form(wide=_CPUS[machine][0] >= 0x0100_0000 and machine != "arm64_32", order=byteorder)
    libraries = [*([(install_id, "id")] if install_id is not None else []), *dylibs]
    fixed = [form.dylib(_LIBRARIES[kind], name) for name, kind in libraries]
    fixed += [form.command(_RPATH, form.pack("I", 12) + path.encode() + b"\0") for path in rpaths]
    fixed += [form.command(_VERSION_MIN[name], form.pack("II", packed(number), 0)) for name, number in old_minimum]
    fixed += [
        form.command(_BUILD_VERSION, form.pack("IIII", _PLATFORMS.get(name, 99), packed(number), 0, 0))
        for name, number in minimum
    ]
    fixed += commands
    body = sections or {}
    names = b"\0" + b"".join(b"_" + name.encode() + b"\0" for name, _, _ in symbols)
    empty = form.segments(body, zerofill, 0), form.symtab(0, len(symbols), 0, len(names))
    size = sum(map(len, (*empty, *fixed)))
    start = form.header + size
    data = b"".join(body.values())
    padding = bytes(-(start + len(data)) % 8)
    table = start + len(data) + len(padding)
    entries = form.entries(symbols)
    last = form.symtab(table, len(symbols), table + len(entries), len(names))
    every = [form.segments(body, zerofill, start), *fixed, last]
    cpu, subtype = _CPUS[machine]
    number = len(every) + (form.segment_count(body, zerofill) - 1)
    head = form.pack("IIIIIII", 0xFEEDFACF if form.wide else 0xFEEDFACE, cpu, subtype, _KINDS[kind], number, size, 0x85)
    head += bytes(4) if form.wide else b""
    return head + b"".join(every) + data + padding + entries + names


def build_fat(slices: Mapping[str, bytes], *, wide: bool = False, alignment: int = 16) -> bytes:
    """Return a universal file of thin ones by processor; with ``wide`` in the form for slices beyond 4 GiB."""
    step = 32 if wide else 20
    place = 8 + len(slices) * step
    table, body = b"", b""
    for machine, data in slices.items():
        body += bytes(-(place + len(body)) % alignment)
        layout = ">IIQQII" if wide else ">IIIII"
        rest = (4, 0) if wide else (4,)
        table += struct.pack(layout, *_CPUS[machine], place + len(body), len(data), *rest)
        body += data
    return struct.pack(">II", 0xCAFEBABF if wide else 0xCAFEBABE, len(slices)) + table + body


def packed(number: str) -> int:
    """Return a dotted version as Mach-O packs it."""
    major, minor, patch = (*map(int, number.split(".")), 0, 0)[:3]
    return major << 16 | minor << 8 | patch


@dataclass(frozen=True)
class _Form:
    wide: bool
    order: Literal["little", "big"]

    @property
    def header(self) -> int:
        return 32 if self.wide else 28

    def pack(self, form: str, *values: int | bytes) -> bytes:
        """Pack with ``W`` as the word of this class: 32 or 64 bits."""
        return struct.pack(
            ("<" if self.order == "little" else ">") + form.replace("W", "Q" if self.wide else "I"), *values
        )

    def command(self, number: int, body: bytes) -> bytes:
        body += bytes(-len(body) % 8)
        return self.pack("II", number, 8 + len(body)) + body

    def dylib(self, number: int, name: str) -> bytes:
        return self.command(number, self.pack("IIII", 24, 2, packed("3.200"), packed("3.0.1")) + name.encode() + b"\0")

    def symtab(self, *fields: int) -> bytes:
        return self.command(_SYMTAB, self.pack("IIII", *fields))

    def entries(self, symbols: Sequence[Symbol]) -> bytes:
        out, place = b"", 1
        for name, flags, value in symbols:
            out += self.pack("IBBHW", place, flags, int(bool(flags & 0x0E)), 0, value)
            place += len(name.encode()) + 2
        return out

    def segment_count(self, body: Mapping[str, bytes], zerofill: Sequence[str]) -> int:
        return len({_SECTION_PLACES[name] for name in (*body, *zerofill)})

    def segments(self, body: Mapping[str, bytes], zerofill: Sequence[str], start: int) -> bytes:
        """Return one command per segment; its sections stand in the file one after another from ``start``."""
        rows: dict[str, list[bytes]] = {}
        place = start
        for name, data in [*body.items(), *((name, bytes(64)) for name in zerofill)]:
            segment, flags = _SECTION_PLACES[name], 1 if name in zerofill else 0
            row = self.pack(
                "16s16sWWIIIIIII", name.encode(), segment.encode(), 0, len(data), place, 0, 0, 0, flags, 0, 0
            )
            rows.setdefault(segment, []).append(row + (bytes(4) if self.wide else b""))
            place += 0 if flags else len(data)
        out = b""
        for segment, sections in rows.items():
            head = self.pack("16sWWWWIIII", segment.encode(), 0, 0, start, place - start, 7, 5, len(sections), 0)
            out += self.command(_SEGMENT_64 if self.wide else _SEGMENT, head + b"".join(sections))
        return out
