"""Targets that are new to a package: what its attestations said in others counts there as well.

Else a change of the interpreter, for which everything is locked for a target that was never seen, would be the moment
at which an attestation can be lost without a word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from uplock.model.digest import Sha256
from uplock.model.identity import Evidence, KnownPublisher
from uplock.model.lock import Lock, LockedPackage
from uplock.model.results import NotAttested, Unchecked, Verification, Verified
from uplock.model.value import changed

if TYPE_CHECKING:
    from packaging.version import Version


def known_in_new_targets(
    known: Sequence[KnownPublisher],
    locks: Iterable[Lock],
    found: Mapping[Sha256, Verification],
    evidence: Iterable[Evidence],
) -> tuple[KnownPublisher, ...]:
    """Return what is known of publishers, with the new targets in which their packages must not be without attestation.

    That is a target for which a file is locked that is not attested, or could not be asked about; but not if its
    version is older than all that are verified now, since it may never have had an attestation, nor if ``evidence``
    from before knows the very file like that, since then nothing became less.
    """
    before = {row.sha256 for row in evidence if row.outcome != "verified"}
    locked: dict[str, list[tuple[str, LockedPackage]]] = {}
    for lock in locks:
        for package in lock.packages:
            locked.setdefault(package.name, []).append((lock.target.name, package))
    first = {row.package: place for place, row in reversed(tuple(enumerate(known)))}
    held = {(row.package, target) for row in known for target in row.targets}
    rows = list(known)
    for name, place in first.items():
        for target in _missing(locked.get(name, ()), found, before):
            if (name, target) not in held:
                rows[place] = changed(rows[place], targets=tuple(sorted({*rows[place].targets, target})))
    return tuple(rows)


def _missing(
    locked: Sequence[tuple[str, LockedPackage]], found: Mapping[Sha256, Verification], before: set[Sha256]
) -> Iterator[str]:
    """Yield the targets for which a package is locked in a file that has no attestation and should have one."""
    verified = [each for _, each in locked if isinstance(found.get(each.artifact.sha256), Verified)]
    oldest = min((_version(each) for each in verified), default=None)
    for target, each in locked:
        missing = isinstance(found.get(each.artifact.sha256), NotAttested | Unchecked)
        if missing and each.artifact.sha256 not in before and (oldest is None or _version(each) >= oldest):
            yield target


def _version(package: LockedPackage) -> Version:
    from packaging.version import Version

    return Version(package.version)
