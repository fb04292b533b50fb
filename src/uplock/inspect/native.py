"""Native files whatever their format: one view of ELF, Mach-O and PE headers, and what comes from outside a wheel."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Literal

from uplock.inspect.elf import ElfHeader, read_elf
from uplock.inspect.macho import FIRST_JAVA, MachoSlice, read_macho
from uplock.inspect.pe import PeHeader, read_pe
from uplock.model.native import Format, Role
from uplock.model.value import Value

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
_ABI = re.compile(
    r"\.(?P<abi>abi3t?|cpython-3[0-9]+[a-z]*|cp3[0-9]+[a-z]*|(?:pypy|graalpy)[0-9]+-[a-z0-9]+)(?:-[^/.]*)?\.(?:so|pyd)\Z"
)
"""Of a module's name; since 3.15 names of the stable ABI may have a platform as well."""
_STABLE_DLL = re.compile(r"python3(t?)(?:_d)?\.dll\Z", re.IGNORECASE)
_PYTHON_DLL = re.compile(r"python3[0-9]*t?(?:_d)?\.dll\Z", re.IGNORECASE)
_GLIBC, _MUSL, _LIBC = re.compile(r"libc\.so\.6(?:\.1)?\Z"), re.compile(r"libc\.musl-[^/]*\.so\.1\Z"), "libc.so"
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
    python_symbols: tuple[str, ...] = ()
    """Symbols in CPython's name space that it takes from elsewhere, sorted; of PE files from Python's DLLs."""
    versions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    libc: Literal["glibc", "musl"] | None = None
    """C library that an ELF file needs directly."""
    abi: str | None = None
    """What the name of an extension module claims: ``abi3``, ``abi3t``, or one version (``cpython-312``, ``cp312``).

    On Windows, where names do not tell the stable ABI, a module claims it that needs no other DLL of Python's than
    ``python3.dll`` (``abi3``) or ``python3t.dll`` (``abi3t``).
    """
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
            return (_from_elf(path, read_elf(data)),)
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


def _from_elf(path: str, header: ElfHeader) -> NativeHeader:
    executable = header.kind == "executable" or header.pie or (header.interpreter and header.soname is None)
    return NativeHeader(
        format="elf",
        machine=header.machine,
        bits=header.bits,
        role="executable" if executable else _role(path, header.soname, header.python.modules),
        soname=header.soname,
        needed=header.needed,
        runpath=header.runpath,
        modules=header.python.modules,
        python_symbols=header.python.undefined,
        versions=header.versions,
        libc=_libc(header),
        abi=_abi(path),
        constants=header.constants,
        crates=header.crates,
    )


def _libc(header: ElfHeader) -> Literal["glibc", "musl"] | None:
    """Tell the C library by its SONAME. That of musl has two, and shares one with Android's, which has versions."""
    if any(_GLIBC.match(name) for name in header.needed):
        return "glibc"
    plain = _LIBC in header.needed and _LIBC not in dict(header.versions)
    return "musl" if plain or any(_MUSL.match(name) for name in header.needed) else None


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
        python_symbols=found.symbols,
        abi=_abi(path),
        constants=found.constants,
        crates=found.crates,
    )


def _from_pe(path: str, header: PeHeader) -> NativeHeader:
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
        python_symbols=header.symbols,
        abi=(_abi(path.lower()) or _abi_by_imports((*header.imports, *header.delayed))) if extension else None,
        constants=header.constants,
        crates=header.crates,
    )


def _abi(path: str) -> str | None:
    found = _ABI.search(path)
    return found["abi"] if found else None


def _abi_by_imports(dlls: Collection[str]) -> str | None:
    """Tell the stable ABI that a module needs on Windows: each has a DLL of its own (PEP 384, PEP 803)."""
    pythons = [name for name in dlls if _PYTHON_DLL.match(name)]
    stable = {found[1].lower() for name in pythons if (found := _STABLE_DLL.match(name))}
    if len(stable) != 1 or not all(map(_STABLE_DLL.match, pythons)):
        return None
    return f"abi3{stable.pop()}"


def _role(path: str, soname: str | None, modules: Collection[str]) -> Role:
    """Tell extension modules from libraries; Python's own library exports modules, too."""
    if _ABI.search(path):
        return "extension"
    return "extension" if path.endswith(".so") and modules and not _base(soname or "").startswith("lib") else "library"
