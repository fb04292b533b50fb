"""Locks held against the wheels that they name: what these need must be locked, and nothing else may be said of them.

A resolver reads metadata that an index shows. Whether that was the truth is known when the wheels are here, and must
be told on every machine and every day, not only where the lie was heard.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from uplock.lockfile.overrides import Overrides
from uplock.model.digest import Sha256
from uplock.model.lock import Lock, LockedPackage
from uplock.model.results import ArtifactResults

if TYPE_CHECKING:
    from packaging.requirements import Requirement


def contradictions(
    lock: Lock, results: Mapping[Sha256, ArtifactResults], overrides: Overrides
) -> Iterator[tuple[str, str]]:
    """Yield package and sentence for everything in which a lock and the metadata of its wheels differ.

    Compared is what holds without extras, since a lock does not say which were asked for; what the lock says that a
    package needs must stand in its metadata under some extra. Source distributions are left out: what they need is
    known when they are built.
    """
    pins = {package.name: package for package in lock.packages}
    environment = {**lock.target.marker_environment(), "extra": ""}
    for package in lock.packages:
        known = results.get(package.artifact.sha256)
        if known is None or package.is_sdist:
            continue
        mentioned = set()
        for line in known.metadata.requires_dist:
            for requirement in (_parsed(each) for each in overrides.applied(line)):
                mentioned.add(_name(requirement))
                if requirement.marker is None or requirement.marker.evaluate(environment):
                    yield from ((package.name, words) for words in _unmet(package, requirement, pins))
        for name in sorted(set(package.dependencies) - mentioned):
            yield package.name, f"the lock says that {package.name} needs {name}, and its metadata does not"


def _unmet(package: LockedPackage, requirement: Requirement, pins: Mapping[str, LockedPackage]) -> Iterator[str]:
    name = _name(requirement)
    asked = f"{package.name} {package.version} needs {name}{requirement.specifier}"
    pin = pins.get(name)
    if pin is None:
        yield f"{asked}, and the lock has no {name}"
    elif not requirement.specifier.contains(pin.version, prereleases=True):
        yield f"{asked}, and {pin.version} is locked"
    elif name != package.name and name not in package.dependencies:
        yield f"{asked}, and the lock does not say so"


def _name(requirement: Requirement) -> str:
    from packaging.utils import canonicalize_name

    return canonicalize_name(requirement.name)


@lru_cache(maxsize=8192)
def _parsed(line: str) -> Requirement:
    from packaging.requirements import Requirement

    return Requirement(line)
