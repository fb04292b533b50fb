"""The difference between two generations: what each has and the other has not. Pure but for reading the archive."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from uplock.model.diff_outcome import (
    ChangeKind,
    DiffResult,
    LibraryChange,
    PackageChange,
    PackageSide,
    TargetChange,
    TargetSide,
    WaiverChange,
)
from uplock.workflow.diff_sides import Pinned, Side

Versions = dict[str, tuple[str, ...]]
"""Versions of native libraries by project."""


def difference(before: Side, after: Side) -> DiffResult:
    """Return what changed from ``before`` to ``after``; what is equal by digest is not read.

    Raises :class:`~uplock.errors.IntegrityError`, :class:`~uplock.errors.ArchiveError`.
    """
    one, other = before.content, after.content
    return DiffResult(
        before=before.id,
        after=after.id,
        equal=one == other,
        project=(one.project, other.project),
        version=(one.version, other.version),
        inputs_changed=one.inputs != other.inputs,
        view_changed=one.view != other.view,
        lifecycle_changed=one.lifecycle != other.lifecycle,
        targets=tuple(_target(before, after, *names) for names in paired(_sides(before), _sides(after))),
        waivers=tuple(_waivers(before, after)),
        trusted_root=(one.trusted_root, other.trusted_root),
    )


def _sides(side: Side) -> tuple[TargetSide, ...]:
    names = (*(each.target for each in side.content.locks), *(each.target for each in side.content.missing))
    return tuple(map(side.target, names))


Pair = tuple[TargetSide | None, TargetSide | None]


def paired(before: Iterable[TargetSide], after: Iterable[TargetSide]) -> Iterator[Pair]:
    """Yield which target is compared with which, in the order of ``before``, then what only ``after`` has.

    Targets of one name belong together. Of the others, two of one platform do where each side has only that one left
    there: that is a move to another interpreter.
    """
    ones, others = tuple(before), {each.target: each for each in after}
    names = {each.target for each in ones}
    left = [each for each in others.values() if each.target not in names]
    alone = [each for each in ones if each.target not in others]
    counts = [Counter(each.platform for each in side) for side in (alone, left)]
    here = {each.platform: each for each in left}
    moved = {each.target: here[each.platform] for each in alone if [side[each.platform] for side in counts] == [1, 1]}
    taken = {each.target for each in moved.values()}
    for one in ones:
        yield one, others.get(one.target) or moved.get(one.target)
    for other in left:
        if other.target not in taken:
            yield None, other


def _target(before: Side, after: Side, one: TargetSide | None, other: TargetSide | None) -> TargetChange:
    packages: tuple[PackageChange, ...] = ()
    if one is not None and other is not None and one.locked and other.locked:
        packages = tuple(_packages(before, after, before.pins(one.target), after.pins(other.target)))
    return TargetChange(before=one, after=other, packages=packages)


def _packages(before: Side, after: Side, ones: dict[str, Pinned], others: dict[str, Pinned]) -> Iterator[PackageChange]:
    for name in sorted(ones.keys() | others.keys()):
        one, other = ones.get(name), others.get(name)
        if one is None or other is None or one.artifact != other.artifact:
            yield _package(name, before, after, one, other)


def _package(name: str, before: Side, after: Side, one: Pinned | None, other: Pinned | None) -> PackageChange:
    old = None if one is None else before.package(one)
    new = None if other is None else after.package(other)
    kind, major = _kind(None if old is None else old.package, None if new is None else new.package)
    return PackageChange(
        name=name,
        kind=kind,
        major=major,
        before=None if old is None else old.package,
        after=None if new is None else new.package,
        libraries=tuple(_libraries({} if old is None else old.libraries, {} if new is None else new.libraries)),
    )


def _kind(before: PackageSide | None, after: PackageSide | None) -> tuple[ChangeKind, bool]:
    """Return what happened to a package, and whether the first number of its version or its epoch is another."""
    if before is None:
        return "added", False
    if after is None:
        return "removed", False
    if before.sha256 == after.sha256:
        return "assessed", False
    if before.version == after.version:
        return "replaced", False
    from packaging.version import Version

    old, new = Version(before.version), Version(after.version)
    if old == new:  # 1.0 and 1.0.0
        return "replaced", False
    return "upgraded" if new > old else "downgraded", (old.epoch, old.major) != (new.epoch, new.major)


def _libraries(before: Versions, after: Versions) -> Iterator[LibraryChange]:
    for project in sorted(before.keys() | after.keys()):
        if before.get(project) != after.get(project):
            yield LibraryChange(project=project, before=before.get(project, ()), after=after.get(project, ()))


def _waivers(before: Side, after: Side) -> Iterator[WaiverChange]:
    old = {each.path: each.sha256 for each in before.content.waivers}
    new = {each.path: each.sha256 for each in after.content.waivers}
    for path in sorted(old.keys() | new.keys()):
        if old.get(path) != new.get(path):
            yield WaiverChange(path=path, before=old.get(path), after=new.get(path))
