"""What a wheel contains: its core metadata and its native code. Nothing is executed, extracted or written."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO, Literal

from uplock.errors import InputError, located
from uplock.inspect.elf import ElfHeader, read_elf
from uplock.inspect.identify import identify
from uplock.inspect.libraries import table
from uplock.inspect.metadata import check_wheel_version, parse_metadata
from uplock.inspect.versions import claimed_glibc, highest, system_floors
from uplock.inspect.wheel import MAX_METADATA, Wheel, open_wheel
from uplock.inspect.zipdirectory import Member, refuse
from uplock.model.digest import Sha256
from uplock.model.results import CoreMetadata, EmbeddedSbom, NativeLibrary, NativeObject, NativeProfile
from uplock.model.value import Value, changed

INSPECTOR_VERSION = f"1.{table().version}"
"""Version of this code, then of its table: part of the key of every result. Raise the first with every change of it."""

MAX_NATIVE = 1024 * 1024 * 1024
"""Inflated size in bytes up to which a native file is read; one is in memory at a time."""
MAX_NATIVE_FILES = 10_000
MAX_NAMES = 16 * 1024 * 1024
"""Characters of all names in the native files' tables."""
MAX_SBOM = 64 * 1024 * 1024

_NATIVE_NAME = re.compile(r"\.(?:so(?:\.[^/]+)?|pyd|dll|dylib|exe|node)\Z", re.IGNORECASE)
_SCRIPT = re.compile(r"[^/]+\.data/scripts/[^/]+\Z")
_TEXT_NAME = re.compile(r"\.(?:py|pyi|pyx|pxd|txt|md|rst|json|toml|cfg|h|hpp|c|cpp|sh|html|js|css)\Z")
_EXTENSION_NAME = re.compile(r"\.(?:cpython-[^/]+|abi3|abi3t|pypy[^/]+)\.so\Z")
_STABLE_ABI = re.compile(r"\.abi3t?\.so\Z")
_GRAFTED = re.compile(r"\A[^/]+\.libs/|-[0-9a-f]{8}\.(?:[^/]+\.)?so[^/]*\Z")
_PE, _MACHO = "a Windows (PE) file, which is not read", "a macOS (Mach-O) file, which is not read"
_UNIVERSAL = "a macOS (universal Mach-O) file, which is not read"
_FORMATS = {
    b"MZ": _PE,
    b"\xfe\xed\xfa\xce": _MACHO,
    b"\xfe\xed\xfa\xcf": _MACHO,
    b"\xce\xfa\xed\xfe": _MACHO,
    b"\xcf\xfa\xed\xfe": _MACHO,
    b"\xca\xfe\xba\xbe": _UNIVERSAL,
    b"\xca\xfe\xba\xbf": _UNIVERSAL,
}

Role = Literal["extension", "library", "executable"]


class WheelContents(Value, frozen=True, kw_only=True):
    """All that the bytes of one wheel say."""

    metadata: CoreMetadata
    native: NativeProfile


def inspect_wheel(stream: BinaryIO, filename: str) -> WheelContents:
    """Inspect a wheel in a seekable stream.

    Raises :class:`InputError` if the wheel or its metadata are malformed or over a bound. Native files that cannot be
    read are listed in ``native.skipped``.
    """
    wheel = open_wheel(stream, filename)
    wheel.check_layout()
    metadata = parse_metadata(wheel.read_member(f"{wheel.dist_info}/METADATA", MAX_METADATA), filename)
    check_wheel_version(wheel.read_member(f"{wheel.dist_info}/WHEEL", MAX_METADATA), filename)
    return WheelContents(metadata=metadata, native=_Inspection(wheel).profile())


class _Found(Value, frozen=True, kw_only=True):
    """One ELF file as inspected."""

    path: str
    sha256: Sha256
    size: int
    header: ElfHeader
    role: Role
    libraries: tuple[NativeLibrary, ...]


class _Inspection:
    """One pass over the native files of a wheel."""

    def __init__(self, wheel: Wheel) -> None:
        self._wheel = wheel
        self._twins = Counter((member.crc, member.size) for member in wheel.members)
        self._known: dict[bytes, _Found | str | None] = {}
        self._found: list[_Found] = []
        self._skipped: list[tuple[str, str]] = []
        self._names = 0

    def profile(self) -> NativeProfile:
        """Inspect every native file, then put together what only all of them tell."""
        for member in sorted(self._wheel.members, key=_path):
            if _may_be_native(member):
                self._take(member)
        sboms = tuple(self._sboms())
        inside = {_base(found.path) for found in self._found} | {_base(path) for path, _ in self._skipped}
        inside.update(found.header.soname for found in self._found if found.header.soname)
        system = frozenset(name for found in self._found for name in found.header.needed if name not in inside)
        objects = tuple(_object(found, system) for found in self._found)
        return NativeProfile(
            objects=objects,
            libraries=tuple(library for found in self._found for library in found.libraries),
            system=tuple(sorted(system)),
            glibc=highest(item.glibc for item in objects if item.glibc),
            glibc_claimed=claimed_glibc(self._wheel.name.platforms),
            sboms=sboms,
            skipped=tuple(f"{path}: {reason}" for path, reason in sorted(self._skipped)),
        )

    def _take(self, member: Member) -> None:
        """Inspect one file, or recognize it as a copy of one that was."""
        result = self._copy_of(member) if self._twins[member.crc, member.size] > 1 else self._read(member)
        if isinstance(result, str):
            self._skipped.append((member.path, result))
        elif result is not None:
            libraries = tuple(changed(library, path=member.path) for library in result.libraries)
            self._found.append(changed(result, path=member.path, libraries=libraries))
            self._names += _length_of_names(result.header)
            if len(self._found) > MAX_NATIVE_FILES or self._names > MAX_NAMES:
                with located(self._wheel.filename):
                    refuse(f"has more than {MAX_NATIVE_FILES} native files, or they need too much")

    def _copy_of(self, member: Member) -> _Found | str | None:
        """Read each of several equal files once. Checksums can be forged, so the stored bytes decide what is equal."""
        digest = hashlib.sha256(b"%d %d " % (member.method, member.size))
        for piece in self._wheel.stored_pieces(member):
            digest.update(piece)
        key = digest.digest()
        if key not in self._known:
            self._known[key] = self._read(member)
        return self._known[key]

    def _read(self, member: Member) -> _Found | str | None:
        """Return what was found, why the file cannot be read, or ``None`` if it is not native after all."""
        head = self._wheel.head(member, 4)
        if head != b"\x7fELF":
            return _other_format(member, head)
        if member.size > MAX_NATIVE:
            return f"its {member.size} bytes are more than {MAX_NATIVE}"
        data, digest = bytearray(), hashlib.sha256()
        for piece in self._wheel.pieces(member):
            data += piece
            digest.update(piece)
        try:
            header = read_elf(data)
        except InputError as error:
            return error.message
        role = _role(member.path, data, header)
        grafted = _GRAFTED.search(member.path) is not None
        return _Found(
            path=member.path,
            sha256=Sha256(digest.hexdigest()),
            size=member.size,
            header=header,
            role=role,
            libraries=identify(member.path, data, header, library=role == "library", grafted=grafted),
        )

    def _sboms(self) -> Iterator[EmbeddedSbom]:
        """Record the documents under ``sboms/`` of the metadata directory (PEP 770)."""
        folder = f"{self._wheel.dist_info}/sboms/"
        for member in sorted(self._wheel.members, key=_path):
            if not member.path.startswith(folder):
                continue
            if member.size > MAX_SBOM:
                self._skipped.append((member.path, f"its {member.size} bytes are more than {MAX_SBOM}"))
                continue
            digest = hashlib.sha256()
            for piece in self._wheel.pieces(member):
                digest.update(piece)
            yield EmbeddedSbom(path=member.path, sha256=Sha256(digest.hexdigest()), size=member.size)


def _length_of_names(header: ElfHeader) -> int:
    versions = sum(len(name) + sum(map(len, names)) for name, names in header.versions)
    return versions + sum(map(len, (*header.needed, *header.runpath)))


def _path(member: Member) -> str:
    return member.path


def _base(path: str) -> str:
    return path.rpartition("/")[2]


def _may_be_native(member: Member) -> bool:
    """Whether the file is worth a look at its first bytes: by name, as an installed script, or as an executable."""
    if _NATIVE_NAME.search(member.path) or _SCRIPT.match(member.path):
        return True
    return member.executable and _TEXT_NAME.search(member.path) is None


def _other_format(member: Member, head: bytes) -> str | None:
    """Say why a file is not read; ``None`` if it is no native file in spite of its place or mode."""
    named = _NATIVE_NAME.search(member.path) is not None
    reason = _FORMATS.get(head) or _FORMATS.get(head[:2])
    if reason == _UNIVERSAL and not named:
        return None  # Java classes begin with the same bytes
    return reason or ("is not an ELF file" if named else None)


def _role(path: str, data: bytearray, header: ElfHeader) -> Role:
    if header.kind == "executable" or header.pie or (header.interpreter and header.soname is None):
        return "executable"
    if _EXTENSION_NAME.search(path):
        return "extension"
    if path.endswith(".so") and not (header.soname or "").startswith("lib"):
        start, end = header.names
        if data.find(b"\0PyInit_", start, end) >= 0 or data.find(b"\0PyModExport_", start, end) >= 0:
            return "extension"
    return "library"


def _object(found: _Found, system: frozenset[str]) -> NativeObject:
    header = found.header
    floors = system_floors(header.versions, system)
    return NativeObject(
        path=found.path,
        sha256=found.sha256,
        size=found.size,
        role=found.role,
        machine=header.machine,
        bits=header.bits,
        soname=header.soname,
        needed=header.needed,
        runpath=header.runpath,
        glibc=floors.get("GLIBC"),
        glibcxx=floors.get("GLIBCXX"),
        cxxabi=floors.get("CXXABI"),
        gcc=floors.get("GCC"),
        stable_abi=_STABLE_ABI.search(found.path) is not None,
    )
