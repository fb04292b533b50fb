"""The table of native libraries (``libraries.toml``, which explains its fields), read once and checked."""

from __future__ import annotations

import functools
import re

from uplock.model.value import Value, convert


class Anchor(Value, frozen=True, kw_only=True):
    """Something that a library's code says about itself: a text, a version where it stands, a separate version."""

    text: str = ""
    version: str = ""
    lone: str = ""
    own: bool = False
    unless: str = ""
    digits: bool = False


class Library(Value, frozen=True, kw_only=True):
    """One project: names of its shared libraries, what their file names prove, and its anchors."""

    name: str
    names: tuple[str, ...] = ()
    forks: tuple[str, ...] = ()
    file: str = ""
    ports: tuple[str, ...] = ()
    anchors: tuple[Anchor, ...] = ()


class Table(Value, frozen=True, kw_only=True):
    """The whole table. Its version is part of the key of every result that was made with it."""

    version: int
    libraries: tuple[Library, ...]


@functools.cache
def table() -> Table:
    """Return the table that is part of this package."""
    import tomllib
    from importlib.resources import files

    return convert(tomllib.loads((files(__package__) / "libraries.toml").read_text("utf-8")), Table)


@functools.cache
def compiled(pattern: str) -> re.Pattern[bytes]:
    """Return a pattern of the table, compiled for bytes."""
    return re.compile(pattern.encode("ascii"))


@functools.cache
def constant(pattern: str) -> re.Pattern[bytes]:
    """Return a pattern of the table for the end of a C string; that it begins there as well is left to check."""
    return re.compile(pattern.encode("ascii") + rb"(?=\x00)")


@functools.cache
def ports() -> dict[str, str]:
    """Return vcpkg's port names that differ from ours."""
    return {port: library.name for library in table().libraries for port in library.ports}


def project_of(stem: str) -> Library | None:
    """Return the project of a shared library by its name up to ``.so``, if the table knows it."""
    exact, prefixes = _names()
    return exact.get(stem) or next((library for prefix, library in prefixes if stem.startswith(prefix)), None)


@functools.cache
def _names() -> tuple[dict[str, Library], tuple[tuple[str, Library], ...]]:
    """Return the table's shared library names: exact ones, and prefixes with the longest first."""
    pairs = [(name, library) for library in table().libraries for name in library.names]
    prefixes = [(name[:-1], library) for name, library in pairs if name.endswith("*")]
    return dict(pairs), tuple(sorted(prefixes, key=lambda pair: -len(pair[0])))
