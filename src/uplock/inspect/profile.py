"""What a wheel contains: its core metadata and its native code. Nothing is executed, extracted or written."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import BinaryIO, Literal

from uplock.errors import InputError, located
from uplock.inspect.elf import ElfHeader, read_elf
from uplock.inspect.identify import identify, unmangled
from uplock.inspect.libraries import table
from uplock.inspect.metadata import parse_metadata
from uplock.inspect.versions import claimed_glibc, highest
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
MAX_NEEDED = 100_000
"""Needed libraries over all files."""
MAX_SBOM = 64 * 1024 * 1024

_NATIVE_NAME = re.compile(r"\.(?:so(?:\.[^/]+)?|pyd|dll|dylib|exe|node)\Z", re.IGNORECASE)
_SCRIPT = re.compile(r"[^/]+\.data/scripts/[^/]+\Z")
_TEXT_NAME = re.compile(r"\.(?:py|pyi|pyx|pxd|txt|md|rst|json|toml|cfg|h|hpp|c|cpp|sh|html|js|css)\Z")
_EXTENSION_NAME = re.compile(r"\.(?:cpython-[^/]+|abi3|abi3t|pypy[^/]+)\.so\Z")
_STABLE_ABI = re.compile(r"\.abi3t?\.so\Z")
_GRAFTED = re.compile(r"\A[^/]+\.libs/|-[0-9a-f]{8}\.(?:[^/]+\.)?so[^/]*\Z")
_MAGIC = {
    b"MZ": "a Windows (PE) file, which is not read",
    b"\xfe\xed\xfa\xce": "a macOS (Mach-O) file, which is not read",
    b"\xfe\xed\xfa\xcf": "a macOS (Mach-O) file, which is not read",
    b"\xce\xfa\xed\xfe": "a macOS (Mach-O) file, which is not read",
    b"\xcf\xfa\xed\xfe": "a macOS (Mach-O) file, which is not read",
    b"\xca\xfe\xba\xbe": "a macOS (universal Mach-O) file, which is not read",
    b"\xca\xfe\xba\xbf": "a macOS (universal Mach-O) file, which is not read",
}


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
    return WheelContents(metadata=metadata, native=_Inspection(wheel).profile())


class _Found(Value, frozen=True, kw_only=True):
    """One ELF file as inspected."""

    path: str
    sha256: Sha256
    size: int
    header: ElfHeader
    role: Literal["extension", "library", "executable"]
    libraries: tuple[NativeLibrary, ...]


class _Inspection:
    """One pass over the native files of a wheel."""

    def __init__(self, wheel: Wheel) -> None:
        self._wheel = wheel
        self._found: list[_Found] = []
        self._skipped: list[str] = []
        self._twins = Counter((member.crc, member.size) for member in wheel.members)
        self._seen: dict[bytes, _Found | str] = {}
        self._needed = 0

    def profile(self) -> NativeProfile:
        """Inspect every native file, then put together what only all of them tell."""
        for member in sorted(self._wheel.members, key=lambda member: member.path):
            if self._is_candidate(member):
                self._inspect(member)
        inside = {member.path.rpartition("/")[2] for member in self._wheel.members}
        inside.update(found.header.soname for found in self._found if found.header.soname)
        needed = {name for found in self._found for name in found.header.needed}
        system = frozenset(needed - inside)
        objects = tuple(_object(found, system) for found in self._found)
        return NativeProfile(
            objects=objects,
            libraries=tuple(library for found in self._found for library in found.libraries),
            system=tuple(sorted(system)),
            glibc=highest(item.glibc for item in objects),
            glibc_claimed=claimed_glibc(self._wheel.name.platforms),
            sboms=self._sboms(),
            skipped=tuple(self._skipped),
        )
