"""Wheels that were built here, in the place of the sdists that locks would have: as long as these are chosen."""

from __future__ import annotations

from collections.abc import Iterable

from uplock.lockfile.overrides import Overrides
from uplock.model.built import BuiltWheel
from uplock.model.lock import Artifact, BuiltFrom, Lock, LockedPackage
from uplock.model.value import changed


def with_wheels(
    locks: Iterable[Lock], rows: Iterable[BuiltWheel], overrides: Iterable[str] = (), excludes: Iterable[str] = ()
) -> tuple[tuple[Lock, ...], tuple[BuiltWheel, ...]]:
    """Return locks with the wheels that were built of their sdists, and the rows about these wheels, sorted.

    A wheel takes the place of the very sdist that it was built from, for the very interpreter that it was built with:
    for any other it would have to be built anew. What it needs is what its own metadata says.
    """
    known = {_key(row.target, row.python, row.package, row.version, row.sdist_sha256): row for row in rows}
    made, used = [], []
    for lock in locks:
        references = (package.name for package in lock.packages if package.index is None)
        applied = Overrides(overrides, excludes, references)
        packages = []
        for package in lock.packages:
            row = row_of(lock, package, known)
            packages.append(package if row is None else _as_wheel(lock, package, row, applied))
            used += [] if row is None else [row]
        made.append(changed(lock, packages=tuple(packages)))
    return tuple(made), tuple(sorted(used, key=lambda row: (row.target, row.package)))


Key = tuple[str, str, str, str, str]


def _key(*parts: str) -> Key:
    target, python, package, version, sdist = parts
    return target, python, package, version, sdist


def row_of(lock: Lock, package: LockedPackage, known: dict[Key, BuiltWheel]) -> BuiltWheel | None:
    """Return the wheel that was built of what is locked, if it is an sdist, or was one."""
    sdist = package.listed
    if sdist.filename.endswith(".whl"):
        return None
    return known.get(
        _key(lock.target.name, lock.target.interpreter.version, package.name, package.version, sdist.sha256)
    )


def _as_wheel(lock: Lock, package: LockedPackage, row: BuiltWheel, overrides: Overrides) -> LockedPackage:
    return changed(
        package,
        artifact=Artifact(filename=row.wheel, sha256=row.wheel_sha256, url="", size=row.wheel_size),
        dependencies=_needs(lock, package, row, overrides),
        identities=(),
        built_from=BuiltFrom(sdist=package.listed, reproducible=row.reproducible),
    )


def _needs(lock: Lock, package: LockedPackage, row: BuiltWheel, overrides: Overrides) -> tuple[str, ...]:
    """Return the edges of a wheel: those that hold without extras, and those of the sdist that it mentions at all."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    pins = {each.name for each in lock.packages} - {package.name}
    environment = {**lock.target.marker_environment(), "extra": ""}
    mentioned, needed = set(), set()
    for line in (each for asked in row.requires_dist for each in overrides.applied(asked)):
        requirement = Requirement(line)
        name = canonicalize_name(requirement.name)
        mentioned.add(name)
        if requirement.marker is None or requirement.marker.evaluate(environment):
            needed.add(name)
    return tuple(sorted(pins & (needed | (mentioned & set(package.dependencies)))))


def unexplained(lock: Lock, rows: Iterable[BuiltWheel]) -> str | None:
    """Return what a lock says of wheels that were built here and the lock set does not, ``None`` if all is said."""
    known = {_key(row.target, row.python, row.package, row.version, row.sdist_sha256): row for row in rows}
    for package in lock.packages:
        if package.built_from is None:
            continue
        row = row_of(lock, package, known)
        said = None if row is None else (row.wheel, row.wheel_sha256, row.wheel_size, row.reproducible)
        artifact = package.artifact
        if said != (artifact.filename, artifact.sha256, artifact.size, package.built_from.reproducible):
            return f"{artifact.filename} is locked as built here, and the lock set does not say so"
    return None
