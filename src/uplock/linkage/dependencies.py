"""Which packages of a lock one package may take libraries from: what it depends on, directly or not, and nothing else.

Edges are those of the lock, and what the metadata of the wheels require under the target's markers, with the extras
that others ask for: metapackages (``cuda-toolkit[cublas]``) have nothing but extras.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from uplock.errors import InputError
from uplock.linkage.inspected import Inspected
from uplock.model.lock import Lock

if TYPE_CHECKING:
    from packaging.requirements import Requirement


class Dependencies:
    """The packages of one lock, and what each depends on."""

    def __init__(self, lock: Lock, results: Mapping[str, Inspected]) -> None:
        """``results`` by the package's name; what is missing there is known by the lock alone."""
        self._edges = {each.name: each.dependencies for each in lock.packages}
        self._results = results
        self._environment = lock.target.marker_environment()
        self._near: dict[str, frozenset[str]] = {}
        self._all: dict[str, frozenset[str]] = {}
        self._requirements: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {}

    def near(self, package: str) -> frozenset[str]:
        """Return the packages that ``package`` depends on by the lock's edges, without itself."""
        if package not in self._near:
            self._near[package] = self._reached(package, by_metadata=False)
        return self._near[package]

    def all(self, package: str) -> frozenset[str]:
        """Return the packages that ``package`` depends on by the lock's edges or by metadata, without itself.

        Raises :class:`InputError` if the metadata of one of them state a requirement that cannot be read.
        """
        if package not in self._all:
            self._all[package] = self._reached(package, by_metadata=True)
        return self._all[package]

    def _reached(self, package: str, *, by_metadata: bool) -> frozenset[str]:
        """Walk from a package; a stop is a package with one of the extras that are asked for, or with none."""
        ahead, seen = [(package, "")], {(package, "")}
        while ahead:
            name, extra = ahead.pop()
            found = [] if extra else [(each, "") for each in self._edges.get(name, ())]
            if by_metadata:
                found += self._required(name, extra)
            new = {stop for stop in found if stop[0] in self._edges} - seen
            seen |= new
            ahead += new
        return frozenset(name for name, _ in seen) - {package}

    def _required(self, name: str, extra: str) -> tuple[tuple[str, str], ...]:
        """Return the stops that metadata lead to from one; markers are evaluated once."""
        if (name, extra) not in self._requirements:
            self._requirements[name, extra] = tuple(self._stops(name, extra))
        return self._requirements[name, extra]

    def _stops(self, name: str, extra: str) -> Iterator[tuple[str, str]]:
        from packaging.utils import canonicalize_name

        results = self._results.get(name)
        environment = {**self._environment, "extra": extra}
        for line in results.metadata.requires_dist if results else ():
            requirement = _parsed(line)
            if _holds(requirement, environment):
                target = canonicalize_name(requirement.name)
                yield target, ""
                yield from ((target, canonicalize_name(each)) for each in requirement.extras)


def _holds(requirement: Requirement, environment: dict[str, str]) -> bool:
    from packaging.markers import UndefinedComparison, UndefinedEnvironmentName

    try:
        return requirement.marker is None or requirement.marker.evaluate(environment)
    except (UndefinedComparison, UndefinedEnvironmentName) as error:
        raise _unreadable(str(requirement)) from error


@lru_cache(maxsize=8192)
def _parsed(line: str) -> Requirement:
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        return Requirement(line)
    except InvalidRequirement as error:
        raise _unreadable(line) from error


def _unreadable(line: str) -> InputError:
    return InputError(f"the requirement {line[:200]!r} cannot be read", remedy="Lock another version of the package.")
