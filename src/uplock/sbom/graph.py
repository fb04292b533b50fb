"""Who needs whom: the edges of a document, and who asks for each package."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from uplock.model.lock import Lock
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


def edges(
    lock: Lock, packages: Mapping[str, Component], provided: Mapping[str, Mapping[str, str | None]]
) -> dict[str, tuple[str, ...]]:
    """Return the edges of all packages and of the libraries inside them.

    A package needs its dependencies, the libraries that it contains and the libraries of the system. That another
    package brings a SONAME is no edge: edges between packages are those of the lock.
    """
    found: dict[str, tuple[str, ...]] = {}
    for each in lock.packages:
        component = packages[each.name]
        inside = tuple(library.ref for library in component.components)
        found[component.ref] = (
            *(packages[name].ref for name in each.dependencies if name in packages),
            *inside,
            *(system_ref(soname) for soname, package in provided[each.name].items() if package is None),
        )
        found |= dict.fromkeys(inside, ())
    return found
