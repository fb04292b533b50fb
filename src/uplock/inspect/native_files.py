"""One pass over the native files of a wheel: each is inflated once, hashed on the way, and searched at once."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from uplock.errors import InputError, located
from uplock.inspect.crate_sightings import crate_sightings
from uplock.inspect.crates import read_crates
from uplock.inspect.identify import identify
from uplock.inspect.native import HEAD, NativeHeader, format_of, read_native
from uplock.inspect.sighting import Sighting
from uplock.inspect.wheel import Wheel
from uplock.inspect.zipdirectory import Member, refuse
from uplock.model.digest import Sha256
from uplock.model.native import NativeMember, Traces
from uplock.model.native_sbom import Crate
from uplock.model.value import Value, changed

MAX_NATIVE = 1024 * 1024 * 1024
"""Inflated size in bytes up to which a native file is read; one is in memory at a time."""
MAX_NATIVE_FILES = 10_000
MAX_NAMES = 16 * 1024 * 1024
"""Characters of all names in the native files' tables."""

_NATIVE_NAME = re.compile(r"\.(?:so(?:\.[^/]+)?|pyd|dll|dylib|exe|node)\Z", re.IGNORECASE)
_SCRIPT = re.compile(r"[^/]+\.data/scripts/[^/]+\Z")
_TEXT_NAME = re.compile(r"\.(?:py|pyi|pyx|pxd|txt|md|rst|json|toml|cfg|h|hpp|c|cpp|sh|html|js|css)\Z")
GRAFTED = re.compile(
    r"\A[^/]+\.libs/|(?:\A|/)\.dylibs/|-[0-9a-f]{8}\.(?:[^/]+\.)?so[^/]*\Z|-[0-9a-f]{32}\.dll\Z", re.IGNORECASE
)
"""Where auditwheel, delocate and delvewheel put libraries, and how they name them."""


class NativeFile(Value, frozen=True, kw_only=True):
    """One native file as read, or one slice of a universal file."""

    path: str
    sha256: Sha256
    size: int
    header: NativeHeader
    crates: tuple[Crate, ...]
    sightings: tuple[Sighting, ...]
    """Crates included."""


class NativeFiles:
    """The native files of a wheel, and those that could not be read, as pairs of path and reason."""

    def __init__(self, wheel: Wheel) -> None:
        """Read all of them. Raises :class:`InputError` if the wheel is malformed there or has more than any needs."""
        self.found: list[NativeFile] = []
        self.skipped: list[tuple[str, str]] = []
        self._wheel = wheel
        self._twins = Counter((member.crc, member.size) for member in wheel.members)
        self._stored: dict[bytes, tuple[NativeFile, ...] | str] = {}
        self._read: dict[Sha256, tuple[NativeFile, ...] | str] = {}
        self._names = 0
        for member in sorted(wheel.members, key=_path):
            if may_be_native(member):
                self._take(member)

    def _take(self, member: Member) -> None:
        """Read one file, or recognize it as a copy of one that was."""
        result = self._copy_of(member) if self._twins[member.crc, member.size] > 1 else self._inflated(member)
        if isinstance(result, str):
            self.skipped.append((member.path, result))
            return
        for file in result:
            self.found.append(changed(file, path=member.path))
            self._names += _length_of_names(file.header)
            if len(self.found) > MAX_NATIVE_FILES or self._names > MAX_NAMES:
                with located(self._wheel.filename):
                    refuse(f"has more than {MAX_NATIVE_FILES} native files, or they need too much")

    def _copy_of(self, member: Member) -> tuple[NativeFile, ...] | str:
        """Read each of several equal files once. Checksums can be forged, so the stored bytes decide what is equal."""
        digest = hashlib.sha256(b"%d %d " % (member.method, member.size))
        for piece in self._wheel.stored_pieces(member):
            digest.update(piece)
        key = digest.digest()
        if key not in self._stored:
            self._stored[key] = self._inflated(member)
        return self._stored[key]

    def _inflated(self, member: Member) -> tuple[NativeFile, ...] | str:
        """Return what was found (nothing, if the file is not native after all), or why the file cannot be read."""
        pieces = self._wheel.pieces(member)
        data = _begun(pieces)
        form = format_of(bytes(data[:HEAD]))
        if form is None:
            return "is no ELF, Mach-O or PE file" if _NATIVE_NAME.search(member.path) else ()
        if member.size > MAX_NATIVE:
            return f"its {member.size} bytes are more than {MAX_NATIVE}"
        sha256 = _completed(data, pieces)
        if sha256 not in self._read:
            try:
                headers = read_native(member.path, data, form)
            except InputError as error:
                self._read[sha256] = error.message
            else:
                self._read[sha256] = tuple(self._file(member, data, sha256, header) for header in headers)
        return self._read[sha256]

    def _file(self, member: Member, data: bytearray, sha256: Sha256, header: NativeHeader) -> NativeFile:
        crates: tuple[Crate, ...] = ()
        if header.crates is not None:
            try:
                crates = read_crates(data, header.crates)
            except InputError as error:
                self.skipped.append((member.path, error.message))
        seen = identify(
            member.path,
            data,
            header,
            library=header.role == "library",
            grafted=GRAFTED.search(member.path) is not None,
        )
        return NativeFile(
            path=member.path,
            sha256=sha256,
            size=member.size,
            header=header,
            crates=crates,
            sightings=(*seen, *crate_sightings(crates)),
        )


class _Known(Value, frozen=True, kw_only=True):
    """What :func:`~uplock.inspect.identify.identify` looks at in a header, as it was kept."""

    soname: str | None
    needed: tuple[str, ...]
    constants: tuple[tuple[int, int], ...]


def sightings_again(wheel: Wheel, members: Iterable[tuple[NativeMember, Traces]]) -> list[tuple[str, Sha256, Sighting]]:
    """Search the native files of a wheel, whose headers are known, for libraries once more.

    Returns what :class:`NativeFiles` would have found: path and digest of the file, and the evidence.
    """
    slices: dict[Sha256, dict[str, list[tuple[NativeMember, Traces]]]] = {}
    for member, traces in members:
        slices.setdefault(member.sha256, {}).setdefault(member.path, []).append((member, traces))
    by_path = {member.path: member for member in wheel.members}
    found = []
    for sha256, paths in slices.items():
        first = min(paths)
        data = bytearray().join(wheel.pieces(by_path[first]))
        for member, traces in paths[first]:
            known = _Known(soname=member.soname, needed=member.needed, constants=traces.constants)
            grafted = GRAFTED.search(first) is not None
            seen = identify(first, data, known, library=member.role == "library", grafted=grafted)
            seen += crate_sightings(traces.crates)
            found += [(path, sha256, each) for path in paths for each in seen]
    return found


def _begun(pieces: Iterator[bytes]) -> bytearray:
    """Return the first bytes of a file, enough to tell its format: the first pieces of it may be empty."""
    data = bytearray()
    for piece in pieces:
        data += piece
        if len(data) >= HEAD:
            break
    return data


def _completed(data: bytearray, pieces: Iterator[bytes]) -> Sha256:
    """Put the rest of a file behind ``data``, and return the digest of all."""
    digest = hashlib.sha256(data)
    for piece in pieces:
        data += piece
        digest.update(piece)
    return Sha256(digest.hexdigest())


def _length_of_names(header: NativeHeader) -> int:
    versions = sum(len(name) + sum(map(len, names)) for name, names in header.versions)
    names = (*header.needed, *header.delayed, *header.runpath, *header.modules, *header.python_symbols)
    return versions + sum(map(len, names))


def _path(member: Member) -> str:
    return member.path


def may_be_native(member: Member) -> bool:
    """Whether the file is worth a look at its first bytes: by name, as an installed script, or as an executable."""
    if _NATIVE_NAME.search(member.path) or _SCRIPT.match(member.path):
        return True
    return member.executable and _TEXT_NAME.search(member.path) is None
