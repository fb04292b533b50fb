"""What LLVM's tools say about native files, in the words of our readers, to compare the two."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

from uplock.inspect.elf import ElfHeader
from uplock.inspect.macho import MachoSlice
from uplock.inspect.pe import PeHeader

READOBJ, OBJDUMP = shutil.which("llvm-readobj"), shutil.which("llvm-objdump")

_MACHINES = {
    "IMAGE_FILE_MACHINE_I386": "x86",
    "IMAGE_FILE_MACHINE_AMD64": "x86_64",
    "IMAGE_FILE_MACHINE_ARM64": "arm64",
    "I386": "i386",
    "X86_64": "x86_64",
    "ARM64": "arm64",
}
_KINDS = {"LC_LOAD_DYLIB": "load", "LC_LOAD_WEAK_DYLIB": "weak", "LC_REEXPORT_DYLIB": "reexport"}
_KINDS |= {"LC_LOAD_UPWARD_DYLIB": "upward", "LC_LAZY_LOAD_DYLIB": "lazy"}
_MODULE = re.compile(r"Py(?:Init|InitU|ModExport|ModExportU)_.")
_CPYTHON = re.compile(r"_?Py[A-Z_]")
_MACHO_CONSTANTS = {"__cstring", "__const", "__data", "__rodata"}


class Elf(NamedTuple):
    """What llvm-readobj says about an ELF file."""

    needed: tuple[str, ...]
    soname: str | None
    modules: tuple[str, ...]
    symbols: tuple[str, ...]
    crates: tuple[int, int] | None


class Pe(NamedTuple):
    """What llvm-readobj says about a PE file."""

    machine: str
    bits: int
    kind: str
    imports: tuple[str, ...]
    delayed: tuple[str, ...]
    modules: tuple[str, ...]
    symbols: tuple[str, ...]
    constants: tuple[tuple[int, int], ...]
    crates: tuple[int, int] | None


class Macho(NamedTuple):
    """What llvm-readobj and llvm-objdump say about one slice of a Mach-O file."""

    machine: str
    kind: str
    minimum_os: tuple[tuple[str, str], ...]
    install_id: str | None
    dylibs: tuple[tuple[str, str], ...]
    rpaths: tuple[str, ...]
    modules: tuple[str, ...]
    symbols: tuple[str, ...]
    constants: tuple[tuple[int, int], ...]
    """Counted from the start of the slice, as is what follows."""
    crates: tuple[int, int] | None


def _output(program: str | None, *arguments: str | Path) -> str:
    assert program is not None
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, check=True)
    return done.stdout


def _blocks(text: str, title: str) -> list[str]:
    """Return the blocks ``title {`` at any depth, each without its inner end."""
    return re.findall(rf"^ *{title} \{{\n(.*?)^ *\}}$", text, re.MULTILINE | re.DOTALL)


def _field(block: str, name: str) -> str:
    found = re.search(rf"^ *{name}: *(.*)$", block, re.MULTILINE)
    return found[1] if found else ""


def _number(block: str, name: str) -> int:
    return int(_field(block, name).split()[0], 0)


def _merged(ranges: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif start < end:
            merged.append((start, end))
    return tuple(merged)


def elf(path: Path) -> Elf:
    """Ask llvm-readobj about an ELF file."""
    text = _output(READOBJ, "--dyn-symbols", "--dynamic-table", "--sections", path)
    tags = re.findall(
        r"^ *0x[0-9A-F]+ (NEEDED|SONAME) +(?:Shared library|Library soname): \[(.*)\]$", text, re.MULTILINE
    )
    modules, symbols = set(), set()
    for block in _blocks(text.partition("\nDynamicSymbols [")[2], "Symbol"):
        name = re.sub(r"@.*", "", _field(block, "Name").rpartition(" (")[0])
        binding, hidden = _field(block, "Binding").split()[0], re.search(r"STV_(?:HIDDEN|INTERNAL)", block)
        if _field(block, "Section").startswith("Undefined"):
            if _CPYTHON.match(name):
                symbols.add(name)
        elif binding != "Local" and not hidden and _MODULE.match(name):
            modules.add(name)
    found = None
    for block in _blocks(text, "Section"):
        if _field(block, "Name").split()[0] == ".dep-v0":
            found = _number(block, "Offset"), _number(block, "Offset") + _number(block, "Size")
    return Elf(
        needed=tuple(name for tag, name in tags if tag == "NEEDED"),
        soname=next((name for tag, name in tags if tag == "SONAME"), None),
        modules=tuple(sorted(modules)),
        symbols=tuple(sorted(symbols)),
        crates=found,
    )


def pe(path: Path) -> Pe:
    """Ask llvm-readobj about a PE file."""
    text = _output(READOBJ, "--file-headers", "--sections", "--coff-imports", "--coff-exports", path)
    imports = re.findall(r"^Import \{\n(.*?)^\}$", text, re.MULTILINE | re.DOTALL)
    delayed = re.findall(r"^DelayImport \{\n(.*?)^\}$", text, re.MULTILINE | re.DOTALL)
    python = [block for block in imports + delayed if re.match(r"(?i)(lib)?(python|pypy)\d", _field(block, "Name"))]
    exports = {_field(block, "Name") for block in _blocks(text, "Export")}
    ranges, crates = [], None
    for block in _blocks(text, "Section"):
        start, size, memory = (_number(block, each) for each in ("PointerToRawData", "RawDataSize", "VirtualSize"))
        end = start + min(size, (memory + 4095) // 4096 * 4096)
        if _field(block, "Name").startswith((".rdata", ".data", ".rodata")):
            ranges.append((start, end))
        if _field(block, "Name").split()[0] == ".dep-v0":
            crates = start, end
    symbols = {name for block in python for name in re.findall(r"Symbol: (\S+) \(\d+\)", block)}
    return Pe(
        machine=_MACHINES.get(_field(text, "Machine").split()[0], "?"),
        bits=64 if "Magic: 0x20B" in text else 32,
        kind="dll" if "IMAGE_FILE_DLL (0x2000)" in text else "executable",
        imports=tuple(_field(block, "Name") for block in imports),
        delayed=tuple(_field(block, "Name") for block in delayed),
        modules=tuple(sorted(name for name in exports if _MODULE.match(name))),
        symbols=tuple(sorted(name for name in symbols if _CPYTHON.match(name))),
        constants=_merged(ranges),
        crates=crates,
    )


def macho(path: Path) -> tuple[Macho, ...]:
    """Ask llvm-readobj and llvm-objdump about every slice of a Mach-O file."""
    symbols = _output(READOBJ, "--symbols", path).split("\nFile: ")
    symbols = [text for text in symbols if text.strip()]
    headers = _output(OBJDUMP, "--macho", "--arch=all", "--private-headers", path).split("Mach header\n")[1:]
    assert len(symbols) == len(headers)
    return tuple(_macho_slice(head, text) for head, text in zip(headers, symbols, strict=True))


def _macho_slice(text: str, symbols: str) -> Macho:
    head, *commands = re.split(r"^Load command \d+\n", text, flags=re.MULTILINE)
    _, machine, subtype, _, kind, *_ = head.splitlines()[1].split()
    systems: list[tuple[str, str]] = []
    dylibs: list[tuple[str, str]] = []
    ids, rpaths, ranges, crates = [], [], [], []
    for each in commands:
        command = each.split(maxsplit=2)[1]
        if command in _KINDS:
            dylibs.append((_word(each, "name"), _KINDS[command]))
        elif command == "LC_ID_DYLIB":
            ids.append(_word(each, "name"))
        elif command == "LC_RPATH":
            rpaths.append(_word(each, "path"))
        elif command == "LC_VERSION_MIN_MACOSX":
            systems.append(("macos", _word(each, "version")))
        elif command == "LC_BUILD_VERSION":
            systems.append((_word(each, "platform"), _word(each, "minos")))
        elif command.startswith("LC_SEGMENT"):
            ranges += _sections(each, _MACHO_CONSTANTS)
            crates += _sections(each, {".dep-v0"})
    modules, undefined = _symbols(symbols)
    return Macho(
        machine="arm64e" if (machine, subtype) == ("ARM64", "E") else _MACHINES.get(machine, "?"),
        kind={"EXECUTE": "executable", "DYLIB": "dylib", "BUNDLE": "bundle"}[kind],
        minimum_os=tuple(dict.fromkeys(systems)),
        install_id=ids[0] if ids else None,
        dylibs=tuple(dylibs),
        rpaths=tuple(rpaths),
        modules=modules,
        symbols=undefined,
        constants=_merged(ranges),
        crates=crates[0] if crates else None,
    )


def _word(block: str, name: str) -> str:
    found = re.search(rf"^ *{name} (.*?)(?: \(offset \d+\))?$", block, re.MULTILINE)
    assert found, block
    return found[1]


def _sections(command: str, names: set[str]) -> list[tuple[int, int]]:
    found = []
    for section in command.split("\nSection\n")[1:]:
        if _word(section, "sectname") in names and "ZEROFILL" not in _word(section, "type"):
            start = int(_word(section, "offset"))
            found.append((start, start + int(_word(section, "size"), 16)))
    return found


def _symbols(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    modules, undefined = set(), set()
    for block in _blocks(text, "Symbol"):
        name = _field(block, "Name").rpartition(" ")[0]
        if not name.startswith("_") or not re.search(r"^ *Extern$", block, re.MULTILINE):
            continue
        if _field(block, "Type").startswith("Section") and _MODULE.match(name[1:]):
            modules.add(name[1:])
        if _field(block, "Type").startswith("Undef") and _CPYTHON.match(name[1:]):
            undefined.add(name[1:])
    return tuple(sorted(modules)), tuple(sorted(undefined))


def read(header: ElfHeader) -> Elf:
    """Return what our reader says in the same form."""
    return Elf(
        needed=header.needed,
        soname=header.soname,
        modules=header.python.modules,
        symbols=header.python.undefined,
        crates=header.crates,
    )


def said(header: PeHeader) -> Pe:
    """Return what our reader says in the same form."""
    return Pe(**{name: getattr(header, name) for name in Pe._fields})


def told(found: MachoSlice) -> Macho:
    """Return what our reader says about a slice in the same form."""
    return Macho(
        machine=found.machine,
        kind=found.kind,
        minimum_os=tuple((each.platform, each.version) for each in found.minimum_os),
        install_id=found.install_id.name if found.install_id else None,
        dylibs=tuple((each.name, each.kind) for each in found.dylibs),
        rpaths=found.rpaths,
        modules=found.modules,
        symbols=found.symbols,
        constants=tuple((start - found.offset, end - found.offset) for start, end in found.constants),
        crates=(found.crates[0] - found.offset, found.crates[1] - found.offset) if found.crates else None,
    )
