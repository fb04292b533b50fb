"""Builds minimal ELF files in memory: no code, but every table that a reader of dependencies looks at (gABI, LSB)."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

_MACHINES = {"x86": 3, "ppc64": 21, "s390x": 22, "arm": 40, "x86_64": 62, "aarch64": 183, "riscv": 243}
_BASE = 0x10000
_HIDDEN = 0x100
"""Marks a symbol's info: it has hidden visibility."""
_PT_LOAD, _PT_DYNAMIC, _PT_INTERP = 1, 2, 3
_NEEDED, _STRTAB, _STRSZ, _SONAME, _RPATH, _RUNPATH = 1, 5, 10, 14, 15, 29
_FLAGS_1, _VERNEED, _VERNEEDNUM = 0x6FFFFFFB, 0x6FFFFFFE, 0x6FFFFFFF
_HASH, _SYMTAB, _SYMENT, _GNU_HASH = 4, 6, 11, 0x6FFFFEF5
_PROGBITS, _STRTAB_TYPE, _HASH_TYPE, _DYNAMIC_TYPE, _DYNSYM_TYPE = 1, 3, 5, 6, 11
_GNU_HASH_TYPE, _VERNEED_TYPE = 0x6FFFFFF6, 0x6FFFFFFE


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
    imports: Sequence[str] = (),
    weak: Sequence[str] = (),
    hidden: Sequence[str] = (),
    hashed: Literal["sysv", "gnu"] | None = "gnu",
    crates: bytes = b"",
    pie: bool = False,
    sections: bool = True,
) -> bytes:
    """Return an ELF shared object (or with ``interpreter`` an executable, both of type ET_DYN).

    ``versions`` maps a needed library to the symbol versions needed from it (``{"libc.so.6": ("GLIBC_2.17",)}``) and
    adds it to ``needed``. ``exports`` are defined symbols, ``imports`` and ``weak`` undefined ones, ``hidden`` defined
    ones that nobody else sees; ``hashed`` is the kind of hash table over them. ``crates`` is the content of
    ``.dep-v0``. Addresses differ from file offsets. Without ``sections`` there is no section table.
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
    symbols, hashes = b"", b""
    if imports or weak or hidden or exports:
        symbols, hashes = form.symbols(strings, imports, weak, hidden, exports, machine, hashed)
    verneed = form.verneed(strings, versions or {})
    body = [
        _Section(".interp", _PROGBITS, (interpreter.encode() + b"\0") if interpreter is not None else b""),
        _Section(".dynstr", _STRTAB_TYPE, strings.data),
        _Section(".gnu.version_r", _VERNEED_TYPE, verneed, link=2, info=len(versions or {})),
        _Section(".rodata", _PROGBITS, rodata),
        _Section(".dynamic", _DYNAMIC_TYPE, b"", link=2, entry_size=bits // 4),
        _Section(".data", _PROGBITS, data),
        _Section(".dynsym", _DYNSYM_TYPE, symbols, link=2, info=1, entry_size=bits * 3 // 8 if bits == 64 else 16),
        _Section(".hash", _HASH_TYPE, hashes, link=7)
        if hashed == "sysv"
        else _Section(".gnu.hash", _GNU_HASH_TYPE, hashes, link=7),
        *([_Section(".dep-v0", _PROGBITS, crates)] if crates else []),
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

    def symbol(self, name: int, info: int, section: int) -> bytes:
        other = 2 if info >= _HIDDEN else 0
        info = info % _HIDDEN
        if self.bits == 64:
            return self.pack("IBBHQQ", name, info, other, section, section * 16, 0)
        return self.pack("IIIBBH", name, section * 16, 0, info, other, section)

    def symbols(
        self,
        strings: _Strings,
        imports: Sequence[str],
        weak: Sequence[str],
        hidden: Sequence[str],
        exports: Sequence[str],
        machine: str,
        hashed: str | None,
    ) -> tuple[bytes, bytes]:
        """Return the symbols, undefined ones first as linkers put them, and the hash table."""
        rows = [(0, 0, 0), *((strings.add(name), 0x12, 0) for name in imports)]
        rows += [(strings.add(name), 0x22, 0) for name in weak]
        rows += [(strings.add(name), _HIDDEN + 0x12, 1) for name in hidden]
        rows += [(strings.add(name), 0x12, 1) for name in exports]
        first, count = len(rows) - len(exports), len(rows)
        if hashed is None:
            table = b""
        elif hashed == "sysv":
            form = "Q" if self.bits == 64 and machine == "s390x" else "I"
            table = self.pack(f"{3 + count}{form}", 1, count, count - 1, *range(count))
        else:
            chain = [0x10] * max(len(exports) - 1, 0) + [0x11] * bool(exports)
            table = self.pack("IIIIWI", 1, first if exports else 1, 1, 0, 0, first if exports else 0)
            table += self.pack(f"{len(chain)}I", *chain)
        return b"".join(self.symbol(*row) for row in rows), table

    def dynamic(self, tags: list[tuple[int, int]]) -> bytes:
        return b"".join(self.pack("WW", tag, value) for tag, value in [*tags, (0, 0)])

    def program_header(self, kind: int, flags: int, offset: int, size: int) -> bytes:
        address = _BASE + offset
        if self.bits == 64:
            return self.pack("IIQQQQQQ", kind, flags, offset, address, address, size, size, 8)
        return self.pack("IIIIIIII", kind, offset, address, address, size, size, flags, 4)

    def assemble(self, body: list[_Section], tags: list[tuple[int, int]], machine: int, *, sections: bool) -> bytes:
        header_size, program_size, section_size = (64, 56, 64) if self.bits == 64 else (52, 32, 40)
        interp, dynstr, verneed, _, dynamic, _, dynsym, hashes, *_ = body
        dynamic.data = self.dynamic(tags + self.tables(dynstr, verneed, dynsym, hashes))
        programs = 2 + bool(interp.data)
        offset = header_size + programs * program_size
        out = b""
        for section in body:
            out += bytes(-(offset + len(out)) % 16)
            section.offset = offset + len(out)
            out += section.data
        values = self.tables(dynstr, verneed, dynsym, hashes)
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

    def tables(self, dynstr: _Section, verneed: _Section, dynsym: _Section, hashes: _Section) -> list[tuple[int, int]]:
        """Return the tags that tell where tables are loaded."""
        values = [(_STRTAB, _BASE + dynstr.offset), (_STRSZ, len(dynstr.data))]
        if verneed.info:
            values += [(_VERNEED, _BASE + verneed.offset), (_VERNEEDNUM, verneed.info)]
        if dynsym.data:
            values += [(_SYMTAB, _BASE + dynsym.offset), (_SYMENT, dynsym.entry_size)]
        if hashes.data:
            tag = _HASH if hashes.kind == _HASH_TYPE else _GNU_HASH
            values.append((tag, _BASE + hashes.offset))
        return values

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
