"""Bytecode files (PEP 552, PEP 3147): whether one is what a compiler makes of a source."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Mapping

from uplock.content.marshalled import summarize
from uplock.errors import InputError
from uplock.model.value import Value

MAX_BYTECODE = 256 * 1024 * 1024
"""Bytes of one file that are read."""
HEADER = 16

_NAME = re.compile(r"(?P<module>[^/]+)\.(?P<tag>(?!opt-)[a-z]+-[0-9]+)(?:\.opt-(?P<level>[12]))?\.pyc")
_TIMESTAMP, _UNCHECKED, _CHECKED = 0, 1, 3
_LOW = 0xFFFFFFFF


class CachedName(Value, frozen=True, kw_only=True):
    """What the path of a bytecode file says (PEP 3147, PEP 488)."""

    source: str
    """Path of the source."""
    tag: str
    """``cpython-312``."""
    level: int
    """Of optimisation: 0, 1 or 2."""


class Compiled(Value, frozen=True, kw_only=True):
    """What the locked interpreter made of one source at one level; :attr:`code` is empty if it cannot be compiled."""

    magic: bytes
    """Four bytes that stand for the interpreter's bytecode."""
    source_hash: bytes
    """Eight bytes (PEP 552)."""
    source_size: int
    code: bytes
    """Marshalled."""


def parse_cached_name(path: str) -> CachedName | None:
    """Return what the path of a file in ``__pycache__`` says, or ``None`` if it is not named as bytecode is."""
    folder, _, name = path.rpartition("/")
    match = _NAME.fullmatch(name)
    parent, slash, last = folder.rpartition("/")
    if match is None or last != "__pycache__":
        return None
    return CachedName(source=f"{parent}{slash}{match['module']}.py", tag=match["tag"], level=int(match["level"] or 0))


def filename_in(data: bytes, release: tuple[int, int]) -> str | None:
    """Return the one file name in bytecode, or ``None`` if there are several or it cannot be read."""
    try:
        filenames = summarize(data[HEADER:], release).filenames
    except InputError:
        return None
    return filenames[0] if len(filenames) == 1 else None


class Examined(Value, frozen=True, kw_only=True):
    """What came out for one bytecode file: in words, how it is wrong; and the file name in it if there is one."""

    problem: str = ""
    filename: str = ""


def examine(data: bytes, mtime: int, compiled: Compiled, release: tuple[int, int]) -> Examined:
    """Hold a bytecode file against what its source compiles to.

    ``mtime`` is the source's time of modification in whole seconds, which must be the one in the file unless that goes
    by a hash. The file name in the code is not compared but returned, if it is another than that given to the compiler.
    """
    if not compiled.code:
        return Examined(problem="its source cannot be compiled")
    if len(data) < HEADER:
        return Examined(problem="is no bytecode: it has no header")
    problem = _in_header(data[:HEADER], mtime, compiled)
    return Examined(problem=problem) if problem else _in_code(data[HEADER:], compiled.code, release)


def _in_header(header: bytes, mtime: int, compiled: Compiled) -> str:
    flags = int.from_bytes(header[4:8], "little")
    if header[:4] != compiled.magic:
        return "was made by another version of the interpreter"
    if flags in {_UNCHECKED, _CHECKED}:
        return "" if header[8:] == compiled.source_hash else "names the hash of another source"
    if flags != _TIMESTAMP:
        return f"has flags that do not exist ({flags:#x})"
    if int.from_bytes(header[12:], "little") != compiled.source_size & _LOW:
        return "names the size of another source"
    if int.from_bytes(header[8:12], "little") != mtime & _LOW:
        return "names another time of modification than its source has: interpreters pass over it"
    return ""


def _in_code(code: bytes, expected: bytes, release: tuple[int, int]) -> Examined:
    if code == expected:
        return Examined()
    try:
        found = summarize(code, release)
    except InputError as error:
        return Examined(problem=f"is no bytecode: it {error.message}")
    if found.digest != summarize(expected, release).digest:
        return Examined(problem="is not what its source compiles to")
    if len(found.filenames) != 1:
        return Examined(problem="names several sources")
    return Examined(filename=found.filenames[0])


def odd_filenames(filenames: Mapping[str, tuple[str, str]], here: frozenset[str]) -> dict[str, str]:
    """Return which bytecode files name a source that theirs cannot have been, with what is wrong in words.

    ``filenames`` maps a bytecode file to the name in it and to the source's path below its root; ``here`` are the roots
    as they are now. An environment may have been moved, or made elsewhere (pip does so for ``--target``): then its
    files name that other place, all of them the same one.
    """
    places: dict[str, str] = {}
    odd: dict[str, str] = {}
    for path, (filename, source) in filenames.items():
        settled = "/" + posixpath.normpath(filename).lstrip("/")
        if settled.endswith(f"/{source}"):
            places[path] = settled[: -len(source) - 1]
        else:
            odd[path] = f"names {filename!a} as its source"
    count = Counter(places.values())
    common = {place for place, times in count.items() if times > 1} | here
    for path, place in places.items():
        if len(count) > 1 and not any(f"{other}/".startswith(f"{place}/") for other in common):
            odd[path] = f"names another place than the others: {place!a}"
    return odd
