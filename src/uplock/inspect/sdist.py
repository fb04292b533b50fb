"""Source distributions (PEP 517, 643): their metadata as they stand in the archive; nothing is built or extracted.

An sdist may compute its dependencies when it is built, so what stands in it is a statement, not the whole truth:
metadata 2.2 says which fields are fixed (PEP 643), older ones say nothing, and setuptools leaves ``requires.txt``.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from uplock.errors import InputError, located
from uplock.inspect.metadata import parse_metadata
from uplock.inspect.tar import regular_files
from uplock.model.results import CoreMetadata
from uplock.model.value import Value

MAX_EXPANDED = 1024 * 1024 * 1024
"""Bytes of an expanded archive that are read at most."""
MAX_PIECE = 16 * 1024 * 1024
"""Bytes of one member that is read."""

_CHUNK = 1 << 16
_REMEDY = "Do not build it: ask its owners for a release with a wheel."
_SECTION = re.compile(r"\[(?P<extra>[^:\]]*)(?::(?P<marker>.*))?\]")
_INFO = re.compile(r"[^/]+/PKG-INFO")
_REQUIRES = re.compile(r"[^/]+/(?:[^/]+/){0,2}(?P<name>[^/]+)\.egg-info/requires\.txt")
_STATIC = ("1.0", "1.1", "1.2", "2.0", "2.1")
"""Metadata versions that do not say which fields are fixed."""


class SdistContents(Value, frozen=True, kw_only=True):
    """What an sdist says about itself. ``fixed``: its dependencies cannot change when it is built (PEP 643)."""

    raw: bytes
    """PKG-INFO, with the dependencies of ``requires.txt`` where it has none of its own and may have some."""
    metadata: CoreMetadata
    fixed: bool


def inspect_sdist(stream: BinaryIO, filename: str) -> SdistContents:
    """Read the metadata of ``NAME-VERSION.tar.gz``.

    Raises :class:`InputError` for anything that is not a gzipped tar with one top folder and a valid PKG-INFO, and
    for one that expands beyond :data:`MAX_EXPANDED`.
    """
    with located(filename):
        if not filename.endswith(".tar.gz"):
            raise InputError("is not a .tar.gz, the format of sdists (PEP 625)", remedy=_REMEDY)
        project = _name(filename.removesuffix(".tar.gz").rpartition("-")[0])
        try:
            info, requires = _members(Bounded(stream), project)
        except (gzip.BadGzipFile, zlib.error, EOFError) as error:
            raise InputError("is not a readable gzipped tar archive", remedy=_REMEDY) from error
        except InputError as error:
            error.remedy = _REMEDY
            raise
        if info is None:
            raise InputError("has no PKG-INFO", remedy=_REMEDY)
    metadata = parse_metadata(info, filename)
    fixed = metadata.metadata_version not in _STATIC and not _is_dynamic(info)
    if requires is not None and not fixed and not metadata.requires_dist:
        info = _with_requirements(info, requires)
        metadata = parse_metadata(info, filename)
    return SdistContents(raw=info, metadata=metadata, fixed=fixed)


class Bounded:
    """An expanded archive: forward only, no piece and no whole larger than the bounds."""

    def __init__(self, stream: BinaryIO) -> None:
        """``stream`` is the gzipped archive. Methods raise :class:`InputError`, and what ``gzip`` raises."""
        self._stream = gzip.GzipFile(fileobj=stream, mode="rb")
        self._left = MAX_EXPANDED

    def read(self, size: int) -> bytes:
        """Return ``size`` bytes, fewer at the end."""
        self._take(size)
        return self._stream.read(size)

    def skip(self, size: int) -> None:
        """Pass over ``size`` bytes."""
        self._take(size)
        while size > 0 and (passed := len(self._stream.read(min(size, _CHUNK)))):
            size -= passed
        if size:
            raise EOFError

    def _take(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise InputError(f"expands to more than {MAX_EXPANDED} bytes")


def _members(source: Bounded, project: str) -> tuple[bytes | None, bytes | None]:
    """Return PKG-INFO of the top folder, and ``requires.txt`` of the project's own egg-info folder."""
    found: dict[str, bytes] = {}

    def wanted(name: str, size: int) -> bool:
        return _role(name, project) is not None and size <= MAX_PIECE

    for name, data in regular_files(source, wanted):
        role = _role(name, project)
        if role is not None and found.setdefault(role, data) != data:
            raise InputError(f"has two different {role}")
    return found.get("PKG-INFO"), found.get("requires.txt")


def _role(name: str, project: str) -> str | None:
    """Return which of the two files that are read a member is: of others' egg-info folders, as in test data, none."""
    if _INFO.fullmatch(name):
        return "PKG-INFO"
    match = _REQUIRES.fullmatch(name)
    return "requires.txt" if match is not None and _name(match["name"]) == project else None


def _name(text: str) -> str:
    from packaging.utils import canonicalize_name

    return canonicalize_name(text)


def _is_dynamic(info: bytes) -> bool:
    return re.search(rb"^Dynamic:[ \t]*Requires-Dist[ \t]*\r?$", info, re.IGNORECASE | re.MULTILINE) is not None


def _with_requirements(info: bytes, requires: bytes) -> bytes:
    lines = b"".join(b"Requires-Dist: " + line.encode() + b"\n" for line in requirement_lines(requires))
    return lines + info


def requirement_lines(raw: bytes) -> Iterator[str]:
    """Yield the requirements of a setuptools ``requires.txt``: sections stand for an extra, a marker, or both."""
    suffix = ""
    for line in raw.decode("utf-8", "replace").splitlines():
        text = line.strip()
        if not text:
            continue
        if match := _SECTION.fullmatch(text):
            extra = [f"extra == '{match['extra']}'"] if match["extra"] else []
            marker = [f"({match['marker']})"] if match["marker"] else []
            suffix = " ; " * bool(marker or extra) + " and ".join(marker + extra)
        else:
            yield text + suffix
