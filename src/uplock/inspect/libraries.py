"""The table of native libraries (``libraries.toml``, which explains its fields), read once and checked."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from typing import Literal

from uplock.model.value import Value, convert, empty_dict


class Anchor(Value, frozen=True, kw_only=True):
    """Something that a library's code says about itself: a text, a version where it stands, a separate version."""

    text: str = ""
    version: str = ""
    lone: str = ""
    before: str = ""
    own: bool = False
    hint: bool = False
    unless: str = ""
    digits: bool = False
    method: Literal["string", "symbol", "build-path"] = "string"


class Function(Value, frozen=True, kw_only=True):
    """A function of the library that returns its version as a text or as a number, or a variable that is the number."""

    symbol: str
    data: bool = False
    triple: bool = False
    stored: bool = False
    text: str = ""
    decimal: str = ""
    hexadecimal: str = ""


class HeaderFile(Value, frozen=True, kw_only=True):
    """A C header of the library in which its version stands."""

    file: str
    version: tuple[str, ...]
    hexadecimal: bool = False


class Library(Value, frozen=True, kw_only=True):
    """One project: names of its shared libraries, what their file names prove, and how its code is recognized."""

    name: str
    license: str = ""
    license_of: dict[str, str] = empty_dict()
    license_before: dict[str, str] = empty_dict()
    homepage: str = ""
    supplier: str = ""
    purl: str = "generic"
    cpe: str = ""
    names: tuple[str, ...] = ()
    dlls: tuple[str, ...] = ()
    forks: tuple[str, ...] = ()
    file: str = ""
    ports: tuple[str, ...] = ()
    resource: bool = False
    symbols: tuple[str, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    functions: tuple[Function, ...] = ()
    headers: tuple[HeaderFile, ...] = ()


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
def by_name() -> dict[str, Library]:
    """Return the projects by name."""
    return {library.name: library for library in table().libraries}


@functools.cache
def ports() -> dict[str, str]:
    """Return vcpkg's port names that differ from ours."""
    return {port: library.name for library in table().libraries for port in library.ports}


Functions = dict[bytes, tuple[str, Function]]
"""Functions by symbol, each with the project's name."""
COMMON_PART = b"ersion"
"""Part of the names of those functions that are looked for in every file."""


@functools.cache
def functions() -> Functions:
    """Return the functions that are looked for in every file."""
    every = {symbol: row for library in table().libraries for symbol, row in functions_of(library).items()}
    return {symbol: row for symbol, row in every.items() if COMMON_PART in symbol}


@functools.cache
def symbols() -> dict[bytes, str]:
    """Return the symbols that prove a project, each with the project's name."""
    return {symbol.encode("ascii"): library.name for library in table().libraries for symbol in library.symbols}


def functions_of(library: Library) -> Functions:
    """Return all functions of a project."""
    return {function.symbol.encode("ascii"): (library.name, function) for function in library.functions}


def version_in_text(function: Function, returned: str) -> str | None:
    """Return the version in the text that a function returns, or ``None`` if it has not the known form."""
    match = re.fullmatch(function.text, returned) if function.text else None
    return match[1] if match else None


def version_in_number(function: Function, returned: int) -> str | None:
    """Return the version that a function's number stands for, or ``None`` if it has not the known form."""
    for pattern, base, digits in ((function.decimal, 10, f"{returned:d}"), (function.hexadecimal, 16, f"{returned:x}")):
        match = re.fullmatch(pattern, digits) if pattern else None
        if match:
            return ".".join(str(int(part, base)) for part in match.groups() if part is not None)
    return None


def license_of(library: Library, version: str | None, names: Iterable[str]) -> str | None:
    """Return the license of a version of a project, of its shared libraries ``names``, or ``None`` if it is unknown."""
    parts = {
        next((text for start, text in library.license_of.items() if name.startswith(start)), library.license)
        for name in names
    } or {library.license}
    license_ = parts.pop() if len(parts) == 1 else ""
    if library.license_before:
        release = None if version is None else _release(version)
        if release is None:
            return None
        older = ((_release(bound), text) for bound, text in library.license_before.items())
        license_ = next((text for bound, text in older if bound is not None and release < bound), license_)
    return license_ or None


def _release(version: str) -> tuple[int, ...] | None:
    """Return the numbers that a version begins with, without zeros at the end: 3.0 and 3.0.0 are one version."""
    match = re.match(r"\d{1,9}(?:\.\d{1,9}){0,5}", version)
    return None if match is None else tuple(int(part) for part in re.sub(r"(?:\.0+)+\Z", "", match[0]).split("."))


def from_digits(digits: str) -> str:
    """Return a version that was written as major * 10000 + minor * 100 + patch."""
    number = int(digits)
    return f"{number // 10000}.{number // 100 % 100}.{number % 100}"


def project_of(stem: str) -> Library | None:
    """Return the project of a shared library by its name up to ``.so``, if the table knows it."""
    exact, prefixes = _names()
    return exact.get(stem) or next((library for prefix, library in prefixes if stem.startswith(prefix)), None)


_DLL_ENDING = re.compile(r"(?:[-_.]?\d{1,3})*(?:-(?:x64|x86|arm64))?\Z")
_MIN_DLL = 4
"""Letters of a DLL's name from which on it is looked up as if it began with "lib"."""


def project_of_dll(stem: str) -> Library | None:
    """Return the project of a DLL by its name in lower case, up to ``.dll``.

    Beside the names of DLLs it knows those of other systems, of which "lib" may be missing, and a number stand behind.
    """
    exact, prefixes = _dlls()
    known = exact.get(stem) or next((library for prefix, library in prefixes if stem.startswith(prefix)), None)
    if known is not None:
        return known
    short = _DLL_ENDING.sub("", stem, count=1)
    for name in (stem, short):
        found = project_of(name) or (project_of(f"lib{name}") if len(name) >= _MIN_DLL else None)
        if found is not None:
            return found
    return exact.get(short)


@functools.cache
def _names() -> tuple[dict[str, Library], tuple[tuple[str, Library], ...]]:
    """Return the table's shared library names: exact ones, and prefixes with the longest first."""
    return _split([(name, library) for library in table().libraries for name in library.names])


@functools.cache
def _dlls() -> tuple[dict[str, Library], tuple[tuple[str, Library], ...]]:
    return _split([(name, library) for library in table().libraries for name in library.dlls])


def _split(pairs: list[tuple[str, Library]]) -> tuple[dict[str, Library], tuple[tuple[str, Library], ...]]:
    prefixes = [(name[:-1], library) for name, library in pairs if name.endswith("*")]
    return dict(pairs), tuple(sorted(prefixes, key=lambda pair: -len(pair[0])))
