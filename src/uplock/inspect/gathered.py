"""The libraries of a whole wheel, put together from what its files show.

What is known by name only, or by a text without a version, gets its version from what stands beside the code: the
crate that brought its source along, a document of the wheel, or a C header in it. It must be one version, and none of
that project that the code itself tells may contradict it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TypeVar
from urllib.parse import quote

from uplock.inspect.header_files import HeaderVersion
from uplock.inspect.identify import stem_of
from uplock.inspect.libraries import by_name, license_of
from uplock.inspect.packages import meaning, of_build_metadata, projects_of_crate, versions_agree
from uplock.inspect.sighting import METHODS, Sighting
from uplock.model.digest import Sha256
from uplock.model.native import Linkage, Method, NativeLibrary, Occurrence
from uplock.model.native_sbom import DeclaredComponent, DeclaredDocument
from uplock.model.value import Value, changed

MAX_EVIDENCE = 160
"""Characters of evidence."""

_RELEASE = re.compile(r"\A(?P<version>[0-9.]+)-(?P<update>(?:alpha|beta|rc)\d*)\Z")
_CPE_ESCAPED = re.compile(r"([^A-Za-z0-9._-])")

Seen = tuple[str, Sha256, Sighting]
K = TypeVar("K")


class _Told(Value, frozen=True, kw_only=True):
    """A version that something beside the code tells."""

    version: str
    method: Method
    evidence: str


def libraries_of(
    sightings: Iterable[Seen],
    documents: tuple[DeclaredDocument, ...] = (),
    headers: tuple[HeaderVersion, ...] = (),
) -> tuple[NativeLibrary, ...]:
    """Return the libraries of a wheel, one for each project, version, linkage and method, sorted.

    ``sightings`` are told with path and digest of the file that shows them. ``documents`` and ``headers`` are those of
    the wheel.
    """
    everything = list(sightings)
    settled = _Settled(everything, documents, headers)
    grouped: dict[tuple[str, str, str, Linkage, int], list[Seen]] = {}
    for path, sha256, sighting in everything:
        seen = settled.of(path, sighting)
        key = (seen.project, seen.ecosystem, seen.version or "", seen.linkage, METHODS.index(seen.method))
        grouped.setdefault(key, []).append((path, sha256, seen))
    return tuple(_library(found) for _, found in sorted(grouped.items()))


class _Settled:
    """Versions for what is known without one."""

    def __init__(
        self, sightings: list[Seen], documents: tuple[DeclaredDocument, ...], headers: tuple[HeaderVersion, ...]
    ) -> None:
        native = [seen for _, _, seen in sightings if seen.ecosystem == "generic"]
        self._open = frozenset(seen.project for seen in native if seen.version is None) - _ambiguous(sightings)
        self._proved: dict[str, set[str]] = {}
        for seen in native:
            if seen.version is not None:
                self._proved.setdefault(seen.project, set()).add(seen.version)
        self._in_file = _single(self._from_crates(sightings)) if self._open else {}
        self._in_documents = _single(self._from_documents(documents)) if self._open else {}
        self._in_headers = _single(
            (header.project, _Told(version=header.version, method="header", evidence=header.path)) for header in headers
        )

    def of(self, path: str, seen: Sighting) -> Sighting:
        """Return the sighting with a version, if there is one for it."""
        if seen.version is not None or seen.ecosystem != "generic":
            return seen
        project = seen.project
        for told in (
            self._in_file.get((path, project)),
            self._in_documents.get(project),
            self._in_headers.get(project),
        ):
            if told is not None and self._is_possible(project, told):
                return changed(
                    seen,
                    version=told.version,
                    method=told.method,
                    confidence="low" if seen.confidence == "low" else "medium",
                    evidence=f"{seen.evidence}; {told.evidence}"[:MAX_EVIDENCE],
                )
        return seen

    def _is_possible(self, project: str, told: _Told) -> bool:
        """Whether no other version of the project is proved: else it may be that one that is told."""
        return all(versions_agree(told.version, version) for version in self._proved.get(project, ()))

    def _from_crates(self, sightings: list[Seen]) -> Iterable[tuple[tuple[str, str], _Told]]:
        """Yield what crates in the same file say that bring the source of a library along."""
        for path, _, seen in sightings:
            if seen.ecosystem == "cargo" and seen.version is not None:
                version = of_build_metadata(seen.version)
                projects = projects_of_crate(seen.project)
                if version is not None and len(projects) == 1:
                    evidence = f"{seen.project} {seen.version}"
                    for project in projects:
                        yield (path, project), _Told(version=version, method=seen.method, evidence=evidence)

    def _from_documents(self, documents: tuple[DeclaredDocument, ...]) -> Iterable[tuple[str, _Told]]:
        """Yield what documents say about projects that need a version, where that is not about another one, too."""
        for document in documents:
            subject = document.subject
            named = () if subject is None or subject.purl is None else (subject,)
            for component in (*named, *document.components):
                declared = None if component.scope == "excluded" else meaning(component)
                projects = declared.projects & self._open if declared is not None else frozenset[str]()
                if declared is not None and declared.version is not None and len(projects) == 1:
                    evidence = _told_by(component, document)
                    for project in projects:
                        yield project, _Told(version=declared.version, method="sbom", evidence=evidence)


def _ambiguous(sightings: list[Seen]) -> frozenset[str]:
    """Return the projects of which a wheel has several different files of one name: a document may mean any of them."""
    files: dict[tuple[str, str], set[str]] = {}
    for path, sha256, seen in sightings:
        if seen.method == "soname":
            files.setdefault((seen.project, stem_of(seen.soname or path, path)), set()).add(sha256)
    return frozenset(project for (project, _), digests in files.items() if len(digests) > 1)


def _told_by(component: DeclaredComponent, document: DeclaredDocument) -> str:
    name = document.path.rpartition("/")[2]
    text = f"{component.name} {component.version or component.purl} in {name}"
    return "".join(character if character.isprintable() else " " for character in text)


def _single(told: Iterable[tuple[K, _Told]]) -> Mapping[K, _Told]:
    """Return what is told in one version only."""
    by_key: dict[K, dict[str, _Told]] = {}
    for key, each in told:
        by_key.setdefault(key, {}).setdefault(each.version, each)
    return {key: next(iter(versions.values())) for key, versions in by_key.items() if len(versions) == 1}


def _library(found: list[Seen]) -> NativeLibrary:
    first = found[0][2]
    places = {(path, sha256, seen.evidence) for path, sha256, seen in found}
    sonames = {seen.soname for _, _, seen in found}
    known = by_name().get(first.project) if first.ecosystem != "cargo" else None
    names = [stem_of(seen.soname or path, path) for path, _, seen in found if seen.linkage == "bundled"]
    return NativeLibrary(
        project=first.project,
        version=first.version,
        purl=_purl(first),
        cpe=_cpe(first),
        license=license_of(known, first.version, names) if known is not None else None,
        homepage=(known.homepage or None) if known is not None else None,
        supplier=(known.supplier or None) if known is not None else None,
        linkage=first.linkage,
        method=first.method,
        confidence=first.confidence,
        soname=sonames.pop() if len(sonames) == 1 else None,
        members=tuple(
            Occurrence(path=path, sha256=sha256, evidence=evidence) for path, sha256, evidence in sorted(places)
        ),
    )


def _purl(seen: Sighting) -> str:
    """Return the package URL: of the type that the table says, or of a crate (purl-spec)."""
    known = by_name().get(seen.project)
    kind = "cargo" if seen.ecosystem == "cargo" else known.purl if known is not None else "generic"
    version = f"@{quote(seen.version, safe='.')}" if seen.version else ""
    return f"pkg:{kind}/{quote(seen.project, safe='')}{version}"


def _cpe(seen: Sighting) -> str | None:
    """Return the CPE 2.3 name (NIST IR 7695, formatted string), if the table knows vendor and product."""
    known = by_name().get(seen.project)
    if seen.ecosystem == "cargo" or known is None or not known.cpe or seen.version is None:
        return None
    release = _RELEASE.match(seen.version)
    version, update = (release["version"], release["update"]) if release else (seen.version, "*")
    escaped = _CPE_ESCAPED.sub(r"\\\1", version)
    return f"cpe:2.3:a:{known.cpe}:{escaped}:{update}:*:*:*:*:*:*"
