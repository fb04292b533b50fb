"""Builds minimal ELF files in memory: no code, but every table that a reader of dependencies looks at (gABI, LSB)."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

_MACHINES = {"x86": 3, "ppc64": 21, "s390x": 22, "arm": 40, "x86_64": 62, "aarch64": 183, "riscv": 243}
_BASE = 0x10000
_PT_LOAD, _PT_DYNAMIC, _PT_INTERP = 1, 2, 3
_NEEDED, _STRTAB, _STRSZ, _SONAME, _RPATH, _RUNPATH = 1, 5, 10, 14, 15, 29
_FLAGS_1, _VERNEED, _VERNEEDNUM = 0x6FFFFFFB, 0x6FFFFFFE, 0x6FFFFFFF
_PROGBITS, _STRTAB_TYPE, _DYNAMIC_TYPE, _VERNEED_TYPE = 1, 3, 6, 0x6FFFFFFE


@dataclass
class _Section:
    name: str
    kind: int
    data: bytes
    link: int = 0
    info: int = 0
    entry_size: int = 0
    offset: int = 0


class _Strings:
    """A string table that gives each text one offset."""

    def __init__(self) -> None:
        self.data = b"\0"

    def add(self, text: str) -> int:
        raw = text.encode() + b"\0"
        found = self.data.find(b"\0" + raw)
        if found >= 0:
            return found + 1
        self.data += raw
        return len(self.data) - len(raw)


def build_elf(
    *,
    soname: str | None = None,
    needed: Sequence[str] = (),
    versions: Mapping[str, tuple[str, ...]] | None = None,
    rodata: bytes = b"",
    data: bytes = b"",
    machine: str = "x86_64",
    bits: Literal[32, 64] = 64,
    byteorder: Literal["little", "big"] = "little",
    runpath: str | None = None,
    rpath: str | None = None,
    interpreter: str | None = None,
    exports: Sequence[str] = (),
    pie: bool = False,
    sections: bool = True,
) -> bytes:
    """Return an ELF shared object (or with ``interpreter`` an executable, both of type ET_DYN).

    ``versions`` maps a needed library to the symbol versions needed from it (``{"libc.so.6": ("GLIBC_2.17",)}``) and
    adds it to ``needed``; ``exports`` only puts names into the dynamic string table. Addresses differ from file
    offsets. Without ``sections`` there is no section table.
    """
    form = _Form(bits=bits, order="<" if byteorder == "little" else ">")
    strings = _Strings()
    wanted = [*needed, *(library for library in versions or {} if library not in needed)]
    tags = [(_NEEDED, strings.add(library)) for library in wanted]
    for tag, text in ((_SONAME, soname), (_RPATH, rpath), (_RUNPATH, runpath)):
        if text is not None:
            tags.append((tag, strings.add(text)))
    if pie:
        tags.append((_FLAGS_1, 0x08000000))
    for symbol in exports:
        strings.add(symbol)
    verneed = form.verneed(strings, versions or {})
    body = [
        _Section(".interp", _PROGBITS, (interpreter.encode() + b"\0") if interpreter is not None else b""),
        _Section(".dynstr", _STRTAB_TYPE, strings.data),
        _Section(".gnu.version_r", _VERNEED_TYPE, verneed, link=2, info=len(versions or {})),
        _Section(".rodata", _PROGBITS, rodata),
        _Section(".dynamic", _DYNAMIC_TYPE, b"", link=2, entry_size=bits // 4),
        _Section(".data", _PROGBITS, data),
    ]
    return form.assemble(body, tags, _MACHINES[machine], sections=sections)


@dataclass(frozen=True)
class _Form:
    bits: int
    order: str

    def pack(self, form: str, *values: int) -> bytes:
        """Pack with ``W`` as the word of this class: 32 or 64 bits."""
        return struct.pack(self.order + form.replace("W", "Q" if self.bits == 64 else "I"), *values)

    def verneed(self, strings: _Strings, versions: Mapping[str, tuple[str, ...]]) -> bytes:
        out = b""
        for position, (library, names) in enumerate(versions.items(), start=1):
            size = 16 + 16 * len(names)
            out += self.pack("HHIII", 1, len(names), strings.add(library), 16, 0 if position == len(versions) else size)
            for index, name in enumerate(names, start=1):
                after = 0 if index == len(names) else 16
                out += self.pack("IHHII", _elf_hash(name), 0, index + 1, strings.add(name), after)
        return out

    def dynamic(self, tags: list[tuple[int, int]]) -> bytes:
        return b"".join(self.pack("WW", tag, value) for tag, value in [*tags, (0, 0)])

    def program_header(self, kind: int, flags: int, offset: int, size: int) -> bytes:
        address = _BASE + offset
        if self.bits == 64:
            return self.pack("IIQQQQQQ", kind, flags, offset, address, address, size, size, 8)
        return self.pack("IIIIIIII", kind, offset, address, address, size, size, flags, 4)

    def assemble(self, body: list[_Section], tags: list[tuple[int, int]], machine: int, *, sections: bool) -> bytes:
        header_size, program_size, section_size = (64, 56, 64) if self.bits == 64 else (52, 32, 40)
        interp, dynstr, verneed, _, dynamic, _ = body
        needs = verneed.info
        table_tags = [(_STRTAB, 0), (_STRSZ, 0)] + [(_VERNEED, 0), (_VERNEEDNUM, 0)] * bool(needs)
        dynamic.data = self.dynamic(tags + table_tags)
        programs = 2 + bool(interp.data)
        offset = header_size + programs * program_size
        out = b""
        for section in body:
            out += bytes(-(offset + len(out)) % 16)
            section.offset = offset + len(out)
            out += section.data
        values = [(_STRTAB, _BASE + dynstr.offset), (_STRSZ, len(dynstr.data))]
        values += [(_VERNEED, _BASE + verneed.offset), (_VERNEEDNUM, needs)] * bool(needs)
        start = dynamic.offset - offset
        out = out[:start] + self.dynamic(tags + values) + out[start + len(dynamic.data) :]
        end = offset + len(out)
        table, table_offset = self._section_table(body, end, section_size) if sections else (b"", 0)
        heads = self.program_header(_PT_LOAD, 4, 0, end)
        heads += self.program_header(_PT_DYNAMIC, 6, dynamic.offset, len(dynamic.data))
        if interp.data:
            heads += self.program_header(_PT_INTERP, 4, interp.offset, len(interp.data))
        count = len(body) + 2 if sections else 0
        header = b"\x7fELF" + bytes([self.bits // 32, 1 if self.order == "<" else 2, 1]) + bytes(9)
        header += self.pack("HHI", 3, machine, 1) + self.pack("WWW", 0, header_size, table_offset)
        sizes = (header_size, program_size, programs, section_size, count, max(count - 1, 0))
        header += self.pack("IHHHHHH", 0, *sizes)
        return header + heads + out + table

    def _section_table(self, body: list[_Section], end: int, section_size: int) -> tuple[bytes, int]:
        names = _Strings()
        every = [*body, _Section(".shstrtab", _STRTAB_TYPE, b"", offset=end)]
        positions = [names.add(section.name) for section in every]
        every[-1].data = names.data
        padding = bytes(-(end + len(names.data)) % 8)
        table = bytes(section_size)
        for position, section in zip(positions, every, strict=True):
            flags, address = (0, 0) if section.name == ".shstrtab" else (2, _BASE + section.offset)
            table += self.pack("IIWWWW", position, section.kind, flags, address, section.offset, len(section.data))
            table += self.pack("IIWW", section.link, section.info, 1, section.entry_size)
        return names.data + padding + table, end + len(names.data) + len(padding)


def _elf_hash(name: str) -> int:
    """The System V ABI's symbol hash."""
    value = 0
    for byte in name.encode():
        value = (value << 4) + byte
        high = value & 0xF0000000
        value = (value ^ (high >> 24)) & ~high & 0xFFFFFFFF
    return value
