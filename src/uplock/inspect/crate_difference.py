"""Where the Rust packages that documents name and those that binaries list contradict each other.

A list in a binary (``.dep-v0``) tells crates that only ran during the build from those that are compiled in; documents
made from the dependency graph often do not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Literal

from uplock.inspect.packages import purl_of
from uplock.inspect.wording import listed, shown
from uplock.model.native_sbom import Crate, DeclaredDocument, Difference, Scope
from uplock.model.value import Value

_LOCAL = "local"
"""Source of crates that are part of the wheel's own workspace."""


class _Named(Value, frozen=True, kw_only=True):
    name: str
    version: str
    scope: Scope
    document: str


def crate_differences(
    documents: tuple[DeclaredDocument, ...], crates: tuple[Crate, ...], *, all_read: bool, complete: bool
) -> Iterator[Difference]:
    """Yield the differences, one of a kind for each crate.

    There are none without crates on both sides, since most tools list no crates at all.
    """
    named = tuple(_named(documents))
    if not named or not crates:
        return
    compiled = _versions((crate.name, crate.version) for crate in crates if crate.kind == "runtime")
    own = {(crate.name, crate.version) for crate in crates if crate.source == _LOCAL}
    every = _versions((crate.name, crate.version) for crate in crates)
    told = _versions((each.name, each.version) for each in named if each.scope != "excluded")
    sources: dict[str, set[str]] = {}
    for each in named:
        sources.setdefault(each.name, set()).add(each.document)
    for name in sorted(every):
        here, there = compiled.get(name, set()), told.get(name, set())
        untold = {version for version in here - there if (name, version) not in own}
        absent, unused = there - every[name], (there & every[name]) - here
        if untold and absent:
            yield _difference("version", name, absent, untold, sources[name])
        elif untold and all_read:
            yield _difference("missing", name, (), untold, ())
        if unused and complete:
            yield _difference("over-claimed", name, unused, (), sources[name])


def _versions(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    by_name: dict[str, set[str]] = {}
    for name, version in pairs:
        by_name.setdefault(name, set()).add(version)
    return by_name


def _named(documents: Iterable[DeclaredDocument]) -> Iterator[_Named]:
    """Yield the crates that documents name, without parts of crates (which have a path in their package URL)."""
    for document in documents:
        for component in document.components:
            purl = purl_of(component)
            version = (purl.version if purl is not None else None) or component.version
            if purl is not None and purl.type == "cargo" and not purl.subpath and version is not None:
                yield _Named(name=purl.name, version=version, scope=component.scope, document=document.path)


def _difference(
    kind: Literal["missing", "over-claimed", "version"],
    name: str,
    declared: Collection[str],
    observed: Collection[str],
    documents: Iterable[str],
) -> Difference:
    match kind:
        case "missing":
            detail = f"crate {shown(name)} {listed(observed)} is compiled in, and no document of the wheel names it"
        case "over-claimed":
            detail = (
                f"crate {shown(name)} {listed(declared)} is declared as part of the wheel, and only ran in its build"
            )
        case "version":
            detail = f"crate {shown(name)} is declared as {listed(declared)}, and {listed(observed)} is compiled in"
    return Difference(
        kind=kind,
        name=name,
        ecosystem="cargo",
        declared=tuple(sorted(declared)),
        observed=tuple(sorted(observed)),
        documents=tuple(sorted(documents)),
        detail=detail,
    )
