"""Which third-party libraries a native file is or holds, with the evidence.

The rules: a name in a text is not the library, a SONAME's tail is not a version, and a version is only told together
with how it was found. Missing is better than wrong.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from typing import Protocol

from uplock.inspect.libraries import Anchor, Library, compiled, constant, ports, project_of, table
from uplock.inspect.sighting import Sighting
from uplock.model.native import Confidence, Method
from uplock.model.value import Value

MAX_CONSTANTS = 512 * 1024 * 1024
"""Bytes of constants that are searched per file; what lies behind is not."""
MAX_LONE = 64 * 1024 * 1024
"""Files with more bytes of constants are not searched for separate versions."""
MAX_HITS = 10_000
"""Places of one text that are looked at per file."""
MAX_CLAIMS = 20_000
"""Pieces of evidence that are looked at per file, repetitions included."""
MAX_LIBRARIES = 500
"""Libraries that are told per file."""

_MANGLED = re.compile(r"(?:(?:-[0-9a-f]{8}){1,2}|-[0-9a-f]{32})(?=\.|\Z)")
_DYLIB = re.compile(r"\A([^.]+)\.([0-9.]+)\.dylib\Z")
"""A library's file name on macOS; the version stands behind ``.so`` on Linux, and the table is written for that."""
_DLL_ENDING = re.compile(r"(?:-\d{1,3})?(?:-(?:x64|x86|arm64))?\Z")
_MIN_DLL = 4
"""Letters of a DLL's name from which on it is looked up as if it began with "lib"."""
_BEFORE, _CONTEXT = 32, 256  # bytes around a text that a version pattern may look at
_PRINTABLE = range(0x20, 0x7F)
_EVIDENCE = 96  # characters of evidence that are kept
_PORT_PATH = b"/buildtrees/"
_PORT = re.compile(rb"/buildtrees/([a-z0-9][a-z0-9-]{0,63})/src/v?(\d+\.\d+(?:\.\d+){0,2})-[0-9a-f]{10}\.clean/")


class Header(Protocol):
    """What this module looks at in the headers of a file, whatever its format."""

    @property
    def soname(self) -> str | None:
        """What the file calls itself."""

    @property
    def needed(self) -> tuple[str, ...]:
        """What the file needs."""

    @property
    def constants(self) -> tuple[tuple[int, int], ...]:
        """Where in the file constants are: ranges, ascending and disjoint."""


class Claim(Value, frozen=True, kw_only=True):
    """What one piece of evidence says about one library."""

    name: str
    version: str | None
    method: Method
    evidence: str


class Constants(Value, frozen=True, kw_only=True):
    """The constants of one file: where texts of a library's own code stand."""

    data: bytes | bytearray
    ranges: tuple[tuple[int, int], ...]

    def places(self, text: bytes) -> Iterator[int]:
        """Yield where ``text`` stands, up to the bounds."""
        hits, budget = 0, MAX_CONSTANTS
        for start, end in self.ranges:
            stop = min(end, start + budget)
            budget -= stop - start
            place = self.data.find(text, start, stop)
            while place >= 0 and hits < MAX_HITS:
                yield place
                hits += 1
                place = self.data.find(text, place + 1, stop)

    def has(self, text: str) -> bool:
        """Whether ``text`` occurs."""
        return next(self.places(text.encode("ascii")), None) is not None

    def lone(self, pattern: re.Pattern[bytes]) -> re.Match[bytes] | None:
        """Return the match of a separate constant, if all its occurrences say the same."""
        if sum(end - start for start, end in self.ranges) > MAX_LONE:
            return None
        found: re.Match[bytes] | None = None
        for start, end in self.ranges:
            for match in pattern.finditer(self.data, start, end):
                if match.start() > start and self.data[match.start() - 1] in _PRINTABLE:
                    continue  # the tail of a longer text
                if found is not None and found[1] != match[1]:
                    return None
                found = match
        return found


def unmangled(filename: str) -> str:
    """Remove what repair tools add to the names of grafted libraries.

    That is ``-1a2b3c4d`` by auditwheel, once or twice, or 32 digits by delvewheel.
    """
    return _MANGLED.sub("", filename, count=1)


def identify(
    path: str, data: bytes | bytearray, header: Header, *, library: bool, grafted: bool
) -> tuple[Sighting, ...]:
    """Return the libraries found in one file, sorted by name and version.

    ``library``: the file is a shared library and no extension module. ``grafted``: a repair tool put it there, so it
    is somebody else's even if the table does not know it.
    """
    soname = header.soname or path.rpartition("/")[2]
    project = _project(soname) if library else None
    constants = Constants(data=data, ranges=header.constants)
    raw_claims = itertools.chain(_from_anchors(constants, project), _from_ports(constants))
    claims = tuple(_settled(raw_claims))
    own = _own_name(project, claims)
    needed = _needed_projects(header)
    found = [claim for claim in claims if claim.name == own or claim.name not in needed]
    if project is not None and not any(claim.name == own and claim.version for claim in found):
        found = [claim for claim in found if claim.name != own]
        found.append(_from_name(own, project, path, soname))
    elif grafted and library and project is None:
        found.append(Claim(name=_stem(soname), version=None, method="soname", evidence=soname))
    return tuple(
        Sighting(
            project=claim.name,
            version=claim.version,
            linkage="static" if claim.method == "string" and claim.name != own else "bundled",
            method=claim.method,
            confidence=_confidence(claim, project),
            evidence=claim.evidence,
            soname=header.soname if claim.method != "string" or claim.name == own else None,
        )
        for claim in sorted(found, key=lambda claim: (claim.name, claim.version or ""))[:MAX_LIBRARIES]
    )


def _confidence(claim: Claim, project: Library | None) -> Confidence:
    if claim.method == "string":
        return "high"
    return "low" if project is None else "medium"


def _stem(soname: str) -> str:
    """Return the name of a library without directory, mangling and all that a version may be part of."""
    name = unmangled(soname.rpartition("/")[2])
    if name.lower().endswith(".dll"):
        return name[:-4].lower()
    return name.partition(".")[0] if name.endswith(".dylib") else name.partition(".so")[0]


def _project(soname: str) -> Library | None:
    """Return the project of a library by its name; on Windows "lib" may be missing, and a number stand behind."""
    stem = _stem(soname)
    project = project_of(stem)
    if project is None and soname.lower().endswith(".dll"):
        short = _DLL_ENDING.sub("", stem)
        project = project_of(short) or (project_of(f"lib{short}") if len(short) >= _MIN_DLL else None)
    return project


def _own_name(project: Library | None, claims: tuple[Claim, ...]) -> str:
    """Return the project that the file is: by its SONAME, or the fork of it that its constants name."""
    if project is None:
        return ""
    return next((claim.name for claim in claims if claim.name in project.forks), project.name)


def _needed_projects(header: Header) -> set[str]:
    """Return the projects that the file needs as shared libraries: a version of them in its texts is a header's."""
    projects = [project for needed in header.needed if (project := _project(needed))]
    return {name for project in projects for name in (project.name, *project.forks)}


def _from_name(name: str, project: Library, path: str, soname: str) -> Claim:
    filename = path.rpartition("/")[2]
    plain = _DYLIB.sub(r"\1.so.\2", unmangled(filename))
    match = re.search(project.file, plain) if project.file and name == project.name else None
    if match is None:
        return Claim(name=name, version=None, method="soname", evidence=soname)
    return Claim(name=name, version=match[1], method="file-name", evidence=filename)


def _from_anchors(constants: Constants, project: Library | None) -> Iterator[Claim]:
    for library in table().libraries:
        for anchor in library.anchors:
            if anchor.own and (project is None or library.name != project.name):
                continue
            claims = _from_anchor(constants, library.name, anchor)
            first = next(claims, None)
            if first is not None and not (anchor.unless and constants.has(anchor.unless)):
                yield first
                yield from claims


def _from_anchor(constants: Constants, name: str, anchor: Anchor) -> Iterator[Claim]:
    if anchor.version:
        pattern = compiled(anchor.version)
        for place in constants.places(anchor.text.encode("ascii")):
            if match := pattern.search(constants.data, max(place - _BEFORE, 0), place + _CONTEXT):
                yield _claim(name, match, digits=anchor.digits)
    elif not anchor.text or constants.has(anchor.text):
        found = constants.lone(constant(anchor.lone)) if anchor.lone else None
        if found is not None:
            yield _claim(name, found, digits=anchor.digits)
        elif anchor.text:
            yield Claim(name=name, version=None, method="string", evidence=anchor.text)


def _from_ports(constants: Constants) -> Iterator[Claim]:
    """Find vcpkg's build paths, which compiled code keeps in assertions: they hold the port and its version."""
    for place in constants.places(_PORT_PATH):
        if match := _PORT.match(constants.data, place, place + _CONTEXT):
            port = match[1].decode("ascii")
            version = match[2].decode("ascii")
            yield Claim(name=ports().get(port, port), version=version, method="string", evidence=_text(match))


def _claim(name: str, match: re.Match[bytes], *, digits: bool) -> Claim:
    version = match[1].decode("ascii") if match.re.groups else None
    if version and digits:
        number = int(version)
        version = f"{number // 10000}.{number // 100 % 100}.{number % 100}"
    return Claim(name=name, version=version, method="string", evidence=_text(match))


def _text(match: re.Match[bytes]) -> str:
    """Return what was matched as printable text of bounded length."""
    text = match[0].decode("ascii", "replace").strip("\0\n /")
    return "".join(character if character.isprintable() else " " for character in text)[:_EVIDENCE]


def _settled(claims: Iterable[Claim]) -> Iterator[Claim]:
    """Drop repetitions, and what a more exact claim about the same library covers (``3.1`` beside ``3.1.4``)."""
    by_name: dict[str, dict[str, Claim]] = {}
    for claim in itertools.islice(claims, MAX_CLAIMS):
        by_name.setdefault(claim.name, {}).setdefault(claim.version or "", claim)
    for found in by_name.values():
        for version, claim in found.items():
            if not any(other.startswith(f"{version}.") or (other and not version) for other in found):
                yield claim
