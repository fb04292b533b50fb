"""Wheels (binary distribution format, PEP 427): opened strictly, listed from the central directory, never extracted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from uplock.errors import InputError, located
from uplock.inspect.source import Source
from uplock.inspect.zipdirectory import Directory, Member, read_directory, refuse
from uplock.inspect.zipmember import check_layout, pieces, stored_pieces
from uplock.model.value import Value
from uplock.model.wheel_name import is_bounded

MAX_METADATA = 16 * 1024 * 1024
"""Size of METADATA, in bytes."""

_HEADERS = 512
"""Enough for a local header with its extra fields; more costs one more read."""
_REQUIRED = ("METADATA", "WHEEL", "RECORD")


class WheelName(Value, frozen=True, kw_only=True):
    """What a wheel's file name says: normalized name, version, and its platform tags, sorted."""

    name: str
    version: str
    platforms: tuple[str, ...]


class Wheel:
    """An open wheel. Methods raise :class:`InputError` with the context ``FILENAME: member``."""

    def __init__(self, source: Source, directory: Directory, filename: str, name: WheelName) -> None:
        self._source = source
        self._directory = directory
        self._by_path = {member.path: member for member in directory.members}
        self.filename = filename
        self.name = name
        self.dist_info = self._find_dist_info()
        """The metadata directory, ``numpy-2.0.2.dist-info``, without a slash."""

    @property
    def members(self) -> tuple[Member, ...]:
        """All files in the directory's order."""
        return self._directory.members

    @property
    def folders(self) -> tuple[Member, ...]:
        """Entries of directories, whose paths end with a slash."""
        return self._directory.folders

    def read_member(self, path: str, limit: int) -> bytes:
        """Return the bytes of one file. Raises :class:`InputError` if it is missing, over ``limit`` or malformed."""
        with located(self.filename):
            member = self._by_path.get(path)
            if member is None:
                refuse("is missing", path)
            if member.size > limit:
                refuse(f"its {member.size} bytes are more than {limit}", path)
            self._source.read_ahead(member.offset, _HEADERS + len(member.raw_path) + member.compressed_size)
            return b"".join(pieces(self._source, member, self._directory.start))

    def pieces(self, member: Member) -> Iterator[bytes]:
        """Yield the bytes of one file in pieces; only after the last are they known to be what was declared."""
        with located(self.filename):
            yield from pieces(self._source, member, self._directory.start)

    def stored_pieces(self, member: Member) -> Iterator[bytes]:
        """Yield the bytes of one file as they are stored, compressed."""
        with located(self.filename):
            yield from stored_pieces(self._source, member)

    def check_layout(self) -> None:
        """Refuse data between the members, which a streaming installer would see and the directory does not list."""
        with located(self.filename):
            check_layout(self._source, self._directory)

    def _find_dist_info(self) -> str:
        """Return the one metadata directory; it must be the file name's and complete."""
        tops = {path.partition("/")[0] for path in self._by_path if "/" in path}
        found = sorted(top for top in tops if top.lower().endswith(".dist-info"))
        if len(found) != 1:
            refuse(f"has {len(found)} .dist-info directories instead of one")
        if not _belongs(found[0], self.name):
            refuse(f"does not belong to {self.name.name} {self.name.version}", found[0])
        for required in _REQUIRED:
            if f"{found[0]}/{required}" not in self._by_path:
                refuse("is missing", f"{found[0]}/{required}")
        return found[0]


def open_wheel(stream: BinaryIO, filename: str) -> Wheel:
    """Open a wheel from a seekable stream that stays open; reads the central directory only.

    Raises :class:`InputError` if the file name is not a wheel's, the zip file is malformed, ambiguous or over a bound,
    or the metadata directory is not the one that the file name promises.
    """
    name = parse_wheel_name(filename)
    with located(filename):
        source = Source(stream)
        return Wheel(source, read_directory(source), filename, name)


def read_metadata(stream: BinaryIO, filename: str) -> bytes:
    """Return METADATA of a wheel, with as few reads as its layout allows (the tail first). Raises InputError."""
    wheel = open_wheel(stream, filename)
    return wheel.read_member(f"{wheel.dist_info}/METADATA", MAX_METADATA)


def parse_wheel_name(filename: str) -> WheelName:
    """Parse a wheel's file name (PEP 427, PEP 425). Raises :class:`InputError`."""
    from packaging.utils import InvalidWheelFilename, parse_wheel_filename

    remedy = "Name it NAME-VERSION-PYTHON-ABI-PLATFORM.whl, as its index does."
    if not is_bounded(filename):
        raise InputError("stands for too many tags to be a wheel's name", context=filename, remedy=remedy)
    try:
        name, version, _, tags = parse_wheel_filename(filename)
    except InvalidWheelFilename as error:
        raise InputError("is not the file name of a wheel", context=filename, remedy=remedy) from error
    return WheelName(name=name, version=str(version), platforms=tuple(sorted({tag.platform for tag in tags})))


def _belongs(directory: str, name: WheelName) -> bool:
    from packaging.utils import canonicalize_name
    from packaging.version import InvalidVersion, Version

    stem, _, version = directory[: -len(".dist-info")].partition("-")
    try:
        return canonicalize_name(stem) == name.name and Version(version.replace("_", "-")) == Version(name.version)
    except InvalidVersion:
        return False
