"""Which third-party libraries a native file is or holds, with the evidence.

The rules: a name in a text is not the library, a SONAME's tail is not a version, and a version is only told together
with how it was found. Missing is better than wrong.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from typing import Protocol

from uplock.inspect.anchors import Claim, claims_of
from uplock.inspect.constants import Constants
from uplock.inspect.libraries import Library, project_of, project_of_dll
from uplock.inspect.sighting import METHODS, Sighting
from uplock.model.native import Confidence

MAX_CLAIMS = 20_000
"""Pieces of evidence that are looked at per file, repetitions included."""
MAX_LIBRARIES = 1000
"""Libraries that are told per file."""

_MANGLED = re.compile(r"(?:(?:-[0-9a-f]{8}){1,2}|-[0-9a-f]{32})(?=\.|\Z)")
_DYLIB = re.compile(r"\A([^.]+)\.([0-9.]+)\.dylib\Z")
"""A library's file name on macOS; the version stands behind ``.so`` on Linux, and the table is written for that."""
_OF_CODE = frozenset({"string", "constant", "symbol", "build-path"})
"""Methods whose evidence is part of a file's code."""


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
    stem = stem_of(soname, path)
    project = _project(stem, soname) if library else None
    claims = tuple(_settled(claims_of(Constants(data=data, ranges=header.constants), project)))
    own = _own_name(project, claims)
    needed = _needed_projects(header)
    found = [claim for claim in claims if claim.name == own or claim.name not in needed or _is_proof(claim)]
    if project is not None and not any(claim.name == own and claim.version for claim in found):
        found = [claim for claim in found if claim.name != own]
        found.append(_from_name(own, project, path, soname))
    elif grafted and library and project is None:
        found.append(Claim(name=stem, version=None, method="soname", evidence=soname))
    found.sort(key=lambda claim: (claim.name, claim.ecosystem, claim.version or ""))
    return tuple(_sighting(claim, own, project, header.soname) for claim in found[:MAX_LIBRARIES])


def _sighting(claim: Claim, own: str, project: Library | None, soname: str | None) -> Sighting:
    mine = claim.ecosystem == "generic" and (claim.name == own or claim.method not in _OF_CODE)
    return Sighting(
        project=claim.name,
        version=claim.version,
        linkage="bundled" if mine else "static",
        method=claim.method,
        confidence=_confidence(claim, project),
        evidence=claim.evidence,
        soname=soname if mine else None,
        ecosystem=claim.ecosystem,
    )


def _confidence(claim: Claim, project: Library | None) -> Confidence:
    if claim.method == "build-path":
        return "medium"
    if claim.method in _OF_CODE:
        return "high"
    return "low" if project is None else "medium"


def _is_proof(claim: Claim) -> bool:
    """Whether a claim holds though the file needs the project as a shared library: that is not a header's version."""
    return claim.method == "constant" or claim.ecosystem == "cargo"


def stem_of(soname: str, path: str) -> str:
    """Return the name of a library without directory, mangling and all that a version may be part of.

    Some builds put the wheel's name behind those of its libraries, lest another wheel's are taken for them.
    """
    name = unmangled(soname.rpartition("/")[2])
    if name.lower().endswith(".dll"):
        return name[:-4].lower()
    stem = name.partition(".")[0] if name.endswith(".dylib") else name.partition(".so")[0]
    top, _, rest = path.partition("/")
    return stem.removesuffix(f"-{top[:-5]}") if rest and top.endswith(".libs") and len(top) > len(".libs") else stem


def _project(stem: str, soname: str) -> Library | None:
    """Return the project of a library by its name: all of it, where that decides, or the stem."""
    if soname.lower().endswith(".dll"):
        return project_of_dll(stem)
    return project_of(unmangled(soname.rpartition("/")[2])) or project_of(stem)


def _own_name(project: Library | None, claims: tuple[Claim, ...]) -> str:
    """Return the project that the file is: by its SONAME, or the fork of it that its constants name."""
    if project is None:
        return ""
    return next((claim.name for claim in claims if claim.name in project.forks), project.name)


def _needed_projects(header: Header) -> set[str]:
    """Return the projects that the file needs as shared libraries: a version of them in its texts is a header's."""
    projects = [project for needed in header.needed if (project := _project(stem_of(needed, ""), needed))]
    return {name for project in projects for name in (project.name, *project.forks)}


def _from_name(name: str, project: Library, path: str, soname: str) -> Claim:
    filename = path.rpartition("/")[2]
    plain = _DYLIB.sub(r"\1.so.\2", unmangled(filename))
    match = re.search(project.file, plain) if project.file and name == project.name else None
    if match is None:
        return Claim(name=name, version=None, method="soname", evidence=soname)
    return Claim(name=name, version=match[1], method="file-name", evidence=filename)


def _settled(claims: Iterable[Claim]) -> Iterator[Claim]:
    """Drop repetitions, and what a more exact claim about the same library covers (``3.1`` beside ``3.1.4``).

    Of claims that say the same, that with the method that is believed first counts.
    """
    by_name: dict[tuple[str, str], dict[str, Claim]] = {}
    for claim in itertools.islice(claims, MAX_CLAIMS):
        found, version = by_name.setdefault((claim.name, claim.ecosystem), {}), claim.version or ""
        if version not in found or METHODS.index(claim.method) < METHODS.index(found[version].method):
            found[version] = claim
    for found in by_name.values():
        for version, claim in found.items():
            if not any(other.startswith(f"{version}.") or (other and not version) for other in found):
                yield claim
