"""Native files with one exported function or variable: code, and 64 bytes behind it a text that it may return."""

from __future__ import annotations

import struct
from typing import Literal, NamedTuple

from support.macho import build_fat, build_macho

Format = Literal["elf", "mach-o", "universal", "pe"]
FORMATS: tuple[Format, ...] = ("elf", "mach-o", "universal", "pe")
TEXT = 64
"""Distance of the text from the code."""

_ELF_MACHINES = {"x86_64": 62, "aarch64": 183, "riscv": 243}
_PE_MACHINES = {"x86_64": 0x8664, "aarch64": 0xAA64, "x86": 0x14C, "riscv": 0x5064}
_MACHO_MACHINES = {"x86_64": "x86_64", "aarch64": "arm64", "x86": "i386", "riscv": "ppc64"}
_ADDRESS = 0x11000

RET = b"\xc3"
RET64 = struct.pack("<I", 0xD65F03C0)


class Header(NamedTuple):
    """What identification looks at in headers."""

    constants: tuple[tuple[int, int], ...]
    soname: str | None = None
    needed: tuple[str, ...] = ()


class Built(NamedTuple):
    """A file, and its header."""

    data: bytes
    header: Header


def built(
    form: Format,
    code: bytes,
    *,
    text: bytes = b"",
    symbol: str = "demo_version",
    machine: str = "x86_64",
    defined: bool = True,
    soname: str | None = None,
    needed: tuple[str, ...] = (),
) -> Built:
    """Return a file that exports ``symbol`` at ``code``; without ``defined`` it only needs it."""
    region = code.ljust(TEXT, b"\xcc") + text + b"\0"
    match form:
        case "elf":
            data = _elf(region, symbol, _ELF_MACHINES[machine], defined=defined)
        case "mach-o" | "universal":
            entry = (symbol, 0x0F if defined else 0x01, 0)
            thin = build_macho(machine=_MACHO_MACHINES[machine], sections={"__const": region}, symbols=[entry])
            other = build_macho(machine="arm64e", sections={"__const": b"other\0"})
            data = build_fat({"arm64e": other, _MACHO_MACHINES[machine]: thin}) if form == "universal" else thin
        case "pe":
            data = _pe(region, symbol if defined else "other", _PE_MACHINES[machine])
    place = data.index(region)
    return Built(data, Header(constants=((place, place + len(region)),), soname=soname, needed=needed))


def _elf(region: bytes, symbol: str, machine: int, *, defined: bool) -> bytes:
    names = b"\0first_version_of_all\0" + symbol.encode() + b"\0"
    value = _ADDRESS if defined else 0
    entries = bytes(24) + struct.pack("<IBBHQQ", names.index(symbol.encode()), 0x12, 0, int(defined), value, 8)
    table = 64
    body = table + 4 * 64
    strings, symbols = body + len(region), body + len(region) + len(names)
    rows = [
        (0, 0, 0, 0, 0, 0, 0),
        (1, 2, _ADDRESS, body, len(region), 0, 0),
        (3, 2, 0x20000, strings, len(names), 0, 0),
        (11, 2, 0x30000, symbols, len(entries), 2, 24),
    ]
    head = b"\x7fELF\x02\x01\x01" + bytes(9)
    head += struct.pack("<HHIQQQIHHHHHH", 3, machine, 1, 0, 0, table, 0, 64, 56, 0, 64, len(rows), 0)
    sections = b"".join(
        struct.pack("<IIQQQQIIQQ", 0, kind, flags, address, place, size, link, 0, 1, step)
        for kind, flags, address, place, size, link, step in rows
    )
    return head + sections + region + names + entries


def _pe(region: bytes, symbol: str, machine: int) -> bytes:
    text = b"aaa_version\0" + symbol.encode() + b"\0"
    tables = _ADDRESS + len(region)
    first, second = tables + 40, tables + 40 + len(b"aaa_version\0")
    functions = first + len(text)
    directory = struct.pack("<IIIIIIIIII", 0, 0, 0, 0, 1, 2, 2, functions, functions + 8, functions + 16)
    content = region + directory + text
    content += struct.pack("<II", _ADDRESS + 1, _ADDRESS) + struct.pack("<II", first, second) + struct.pack("<HH", 0, 1)
    optional = struct.pack("<H", 0x20B) + bytes(110) + struct.pack("<II", tables, 40) + bytes(15 * 8)
    coff = b"PE\0\0" + struct.pack("<HHIIIHH", machine, 1, 0, 0, 0, len(optional), 0x2022)
    row = struct.pack("<8sIIIIIIHHI", b".rdata", len(content), _ADDRESS, len(content), 512, 0, 0, 0, 0, 0x4000_0040)
    headers = b"MZ" + bytes(0x3A) + struct.pack("<I", 64) + coff + optional + row
    return headers.ljust(512, b"\0") + content


def returns_number(number: int, *, machine: str = "x86_64") -> bytes:
    """Return the code of ``return NUMBER;``."""
    if machine == "aarch64":
        move = struct.pack("<I", 0x52800000 | (number & 0xFFFF) << 5)
        high = struct.pack("<I", 0x72A00000 | (number >> 16) << 5) if number >> 16 else b""
        return move + high + RET64
    return b"\xb8" + struct.pack("<I", number) + RET


def returns_text(*, machine: str = "x86_64", before: int = 0) -> bytes:
    """Return the code of ``return TEXT;`` that begins ``before`` bytes behind the function's start."""
    if machine == "aarch64":
        return struct.pack("<I", 0x10000000 | TEXT >> 2 << 5) + RET64
    return b"\x48\x8d\x05" + struct.pack("<i", TEXT - 7 - before) + RET
