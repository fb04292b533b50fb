"""The libraries of a whole wheel, put together from what its files show."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from uplock.inspect.sighting import Sighting
from uplock.model.digest import Sha256
from uplock.model.native import Linkage, Method, NativeLibrary, Occurrence
from uplock.model.native_sbom import DeclaredDocument


def libraries_of(
    sightings: Iterable[tuple[str, Sha256, Sighting]], documents: tuple[DeclaredDocument, ...] = ()
) -> tuple[NativeLibrary, ...]:
    """Return the libraries of a wheel, one for each project, version, linkage and method, sorted.

    ``sightings`` are told with path and digest of the file that shows them.
    """
    del documents
    grouped: dict[tuple[str, str, Linkage, Method], list[tuple[str, Sha256, Sighting]]] = {}
    for path, sha256, seen in sightings:
        key = (seen.project, seen.version or "", seen.linkage, seen.method)
        grouped.setdefault(key, []).append((path, sha256, seen))
    return tuple(_library(found) for _, found in sorted(grouped.items()))


def _library(found: list[tuple[str, Sha256, Sighting]]) -> NativeLibrary:
    first = found[0][2]
    places = {(path, sha256, seen.evidence) for path, sha256, seen in found}
    sonames = {seen.soname for _, _, seen in found}
    version = f"@{quote(first.version, safe='.')}" if first.version else ""
    return NativeLibrary(
        project=first.project,
        version=first.version,
        purl=f"pkg:generic/{quote(first.project, safe='')}{version}",
        linkage=first.linkage,
        method=first.method,
        confidence=first.confidence,
        soname=sonames.pop() if len(sonames) == 1 else None,
        members=tuple(
            Occurrence(path=path, sha256=sha256, evidence=evidence) for path, sha256, evidence in sorted(places)
        ),
    )
