"""Who needs whom: the edges of a document, and who asks for each package."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from uplock.model.lock import Lock
from uplock.model.need import Need
from uplock.model.results import ArtifactResults
from uplock.sbom.contents import Contents
from uplock.sbom.parts import Component
from uplock.sbom.system import system_ref

Requirement = Literal["direct", "transitive", "unexplained"]


def requirements(lock: Lock) -> dict[str, Requirement]:
    """Return for each package who asks for it: the project, a package, or nobody whom the lock names."""
    near = reachable(lock, [each.name for each in lock.packages if each.direct])
    return {
        each.name: "direct" if each.direct else "transitive" if each.name in near else "unexplained"
        for each in lock.packages
    }


def reachable(lock: Lock, names: Iterable[str]) -> frozenset[str]:
    """Return ``names`` and whatever they need, directly or not."""
    needs = {each.name: each.dependencies for each in lock.packages}
    near: set[str] = set()
    ahead = list(names)
    while ahead:
        name = ahead.pop()
        if name in needs and name not in near:
            near.add(name)
            ahead.extend(needs[name])
    return frozenset(near)


def dangling(lock: Lock) -> tuple[str, ...]:
    """Return the dependencies that the lock names and does not hold, as ``package needs name``, sorted."""
    known = {each.name for each in lock.packages}
    return tuple(
        sorted(f"{each.name} needs {name}" for each in lock.packages for name in each.dependencies if name not in known)
    )


def dependencies(
    lock: Lock,
    packages: Mapping[str, Component],
    results: Mapping[str, ArtifactResults],
    needs: Mapping[str, Sequence[Need]],
) -> dict[str, tuple[str, ...]]:
    """Return the edges of all packages and of whatever they contain; ``needs`` are those of the lock's linkage.

    - A package needs its dependencies, all that it contains, and the libraries of the system.
    - What a package contains needs what its files need: other parts of the package, libraries of the system, the
      part of another package that is the file which brings a library; and what is linked into its files.
    - Between packages there are the edges of the lock alone. If a file of another package that brings a library is no
      part of its own there, whoever needs it has an edge to that package if it is a part itself; of packages,
      ``uplock:native:provided-by`` says so.
    """
    inside = {name: Contents(packages[name], results.get(name)) for name in packages}
    found: dict[str, dict[str, None]] = {}
    for each in lock.packages:
        contents = inside[each.name]
        ref = contents.ref
        found[ref] = dict.fromkeys(packages[name].ref for name in each.dependencies if name in packages)
        found[ref].update(dict.fromkeys(contents.parts))
        found.update((part, {}) for part in contents.parts)
        for needing, needed in contents.edges():
            found[needing][needed] = None
        for need in needs.get(each.name, ()):
            for needing, needed in _outside(need, contents, inside):
                found[needing][needed] = None
    return {ref: tuple(needed) for ref, needed in found.items()}


def _outside(need: Need, contents: Contents, inside: Mapping[str, Contents]) -> Iterator[tuple[str, str]]:
    """Yield the edges to whatever brings a library from outside."""
    needing = dict.fromkeys(contents.owner(path) for path in need.members)
    if need.provider is None:
        yield contents.ref, system_ref(need.soname)
        yield from ((part, system_ref(need.soname)) for part in needing)
    elif need.provider in inside and need.path is not None:
        provider = inside[need.provider]
        brought = provider.owner(need.path)
        yield from ((part, brought) for part in needing if brought != provider.ref or part != contents.ref)
