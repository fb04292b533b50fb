"""The source tree of an sdist (PEP 625), for a build: every file within bounds, and nothing that leads out of it.

Stricter than what installers do (PEP 721): folders come from the files in them, links become copies of the files that
they lead to, and anything else is refused. Two members of one name, or names that differ in case alone, are refused
too: whoever reads the archive must see the tree that is built.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from uplock.errors import InputError, located
from uplock.inspect.sdist import MAX_PIECE, Bounded
from uplock.inspect.tar import BODILESS, Header, content, headers, regular_files
from uplock.model.value import Value

MAX_FILE = 256 * 1024 * 1024
"""Bytes of one file of a source tree."""
MAX_PATH = 1024
"""Characters of a path in a source tree."""
MAX_FILES = 50_000

_REMEDY = "Do not build it: ask its owners for a release with a wheel."
_FILE_LINK, _LINK, _FOLDER = b"1", b"2", b"5"


class SourceFile(Value, frozen=True, kw_only=True):
    """One file of a source tree. ``path`` is relative to the top folder; ``data`` is ``None`` for a copy of another."""

    path: str
    executable: bool = False
    data: bytes | None = None
    copy_of: str = ""
    """Path of the file that a link in the archive leads to."""


def source_files(stream: BinaryIO, filename: str) -> Iterator[SourceFile]:
    """Yield the files of ``NAME-VERSION.tar.gz``, those with content as they come, then the copies.

    Raises :class:`InputError` for anything that is not a gzipped tar with one top folder, that is over a bound, or that
    would be somewhere else than below that folder.
    """
    with located(filename), _readable():
        yield from _Tree(Bounded(stream)).files()


class _readable:  # noqa: N801 - used as a context manager only
    """Turns what ``gzip`` raises into :class:`InputError`, and gives every refusal its remedy."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, gzip.BadGzipFile | zlib.error | EOFError):
            raise InputError("is not a readable gzipped tar archive", remedy=_REMEDY) from error
        if isinstance(error, InputError):
            error.remedy = error.remedy or _REMEDY


class _Tree:
    """What has been seen of an archive so far."""

    def __init__(self, source: Bounded) -> None:
        self._source = source
        self._top = ""
        self._seen: dict[str, str] = {}
        """Paths by their form without case."""
        self._files: set[str] = set()
        self._copies: list[tuple[str, str]] = []

    def files(self) -> Iterator[SourceFile]:
        """Yield every file once."""
        for header in headers(self._source):
            path = self._path(header)
            if header.is_file:
                if header.size > MAX_FILE:
                    raise InputError(f"has a file of {header.size} bytes, more than {MAX_FILE}")
                self._files.add(path)
                yield SourceFile(path=path, executable=bool(header.mode & 0o100), data=content(self._source, header))
            elif header.kind in {_FILE_LINK, _LINK}:
                self._copies.append((path, self._led_to(path, header)))
            elif header.kind != _FOLDER:
                raise InputError("has a device or pipe, which no sdist needs")
        if not self._files:
            raise InputError("has no files")
        self._check_folders()
        for path, target in self._copies:
            if target not in self._files:
                raise InputError(f"has a link that leads to no file of it: {path[:200]!a}")
            yield SourceFile(path=path, copy_of=target)

    def _path(self, header: Header) -> str:
        """Return a member's path below the top folder, which every member must be in."""
        parts = _parts(header.name)
        self._top = self._top or parts[0]
        if parts[0] != self._top:
            raise InputError("has more than one top folder (PEP 625)")
        path = "/".join(parts[1:])
        if header.kind == _FOLDER:
            return path
        if not path:
            raise InputError("has a file in the place of its top folder")
        if path.casefold() in self._seen:
            raise InputError(f"has two members of one name: {path[:200]!a}")
        self._seen[path.casefold()] = path
        if len(self._seen) > MAX_FILES:
            raise InputError(f"has more than {MAX_FILES} files")
        if header.kind not in BODILESS and not header.is_file:
            raise InputError("has a member of a type that no sdist needs")
        return path

    def _led_to(self, path: str, header: Header) -> str:
        """Return where a link leads: hard links name a member, symbolic ones a path beside their own."""
        if header.kind == _FILE_LINK:
            parts = _parts(header.target)
            inside = parts[0] == self._top
            parts = parts[1:]
        else:
            parts, inside = path.split("/")[:-1], not header.target.startswith("/")
            for part in header.target.split("/"):
                if part == "..":
                    inside = inside and bool(parts)
                    parts = parts[:-1]
                elif part not in {"", "."}:
                    parts = [*parts, part]
        if not inside or not parts:
            raise InputError(f"has a link that leads out of it: {path[:200]!a}")
        return "/".join(parts)

    def _check_folders(self) -> None:
        """Refuse a file that stands where another one's folder is."""
        for path in self._seen.values():
            parts = path.split("/")
            for end in range(1, len(parts)):
                if "/".join(parts[:end]).casefold() in self._seen:
                    raise InputError(f"has a file where there is a folder: {path[:200]!a}")


def _parts(name: str) -> list[str]:
    """Return the parts of a member's name. Raises :class:`InputError` for one that is not plainly relative."""
    bare = name.removeprefix("./")
    parts = bare.rstrip("/").split("/")
    bad = {"", ".", ".."} & set(parts)
    if bad or len(name) > MAX_PATH or "\\" in name or "\0" in name or not name.isprintable():
        raise InputError(f"has a member whose name is not that of a file in it: {name[:200]!a}")
    return parts


def pyproject_of(stream: BinaryIO, filename: str) -> bytes | None:
    """Return pyproject.toml of the top folder of an sdist, ``None`` if it has none. Raises as :func:`source_files`."""
    found: bytes | None = None

    def wanted(name: str, size: int) -> bool:
        return _parts(name)[1:] == ["pyproject.toml"] and size <= MAX_PIECE

    with located(filename), _readable():
        for _, data in regular_files(Bounded(stream), wanted):
            if found is not None:
                raise InputError("has two pyproject.toml")
            found = data
    return found
