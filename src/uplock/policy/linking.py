"""The native code across the lock of a target, as rules ask for it."""

from __future__ import annotations

from uplock.linkage.providers import Linkage
from uplock.model.need import Need
from uplock.model.results import ArtifactResults
from uplock.policy.subject import Subject


def needs_of(subject: Subject) -> tuple[tuple[ArtifactResults, tuple[Need, ...]], ...]:
    """Return every artifact that needs a library from outside itself, with its needs, sorted by package.

    What the lock does not hold is left out, and so is everything if there is no lock.
    """
    if subject.lock is None:
        return ()
    known = {each.sha256: each for each in subject.artifacts}
    results = {
        each.name: known[each.artifact.sha256] for each in subject.lock.packages if each.artifact.sha256 in known
    }
    by_package: dict[str, list[Need]] = {}
    for need in Linkage.of(subject.lock, results).needs:
        by_package.setdefault(need.package, []).append(need)
    return tuple((results[package], tuple(needs)) for package, needs in by_package.items())
