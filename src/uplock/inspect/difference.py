"""Where the documents of a wheel (PEP 770) and its binaries contradict each other.

Only contradictions are told. A wheel without a readable document declared nothing, so nothing is missing from it; and
what uplock could not have found is not called over-claimed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from uplock.inspect.crate_difference import crate_differences
from uplock.inspect.packages import can_be_seen, family_of, meaning, project_of_soname, versions_agree
from uplock.inspect.wording import listed, shown
from uplock.model.native import NativeLibrary
from uplock.model.native_sbom import Crate, DeclaredDocument, Difference, Scope
from uplock.model.value import Value


class _Claim(Value, frozen=True, kw_only=True):
    """One component that can be a native library."""

    projects: frozenset[str]
    version: str | None
    kind: Literal["package", "crate"]
    scope: Scope
    document: str


class _Observed(Value, frozen=True, kw_only=True):
    """One project as the binaries show it."""

    name: str
    versions: frozenset[str]
    members: frozenset[str]
    by_version: tuple[tuple[str, str], ...]
    """Version and member, sorted."""


def differences(
    declared: tuple[DeclaredDocument, ...],
    libraries: tuple[NativeLibrary, ...],
    system: tuple[str, ...],
    crates: tuple[Crate, ...] = (),
    *,
    complete: bool = True,
) -> tuple[Difference, ...]:
    """Return the differences of one wheel, sorted.

    ``system`` are the names of libraries that it needs from outside. ``complete``: all native files and all lists of
    crates were read; otherwise nothing is called over-claimed, since it may be in what was not read. Nor is anything
    called missing while a document could not be read, since that may name it.
    """
    readable = tuple(document for document in declared if document.reason is None)
    if not readable:
        return ()
    all_read = len(readable) == len(declared)
    comparison = _Comparison(tuple(_claims(readable)), libraries)
    found = [
        *comparison.observed_differences(all_read=all_read),
        *comparison.declared_differences(frozenset(filter(None, map(project_of_soname, system))), complete=complete),
        *crate_differences(readable, crates, all_read=all_read, complete=complete),
    ]
    return tuple(sorted(found, key=_order))


def _order(difference: Difference) -> tuple[str, str, str, tuple[str, ...], tuple[str, ...]]:
    return difference.ecosystem, difference.name, difference.kind, difference.declared, difference.observed


def _claims(documents: Iterable[DeclaredDocument]) -> Iterator[_Claim]:
    """Yield what the documents say about native libraries that are part of the wheel, or may be."""
    for document in documents:
        subject = document.subject
        named = () if subject is None or subject.purl is None else (subject,)
        for component in (*named, *document.components):
            declared = None if component.scope == "excluded" else meaning(component)
            if declared is not None:
                yield _Claim(
                    projects=declared.projects,
                    version=declared.version,
                    kind=declared.kind,
                    scope=component.scope,
                    document=document.path,
                )


class _Comparison:
    """Claims and observations, each by project."""

    def __init__(self, claims: tuple[_Claim, ...], libraries: tuple[NativeLibrary, ...]) -> None:
        self._claims = claims
        self._observed = {observed.name.casefold(): observed for observed in _observed(libraries)}
        self._families = {family_of(name) for name in self._observed}
        self._by_project: dict[str, list[_Claim]] = {}
        for claim in claims:
            for project in claim.projects:
                self._by_project.setdefault(project, []).append(claim)
        self._by_family: dict[str, list[str]] = {}
        for project in self._by_project:
            self._by_family.setdefault(family_of(project), []).append(project)

    def observed_differences(self, *, all_read: bool) -> Iterator[Difference]:
        """Yield what the documents leave out, or tell in other versions."""
        for key, observed in self._observed.items():
            claims = self._about(key)
            if claims:
                yield from _by_version(observed, claims, all_read=all_read)
            elif all_read:
                yield _missing(observed, observed.versions, claims)

    def _about(self, project: str) -> list[_Claim]:
        """Return the claims about an observed project, or else those about another project of the same file names.

        A document that says zlib means zlib-ng where that is what stands in for it.
        """
        direct = self._by_project.get(project)
        if direct:
            return direct
        others = self._by_family.get(family_of(project), ())
        return [claim for name in others if name not in self._observed for claim in self._by_project[name]]

    def declared_differences(self, system: frozenset[str], *, complete: bool) -> Iterator[Difference]:
        """Yield what is declared as part of the wheel, and is not there."""
        absent: dict[tuple[str, bool], list[_Claim]] = {}
        for claim in self._claims:
            families = {family_of(project) for project in claim.projects}
            if claim.kind == "crate" or claim.scope != "required" or families & self._families:
                continue
            outside = sorted(families & set(map(family_of, system)))
            if outside:
                absent.setdefault((_first(claim.projects, outside), True), []).append(claim)
            elif complete and all(can_be_seen(project) for project in claim.projects):
                absent.setdefault((min(claim.projects), False), []).append(claim)
        for (name, outside_of_wheel), claims in absent.items():
            yield _absent(name, claims, outside=outside_of_wheel)


def _first(projects: frozenset[str], families: list[str]) -> str:
    return min(project for project in projects if family_of(project) in families)


def _observed(libraries: tuple[NativeLibrary, ...]) -> Iterator[_Observed]:
    """Group what was found by project; crates are compared by themselves.

    A version that a document told is no observation.
    """
    by_name: dict[str, list[NativeLibrary]] = {}
    for library in libraries:
        if not library.is_crate:
            by_name.setdefault(library.project, []).append(library)
    for name, found in by_name.items():
        pairs = {
            (library.version, member.path)
            for library in found
            if library.version is not None and library.method != "sbom"
            for member in library.members
        }
        yield _Observed(
            name=name,
            versions=frozenset(version for version, _ in pairs),
            members=frozenset(member.path for library in found for member in library.members),
            by_version=tuple(sorted(pairs)),
        )


def _by_version(observed: _Observed, claims: list[_Claim], *, all_read: bool) -> Iterator[Difference]:
    """Compare the versions of a project that is declared and there.

    A second copy in another version than the declared one, which is there as well, is missing from the documents.
    """
    told = {claim.version for claim in claims if claim.version is not None}
    other = {version for version in observed.versions if not any(versions_agree(version, each) for each in told)}
    if not told or not other:
        return
    unmatched = {each for each in told if not any(versions_agree(each, version) for version in observed.versions)}
    if unmatched:
        yield Difference(
            kind="version",
            name=observed.name,
            declared=tuple(sorted(unmatched)),
            observed=tuple(sorted(other)),
            documents=_documents(claims),
            members=_members(observed, other),
            detail=f"{shown(observed.name)} is declared as {listed(unmatched)}, and the wheel holds {listed(other)}",
        )
    elif all_read:
        yield _missing(observed, frozenset(other), claims)


def _missing(observed: _Observed, versions: frozenset[str], claims: list[_Claim]) -> Difference:
    members = _members(observed, versions) if claims else tuple(sorted(observed.members))
    what = f"{shown(observed.name)} {listed(versions)}" if versions else shown(observed.name)
    return Difference(
        kind="missing",
        name=observed.name,
        declared=tuple(sorted({claim.version for claim in claims if claim.version is not None})),
        observed=tuple(sorted(versions)),
        documents=_documents(claims),
        members=members,
        detail=f"{what} is in {_places(members)}, and no document of the wheel names it",
    )


def _absent(name: str, claims: list[_Claim], *, outside: bool) -> Difference:
    versions = {claim.version for claim in claims if claim.version is not None}
    what = f"{shown(name)} {listed(versions)}" if versions else shown(name)
    where = "is taken from the system" if outside else "is nowhere in its native files"
    return Difference(
        kind="wrong-platform" if outside else "over-claimed",
        name=name,
        declared=tuple(sorted(versions)),
        documents=_documents(claims),
        detail=f"{what} is declared as part of the wheel, and {where}",
    )


def _documents(claims: Iterable[_Claim]) -> tuple[str, ...]:
    return tuple(sorted({claim.document for claim in claims}))


def _members(observed: _Observed, versions: Iterable[str]) -> tuple[str, ...]:
    wanted = set(versions)
    return tuple(sorted({member for version, member in observed.by_version if version in wanted}))


def _places(members: tuple[str, ...]) -> str:
    rest = len(members) - 1
    return shown(members[0]) if not rest else f"{shown(members[0])} and {rest} other {'file' if rest == 1 else 'files'}"
