"""Locks held against the wheels that they name: what these need must be locked, and nothing else may be said of them.

A resolver reads metadata that an index shows. Whether that was the truth is known when the wheels are here, and must
be told on every machine and every day, not only where the lie was heard.
"""

from __future__ import annotations

import re
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
            name = None if overrides else _only_for_an_extra(line)
            if name is not None:
                mentioned.add(name)
                continue
            for requirement in (_parsed(each) for each in _applied(line, overrides)):
                mentioned.add(_name(requirement))
                if requirement.marker is None or requirement.marker.evaluate(environment):
                    yield from ((package.name, words) for words in _unmet(package, requirement, pins))
        for name in sorted(set(package.dependencies) - mentioned):
            yield package.name, f"the lock says that {package.name} needs {name}, and its metadata does not"


_TEXT = r"""(?:"[^"\\]*"|'[^'\\]*')"""
_ATOM = rf"\(*[a-z_.]+ ?(?:===?|[<>]=?|[!~]=|not in|in) ?{_TEXT}\)*"
_EXTRA = r"""\(*extra ?== ?(?:"[A-Za-z0-9._-]+"|'[A-Za-z0-9._-]+')\)*"""
_ONLY_FOR_AN_EXTRA = re.compile(
    rf"([A-Za-z0-9](?:[A-Za-z0-9._-]*+(?<=[A-Za-z0-9]))?)[^;@]*+;\s*(?:{_ATOM} and )*{_EXTRA}(?: and {_ATOM})*\s*"
)
"""A requirement whose marker is a conjunction with ``extra == "…"`` in it: false as long as no extra is asked for."""


@lru_cache(maxsize=8192)
def _only_for_an_extra(line: str) -> str | None:
    """Return the name in a requirement that holds with an extra only, without parsing it: most of them are such."""
    match = _ONLY_FOR_AN_EXTRA.fullmatch(line)
    return re.sub(r"[-_.]+", "-", match[1]).lower() if match else None


def _applied(line: str, overrides: Overrides) -> tuple[str, ...]:
    """Return what stands in the place of a requirement: without overrides only those with a URL are changed."""
    return overrides.applied(line) if overrides or "@" in line else (line,)


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
