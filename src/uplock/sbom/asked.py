"""Who asks for a package, under which marker, and whether the project can do without it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from uplock.model.about import Asked
from uplock.model.lock import Lock
from uplock.model.results import ArtifactResults
from uplock.sbom.clean import Cleaner
from uplock.sbom.graph import reachable
from uplock.sbom.parts import Property, Scope
from uplock.sbom.vocabulary import Term

if TYPE_CHECKING:
    from packaging.requirements import Requirement

_PROJECT = "project"


class Requests:
    """The requests of one lock: those of the project, and those of its packages."""

    def __init__(self, lock: Lock, asked: Iterable[Asked], results: Mapping[str, ArtifactResults]) -> None:
        """``asked`` is empty in generations of older versions: then nothing is known to be optional."""
        self._environment = lock.target.marker_environment()
        locked = {each.name for each in lock.packages}
        self._stated: dict[str, list[tuple[Asked, Requirement]]] = {}
        for each in asked:
            requirement = _parsed(each.requirement)
            if requirement is not None and (name := _name(requirement)) in locked and self._holds(requirement, ()):
                self._stated.setdefault(name, []).append((each, requirement))
        self._requirers: dict[str, list[str]] = {}
        for package in lock.packages:
            for name in package.dependencies:
                self._requirers.setdefault(name, []).append(package.name)
        self._results = results
        core = [name for name, stated in self._stated.items() if any(each.origin == "project" for each, _ in stated)]
        self._core = reachable(lock, core) if self._stated else frozenset(locked)
        self._near = reachable(lock, self._stated) if self._stated else frozenset(locked)

    def scope(self, name: str) -> Scope:
        """Return ``optional`` for what only extras and groups lead to; what nobody is known to ask for is required."""
        return "optional" if name in self._near and name not in self._core else "required"

    def properties(self, name: str, clean: Cleaner) -> Iterator[Property]:
        """Yield the project's requirements on a package, and the markers under which anybody asks for it."""
        for each, requirement in self._stated.get(name, ()):
            place = f"{each.origin} {each.name}".strip()
            yield from clean.facts(Term.STATED, f"{place}: {each.requirement}")
            if requirement.marker is not None:
                yield from clean.facts(Term.MARKER, f"{_PROJECT}: {requirement.marker}")
        for requirer in self._requirers.get(name, ()):
            for marker in sorted(set(self._markers(requirer, name))):
                yield from clean.facts(Term.MARKER, f"{requirer}: {marker}")

    def _markers(self, requirer: str, name: str) -> Iterator[str]:
        """Yield the markers of the requirements that hold here, with any of the requirer's extras or with none."""
        results = self._results.get(requirer)
        if results is None:
            return
        for line in results.metadata.requires_dist:
            if ";" in line and _folded(line).startswith(name):
                requirement = _parsed(line)
                if (
                    requirement is not None
                    and _name(requirement) == name
                    and self._holds(requirement, results.metadata.provides_extra)
                ):
                    yield str(requirement.marker)

    def _holds(self, requirement: Requirement, extras: Iterable[str]) -> bool:
        from packaging.markers import UndefinedComparison, UndefinedEnvironmentName

        if requirement.marker is None:
            return True
        try:
            return any(requirement.marker.evaluate({**self._environment, "extra": extra}) for extra in ("", *extras))
        except (UndefinedComparison, UndefinedEnvironmentName):
            return False


def _folded(line: str) -> str:
    return re.sub(r"[-_.]+", "-", line[:256]).lower().lstrip()


def _name(requirement: Requirement) -> str:
    from packaging.utils import canonicalize_name

    return canonicalize_name(requirement.name)


@lru_cache(maxsize=8192)
def _parsed(line: str) -> Requirement | None:
    """Return a requirement; what cannot be read asks for nothing that could be named."""
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        return Requirement(line)
    except InvalidRequirement:
        return None
