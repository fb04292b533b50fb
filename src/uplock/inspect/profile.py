"""What a wheel contains: its core metadata and its native code. Nothing is executed, extracted or written."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO

from uplock.errors import InputError, located
from uplock.inspect.identify import identify
from uplock.inspect.libraries import table
from uplock.inspect.metadata import check_wheel_version, parse_metadata
from uplock.inspect.native import HEAD, NativeHeader, format_of, read_native, system_of
from uplock.inspect.versions import claimed_glibc, highest, system_floors
from uplock.inspect.wheel import MAX_METADATA, Wheel, open_wheel
from uplock.inspect.zipdirectory import Member, refuse
from uplock.model.digest import Sha256
from uplock.model.results import CoreMetadata, EmbeddedSbom, NativeLibrary, NativeObject, NativeProfile
from uplock.model.value import Value, changed

INSPECTOR_VERSION = f"2.{table().version}"
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
_GRAFTED = re.compile(
    r"\A[^/]+\.libs/|(?:\A|/)\.dylibs/|-[0-9a-f]{8}\.(?:[^/]+\.)?so[^/]*\Z|-[0-9a-f]{32}\.dll\Z", re.IGNORECASE
)
"""Where auditwheel, delocate and delvewheel put libraries, and how they name them."""


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
    """One native file as inspected, or one slice of a universal file."""

    path: str
    sha256: Sha256
    size: int
    header: NativeHeader
    libraries: tuple[NativeLibrary, ...]


class _Inspection:
    """One pass over the native files of a wheel."""

    def __init__(self, wheel: Wheel) -> None:
        self._wheel = wheel
        self._twins = Counter((member.crc, member.size) for member in wheel.members)
        self._known: dict[bytes, tuple[_Found, ...] | str] = {}
        self._found: list[_Found] = []
        self._skipped: list[tuple[str, str]] = []
        self._names = 0

    def profile(self) -> NativeProfile:
        """Inspect every native file, then put together what only all of them tell."""
        for member in sorted(self._wheel.members, key=_path):
            if _may_be_native(member):
                self._take(member)
        sboms = tuple(self._sboms())
        paths = {found.path for found in self._found} | {path for path, _ in self._skipped}
        system = system_of([found.header for found in self._found], paths)
        objects = tuple(_object(found, system) for found in self._found)
        return NativeProfile(
            objects=objects,
            libraries=tuple(dict.fromkeys(library for found in self._found for library in found.libraries)),
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
            return
        for found in result:
            libraries = tuple(changed(library, path=member.path) for library in found.libraries)
            self._found.append(changed(found, path=member.path, libraries=libraries))
            self._names += _length_of_names(found.header)
            if len(self._found) > MAX_NATIVE_FILES or self._names > MAX_NAMES:
                with located(self._wheel.filename):
                    refuse(f"has more than {MAX_NATIVE_FILES} native files, or they need too much")

    def _copy_of(self, member: Member) -> tuple[_Found, ...] | str:
        """Read each of several equal files once. Checksums can be forged, so the stored bytes decide what is equal."""
        digest = hashlib.sha256(b"%d %d " % (member.method, member.size))
        for piece in self._wheel.stored_pieces(member):
            digest.update(piece)
        key = digest.digest()
        if key not in self._known:
            self._known[key] = self._read(member)
        return self._known[key]

    def _read(self, member: Member) -> tuple[_Found, ...] | str:
        """Return what was found (nothing, if the file is not native after all), or why the file cannot be read."""
        form = format_of(self._wheel.head(member, HEAD))
        if form is None:
            return "is no ELF, Mach-O or PE file" if _NATIVE_NAME.search(member.path) else ()
        if member.size > MAX_NATIVE:
            return f"its {member.size} bytes are more than {MAX_NATIVE}"
        data, digest = bytearray(), hashlib.sha256()
        for piece in self._wheel.pieces(member):
            data += piece
            digest.update(piece)
        try:
            headers = read_native(member.path, data, form)
        except InputError as error:
            return error.message
        grafted = _GRAFTED.search(member.path) is not None
        return tuple(
            _Found(
                path=member.path,
                sha256=Sha256(digest.hexdigest()),
                size=member.size,
                header=header,
                libraries=identify(member.path, data, header, library=header.role == "library", grafted=grafted),
            )
            for header in headers
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


def _length_of_names(header: NativeHeader) -> int:
    versions = sum(len(name) + sum(map(len, names)) for name, names in header.versions)
    return versions + sum(map(len, (*header.needed, *header.delayed, *header.runpath, *header.modules)))


def _path(member: Member) -> str:
    return member.path


def _may_be_native(member: Member) -> bool:
    """Whether the file is worth a look at its first bytes: by name, as an installed script, or as an executable."""
    if _NATIVE_NAME.search(member.path) or _SCRIPT.match(member.path):
        return True
    return member.executable and _TEXT_NAME.search(member.path) is None


def _object(found: _Found, system: frozenset[str]) -> NativeObject:
    header = found.header
    floors = system_floors(header.versions, system)
    return NativeObject(
        path=found.path,
        sha256=found.sha256,
        size=found.size,
        role=header.role,
        format=header.format,
        machine=header.machine,
        bits=header.bits,
        soname=header.soname,
        needed=header.needed,
        delayed=header.delayed,
        runpath=header.runpath,
        glibc=floors.get("GLIBC"),
        glibcxx=floors.get("GLIBCXX"),
        cxxabi=floors.get("CXXABI"),
        gcc=floors.get("GCC"),
        stable_abi=header.stable_abi,
        minimum_os=header.minimum_os,
        modules=header.modules,
    )
