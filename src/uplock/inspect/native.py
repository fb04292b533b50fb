"""Native files whatever their format: one view of ELF, Mach-O and PE headers, and what comes from outside a wheel."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection
from typing import Literal

from uplock.inspect.binary import is_module
from uplock.inspect.elf import ElfHeader, read_elf
from uplock.inspect.macho import FIRST_JAVA, MachoSlice, read_macho
from uplock.inspect.pe import PeHeader, read_pe
from uplock.model.value import Value

Format = Literal["elf", "mach-o", "pe"]
Role = Literal["extension", "library", "executable"]

MAX_MODULES = 4096
"""Entry points that are told per ELF file."""

_MAGICS: dict[bytes, Format] = {
    b"\x7fELF": "elf",
    b"\xfe\xed\xfa\xce": "mach-o",
    b"\xfe\xed\xfa\xcf": "mach-o",
    b"\xce\xfa\xed\xfe": "mach-o",
    b"\xcf\xfa\xed\xfe": "mach-o",
    b"\xca\xfe\xba\xbe": "mach-o",
    b"\xca\xfe\xba\xbf": "mach-o",
}
HEAD = 8
"""Bytes of a file that tell its format."""
_EXTENSION_NAME = re.compile(r"\.(?:cpython-[^/]+|abi3|abi3t|pypy[^/]+)\.so\Z")
_STABLE_ABI = re.compile(r"\.abi3t?\.so\Z")
_PYTHON_DLL = re.compile(r"python3(?P<version>[0-9]+)?t?(?:_d)?\.dll\Z", re.IGNORECASE)
_ELF_MODULE = re.compile(rb"(?<=\0)Py(?:Init|InitU|ModExport|ModExportU)_[\x21-\x7e]{1,255}(?=\0)")
_OF_WINDOWS = re.compile(
    r"(?:api-ms-win-|ext-ms-)[a-z0-9-]+\.dll\Z"
    r"|(?:advapi32|bcrypt|bcryptprimitives|cfgmgr32|combase|comctl32|comdlg32|crypt32|dbghelp|dnsapi|gdi32|imm32"
    r"|iphlpapi|kernel32|kernelbase|mswsock|msvcrt|ncrypt|normaliz|ntdll|ole32|oleaut32|powrprof|psapi|rpcrt4|sechost"
    r"|secur32|setupapi|shell32|shlwapi|user32|userenv|version|winmm|winspool\.drv|wldap32|ws2_32)(?:\.dll)?\Z"
)
"""What Windows takes from itself, in lower case, even if a wheel has a file of that name."""


class NativeHeader(Value, frozen=True, kw_only=True):
    """What the headers of one native file say, or of one slice of a universal file."""

    format: Format
    machine: str
    bits: Literal[32, 64]
    role: Role
    soname: str | None = None
    """SONAME, install id, or the name in the export table."""
    needed: tuple[str, ...] = ()
    delayed: tuple[str, ...] = ()
    """Needed when first used: lazy dylibs, delayed imports."""
    runpath: tuple[str, ...] = ()
    minimum_os: str | None = None
    """``macos 11.0``; with several, or with a contradiction, all of them with commas between."""
    modules: tuple[str, ...] = ()
    versions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    stable_abi: bool = False
    """The name claims it (``.abi3.so``); on Windows, where names do not tell, it needs ``python3.dll`` only."""
    constants: tuple[tuple[int, int], ...] = ()
    crates: tuple[int, int] | None = None
    """The section ``.dep-v0``: start and end in the file."""


def format_of(head: bytes) -> Format | None:
    """Return the format of a file by its first bytes; Java class files, which begin like Mach-O files, have none."""
    if head[:4] == b"\xca\xfe\xba\xbe" and int.from_bytes(head[4:8], "big") >= FIRST_JAVA:
        return None
    return "pe" if head[:2] == b"MZ" else _MAGICS.get(head[:4])


def read_native(path: str, data: bytes | bytearray, form: Format) -> tuple[NativeHeader, ...]:
    """Read the headers of a native file: one, or one per processor. Raises :class:`InputError` if it is damaged."""
    match form:
        case "elf":
            return (_from_elf(path, data, read_elf(data)),)
        case "mach-o":
            return tuple(_from_macho(path, each) for each in read_macho(data))
        case "pe":
            return (_from_pe(path, read_pe(data)),)


def system_of(headers: Collection[NativeHeader], paths: Collection[str]) -> frozenset[str]:
    """Return what is needed from outside a wheel with native files at ``paths``.

    ELF: SONAMEs. Mach-O: install names as written; those with an absolute path are outside whatever the wheel has.
    PE: names of DLLs in lower case, as Windows compares them.
    """
    inside = {_base(path) for path in paths}
    dlls = {name.lower() for name in inside}
    inside.update(_base(header.soname) for header in headers if header.soname and header.format != "pe")
    outside: set[str] = set()
    for header in headers:
        for needed in (*header.needed, *header.delayed):
            if header.format == "pe":
                name = needed.lower()
                if name not in dlls or _OF_WINDOWS.match(name):
                    outside.add(name)
            elif needed.startswith("/") or _base(needed) not in inside:
                outside.add(needed)
    return frozenset(outside)


def _base(path: str) -> str:
    return path.rpartition("/")[2]


def _from_elf(path: str, data: bytes | bytearray, header: ElfHeader) -> NativeHeader:
    found = _ELF_MODULE.finditer(data, *header.names)
    modules = {match[0].decode("ascii") for match in itertools.islice(found, MAX_MODULES)}
    executable = header.kind == "executable" or header.pie or (header.interpreter and header.soname is None)
    return NativeHeader(
        format="elf",
        machine=header.machine,
        bits=header.bits,
        role="executable" if executable else _role(path, header.soname, modules),
        soname=header.soname,
        needed=header.needed,
        runpath=header.runpath,
        modules=tuple(sorted(filter(is_module, modules))),
        versions=header.versions,
        stable_abi=_STABLE_ABI.search(path) is not None,
        constants=header.constants,
    )


def _from_macho(path: str, found: MachoSlice) -> NativeHeader:
    soname = found.install_id.name if found.install_id else None
    return NativeHeader(
        format="mach-o",
        machine=found.machine,
        bits=found.bits,
        role="executable" if found.kind == "executable" else _role(path, soname, found.modules),
        soname=soname,
        needed=tuple(each.name for each in found.dylibs if each.kind != "lazy"),
        delayed=tuple(each.name for each in found.dylibs if each.kind == "lazy"),
        runpath=found.rpaths,
        minimum_os=", ".join(f"{each.platform} {each.version}" for each in found.minimum_os) or None,
        modules=found.modules,
        stable_abi=_STABLE_ABI.search(path) is not None,
        constants=found.constants,
    )


def _from_pe(path: str, header: PeHeader) -> NativeHeader:
    pythons = [match for name in header.imports if (match := _PYTHON_DLL.match(name))]
    extension = path.lower().endswith(".pyd")
    return NativeHeader(
        format="pe",
        machine=header.machine,
        bits=header.bits,
        role="executable" if header.kind == "executable" else "extension" if extension else "library",
        soname=header.name,
        needed=header.imports,
        delayed=header.delayed,
        modules=header.modules,
        stable_abi=extension and bool(pythons) and not any(match["version"] for match in pythons),
        constants=header.constants,
    )


def _role(path: str, soname: str | None, modules: Collection[str]) -> Role:
    """Tell extension modules from libraries; Python's own library exports modules, too."""
    if _EXTENSION_NAME.search(path):
        return "extension"
    return "extension" if path.endswith(".so") and modules and not _base(soname or "").startswith("lib") else "library"
