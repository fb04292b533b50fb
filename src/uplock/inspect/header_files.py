"""C headers that a wheel ships: they tell the versions of libraries that their code does not tell."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from uplock.inspect.libraries import HeaderFile, table
from uplock.inspect.wheel import Wheel
from uplock.inspect.zipdirectory import Member
from uplock.model.value import Value

MAX_HEADER = 1024 * 1024
"""Bytes of a header; those that the table names are far smaller, or hold the version at their beginning."""
MAX_HEADERS = 256
"""Headers that are read per wheel."""


class HeaderVersion(Value, frozen=True, kw_only=True):
    """What one C header says about the version of its library."""

    project: str
    version: str
    path: str


def header_versions(wheel: Wheel) -> tuple[HeaderVersion, ...]:
    """Return what the headers say that the table knows, sorted by path. Raises :class:`InputError` if one is damaged.

    A header that is not text, too long, or of another form says nothing.
    """
    candidates = (member for member in wheel.members if member.path.endswith(".h") and member.size <= MAX_HEADER)
    found: list[HeaderVersion] = []
    read = 0
    for member in sorted(candidates, key=_path):
        rows = tuple(_rows(member.path))
        if rows and read < MAX_HEADERS:
            read += 1
            content = wheel.read_member(member.path, MAX_HEADER).decode("utf-8", "replace")
            versions = ((project, version_of(row, content)) for project, row in rows)
            found += [
                HeaderVersion(project=project, version=version, path=member.path)
                for project, version in versions
                if version is not None
            ]
    return tuple(found)


def version_of(row: HeaderFile, content: str) -> str | None:
    """Return the version that a header tells, or ``None`` if a part of it is missing or told in two ways."""
    parts = []
    for pattern in row.version:
        told = {match[1] for match in re.finditer(pattern, content)}
        if len(told) != 1:
            return None
        parts.append(str(int(told.pop(), 16)) if row.hexadecimal else told.pop())
    return ".".join(parts)


def _rows(path: str) -> Iterator[tuple[str, HeaderFile]]:
    """Yield the rows of the table for a file, each with its project."""
    for end, project, row in _by_name().get(path.rpartition("/")[2], ()):
        if f"/{path}".endswith(end):
            yield project, row


@functools.cache
def _by_name() -> dict[str, list[tuple[str, str, HeaderFile]]]:
    """Return all rows by the name of their file, each with the end of the path."""
    by_name: dict[str, list[tuple[str, str, HeaderFile]]] = {}
    for library in table().libraries:
        for row in library.headers:
            by_name.setdefault(row.file.rpartition("/")[2], []).append((f"/{row.file}", library.name, row))
    return by_name


def _path(member: Member) -> str:
    return member.path
