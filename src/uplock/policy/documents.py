"""Contradictions between a wheel's own documents and what is in it: what NA012 and NA013 share."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from uplock.model.native_sbom import Difference
from uplock.model.results import ArtifactResults
from uplock.policy.subject import Subject
from uplock.policy.wording import counted, listed, printable

SHOWN = 5
"""Differences that a finding shows."""
_LENGTH = 160
"""Characters of a name or of versions, which are the wheel's own words."""


def contradicted(subject: Subject, kinds: Collection[str]) -> Iterator[tuple[ArtifactResults, tuple[Difference, ...]]]:
    """Yield every artifact with differences of these kinds, and those in the order of their names."""
    for artifact in subject.artifacts:
        found = [each for each in artifact.native.differences if each.kind in kinds]
        if found:
            yield artifact, tuple(sorted(found, key=lambda each: (each.ecosystem, each.name, each.kind, each.detail)))


def observed(difference: Difference) -> str:
    """Return the versions that were found."""
    return ", ".join(difference.observed)


def named(differences: Iterable[Difference], versions: Callable[[Difference], str] = observed) -> str:
    """Return names with versions; Rust crates are only counted, of which there can be hundreds."""
    differences = tuple(differences)
    native = [
        " ".join(filter(None, (_cut(each.name), _cut(versions(each)))))
        for each in differences
        if each.ecosystem == "native"
    ]
    crates = len({each.name for each in differences if each.ecosystem == "cargo"})
    rest = counted(crates, "Rust crate") if crates else ""
    return " and ".join(filter(None, (listed(native, limit=SHOWN), rest)))


def _cut(text: str) -> str:
    return printable(text, _LENGTH)
