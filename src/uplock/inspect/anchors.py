"""What the code of a native file says about the libraries in it: texts, source paths, symbols, version functions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from uplock.inspect.constants import Constants
from uplock.inspect.exported import returned, stored_text
from uplock.inspect.images import Image, image_of
from uplock.inspect.libraries import (
    COMMON_PART,
    Anchor,
    Function,
    Library,
    compiled,
    constant,
    from_digits,
    functions,
    functions_of,
    ports,
    symbols,
    table,
    version_in_number,
    version_in_text,
)
from uplock.inspect.sighting import Ecosystem
from uplock.model.native import Method
from uplock.model.value import Value

_BEFORE, _CONTEXT = 32, 256  # bytes around a text that a version pattern may look at
_EVIDENCE = 96  # characters of evidence that are kept
_FILE_VERSION = "FileVersion\0".encode("utf-16-le")
_INT = 4  # bytes of a C int
_PORT_PATH = b"/buildtrees/"
_PORT = re.compile(
    rb"/buildtrees/([a-z0-9][a-z0-9-]{0,63})/src/"
    rb"(?:v?(\d+\.\d+(?:\.\d+){0,2}|\d{4}-\d\d-\d\d)|[\w.+-]{1,64})-[0-9a-f]{10}\.clean/"
)
"""A source path of vcpkg: port, and the name of what was fetched, which is a version or some other."""
_CRATE_PATHS = (b"registry/src/", b"registry\\src\\")
_CRATE = re.compile(
    rb"registry[/\\]src[/\\][\w.-]{1,100}-[0-9a-f]{16}[/\\]"
    rb"([A-Za-z][\w-]{0,63}?)-(\d+\.\d+\.\d+(?:-[0-9A-Za-z.]{1,32})?(?:\+[0-9A-Za-z.-]{1,64})?)[/\\][\w./\\-]{1,60}"
)
"""A source path below cargo's copy of a registry. What stands before the crate is never kept: it may name hosts."""


class Claim(Value, frozen=True, kw_only=True):
    """What one piece of evidence says about one library."""

    name: str
    version: str | None
    method: Method
    evidence: str
    ecosystem: Ecosystem = "generic"


def claims_of(constants: Constants, project: Library | None) -> Iterator[Claim]:
    """Yield what a file's code says; ``project`` is the library that the file is by its name, if it is one."""
    found = constants.among(_texts())
    for row in _rows():
        if row.text and row.text not in found:
            continue
        if not row.anchor.own or (project is not None and row.project == project.name):
            yield from _from_anchor(constants, found, row)
    yield from _from_ports(constants, found.get(_PORT_PATH, []))
    for path in _CRATE_PATHS:
        yield from _from_crates(constants, found.get(path, []))
    yield from _from_symbols(constants, project)
    if project is not None and project.resource:
        yield from _from_resource(constants.data, project.name)


class _Row(NamedTuple):
    """One anchor with its project, and its texts as bytes; what they would be without one is never found."""

    project: str
    anchor: Anchor
    text: bytes
    unless: bytes


@cache
def _rows() -> tuple[_Row, ...]:
    """Return all anchors in the table's order."""
    return tuple(
        _Row(library.name, anchor, anchor.text.encode("ascii"), anchor.unless.encode("ascii"))
        for library in table().libraries
        for anchor in library.anchors
    )


@cache
def _texts() -> tuple[bytes, ...]:
    """Return all texts of the table, and those of source paths."""
    texts = {text for row in _rows() for text in (row.text, row.unless) if text}
    return tuple(sorted(texts | {_PORT_PATH, *_CRATE_PATHS}))


def _from_anchor(constants: Constants, found: Mapping[bytes, list[int]], row: _Row) -> Iterator[Claim]:
    places, anchor = found.get(row.text, []), row.anchor
    if row.unless in found:
        return
    if anchor.version:
        pattern = compiled(anchor.version)
        for place in places:
            if match := pattern.search(constants.data, max(place - _BEFORE, 0), place + _CONTEXT):
                yield _claim(row.project, match, anchor)
    else:
        match = constants.lone(constant(anchor.lone), anchor.before.encode("ascii")) if anchor.lone else None
        if match is not None:
            yield _claim(row.project, match, anchor)
        elif anchor.text and not anchor.hint:
            yield Claim(name=row.project, version=None, method=anchor.method, evidence=anchor.text)


def _claim(name: str, match: re.Match[bytes], anchor: Anchor) -> Claim:
    version = match[1].decode("ascii") if match.re.groups else None
    if version and anchor.digits:
        version = from_digits(version)
    elif version and anchor.method == "symbol":
        version = version.replace("_", ".")
    return Claim(name=name, version=version, method=anchor.method, evidence=printable(match[0]))


def _from_ports(constants: Constants, places: list[int]) -> Iterator[Claim]:
    """Find vcpkg's build paths, which compiled code keeps in assertions: they hold the port and its version."""
    for match in _different(_PORT, constants, places):
        port, version = match[1].decode("ascii"), match[2].decode("ascii") if match[2] else None
        name = ports().get(port, port)
        yield Claim(name=name, version=version, method="build-path", evidence=printable(match[0]))


def _from_crates(constants: Constants, places: list[int]) -> Iterator[Claim]:
    """Find source paths of Rust crates, which compiled code keeps for messages about panics."""
    for match in _different(_CRATE, constants, places):
        name, version = match[1].decode("ascii"), match[2].decode("ascii")
        path = printable(match[0][match.start(1) - match.start() :]).replace("\\", "/")
        yield Claim(name=name, version=version, method="build-path", evidence=path, ecosystem="cargo")


def _different(pattern: re.Pattern[bytes], constants: Constants, places: list[int]) -> Iterator[re.Match[bytes]]:
    """Yield the matches at ``places``, one of those that say the same."""
    seen = set()
    for place in places:
        match = pattern.match(constants.data, place, place + _CONTEXT)
        if match is not None and match.groups() not in seen:
            seen.add(match.groups())
            yield match


def _from_symbols(constants: Constants, project: Library | None) -> Iterator[Claim]:
    """Find symbols of known libraries, and what their version functions return."""
    image = image_of(constants.data, constants.ranges[0][0]) if constants.ranges else None
    if image is None:
        return
    known = functions() | (functions_of(project) if project is not None else {})
    parts = {COMMON_PART, *symbols(), *(symbol for symbol in known if COMMON_PART not in symbol)}
    for symbol, address in sorted(image.addresses({*known, *symbols()}, parts=sorted(parts)).items()):
        if symbol in known:
            yield from _returned(constants, image, address, *known[symbol])
        else:
            evidence = printable(symbol)
            yield Claim(name=symbols()[symbol], version=None, method="symbol", evidence=evidence)


def _returned(constants: Constants, image: Image, address: int, name: str, function: Function) -> Iterator[Claim]:
    """Yield what one version function returns, if that is a version."""
    content = _content(constants, image, address, function)
    match content:
        case None:
            return
        case int():
            version = version_in_number(function, content)
        case str():
            version = content if function.triple else version_in_text(function, content)
    if version is not None:
        method: Method = "string" if function.text else "constant"
        yield Claim(
            name=name, version=version, method=method, evidence=printable(f"{function.symbol}: {content}".encode())
        )


def _from_resource(data: bytes | bytearray, name: str) -> Iterator[Claim]:
    """Find the version in the version information of a DLL (VERSIONINFO), which is in UTF-16."""
    place = data.find(_FILE_VERSION)
    if place >= 0:
        start = place + len(_FILE_VERSION)
        value = bytes(data[start : start + _CONTEXT]).decode("utf-16-le", "replace").lstrip("\0").partition("\0")[0]
        if match := re.match(r"(\d+\.\d+\.\d+(?:\.\d+)?)(?![\d.])", value, re.ASCII):
            yield Claim(name=name, version=match[1], method="string", evidence=f"FileVersion: {match[1]}")


def _content(constants: Constants, image: Image, address: int, function: Function) -> int | str | None:
    """Return the number or text that a function returns, or that a variable is."""
    if function.data:
        number = image.bytes_at(address, _INT)
        return int.from_bytes(number, "little") if len(number) == _INT else None
    if function.stored:
        return stored_text(image, address)
    value = returned(image, address)
    if value is None or (value.kind == "triple") is not function.triple:
        return None
    match value.kind:
        case "number":
            return value.value
        case "place":
            text = constants.text_at(value.value)
            return text.decode("ascii", "replace") if text is not None else None
        case "triple":
            return ".".join(map(str, value.numbers))


def printable(raw: bytes) -> str:
    """Return what was matched as printable text of bounded length."""
    text = raw.decode("ascii", "replace").strip("\0\n /")
    return "".join(character if character.isprintable() else " " for character in text)[:_EVIDENCE]
