"""The difference between two documents, as far as they say the same kind of thing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import get_args

from uplock.model.sbom_diff_outcome import (
    SbomChangeKind,
    SbomComponentChange,
    SbomDiffResult,
    SbomDiffSide,
    SbomFact,
    SbomFactChange,
    SbomMetadataChange,
)
from uplock.model.value import changed
from uplock.sbom.difference.alarms import alarms_of
from uplock.sbom.difference.document import Document
from uplock.sbom.difference.edges import ROOT, Nodes, Place
from uplock.sbom.difference.facts import Facts
from uplock.sbom.difference.pairing import Pair, paired
from uplock.sbom.difference.part import Part
from uplock.sbom.difference.versions import order

FACTS: tuple[SbomFact, ...] = get_args(SbomFact)
_OTHER_BYTES = frozenset({"downgraded", "other-file", "other-version", "rebuilt", "upgraded"})
"""What explains that everything inside has other digests."""


def compared(before: Document, after: Document, sides: tuple[SbomDiffSide, SbomDiffSide]) -> SbomDiffResult:
    """Return what differs. Linear in the components of both but for sorting."""
    nodes = Nodes(before, after)
    subject = None
    if before.subject is not None or after.subject is not None:
        subject = _change((before.subject, after.subject), nodes, ROOT, explained=False)
    components, unchanged = _changes(before.parts, after.parts, nodes, ROOT, explained=False)
    metadata = tuple(_metadata(before.metadata, after.metadata)) + tuple(nodes.said_of_one())
    edges = tuple(nodes.changes())
    return SbomDiffResult(
        before=sides[0],
        after=sides[1],
        equal=not (subject or components or metadata or edges),
        unchanged=unchanged,
        subject=subject,
        metadata=metadata,
        components=components,
        edges=edges,
        not_compared=tuple(sorted({*before.left_out, *after.left_out})),
    )


def _changes(
    before: tuple[Part, ...], after: tuple[Part, ...], nodes: Nodes, holder: Place, *, explained: bool
) -> tuple[tuple[SbomComponentChange, ...], int]:
    """Return what differs inside a holder, sorted by name and then by content, and how many pairs are equal."""
    found, unchanged = [], 0
    for pair in paired(before, after):
        change = _change(pair, nodes, holder, explained=explained)
        if change is None:
            unchanged += 1
        else:
            digests = tuple("" if each is None else each.digest for each in pair)
            found.append(((change.name.lower(), change.name, change.package, digests), change))
    return tuple(change for _, change in sorted(found, key=lambda each: each[0])), unchanged


def _change(pair: Pair, nodes: Nodes, holder: Place, *, explained: bool) -> SbomComponentChange | None:
    """Return how a pair differs, or ``None`` if it does not; ``explained``: its holder is another file."""
    one, other = pair
    node = nodes.enter(holder, one, other)
    kind, major = _kind(one, other, explained=explained)
    parts = (one.parts if one else (), other.parts if other else ())
    inside, _ = _changes(*parts, nodes, node, explained=kind in _OTHER_BYTES)
    if one is not None and other is not None and one.digest == other.digest:
        return None
    there = [each for each in pair if each is not None]
    found = SbomComponentChange(
        kind=kind,
        name=min(each.name for each in there),
        package=max(each.package for each in there),
        platform=any(each.is_platform for each in there),
        before=one.version if one else None,
        after=other.version if other else None,
        major=major,
        facts=tuple(_facts(one, other)),
        inside=inside,
    )
    return changed(found, alarms=alarms_of(found))


def _kind(one: Part | None, other: Part | None, *, explained: bool) -> tuple[SbomChangeKind, bool]:
    if one is None or other is None:
        return "added" if one is None else "removed", False
    ordered, major = order(one.version, other.version)
    if ordered != "same":
        return ordered, major
    kind: SbomChangeKind = "changed"
    files = one.facts.get("file"), other.facts.get("file")
    another = None not in files and files[0] != files[1]
    if _contradict(one.facts, other.facts):
        kind = "rebuilt" if explained else "other-file" if another else "other-digest"
    elif another:
        kind = "other-file"
    return kind, False


def _contradict(one: Facts, other: Facts) -> bool:
    """Whether both name digests of one algorithm and have none of them in common."""
    sides: list[dict[str, set[str]]] = [{}, {}]
    for digests, facts in zip(sides, (one, other), strict=True):
        for each in facts.get("hash", ()):
            digests.setdefault(each.partition(":")[0], set()).add(each)
    return any(sides[0][each].isdisjoint(sides[1][each]) for each in sides[0].keys() & sides[1].keys())


def _facts(one: Part | None, other: Part | None) -> Iterator[SbomFactChange]:
    before, after = one.facts if one else {}, other.facts if other else {}
    for fact in FACTS:
        old, new = before.get(fact, ()), after.get(fact, ())
        if old != new:
            yield SbomFactChange(fact=fact, before=old, after=new)


def _metadata(
    before: Mapping[str, tuple[str, ...]], after: Mapping[str, tuple[str, ...]]
) -> Iterator[SbomMetadataChange]:
    for fact in sorted(before.keys() | after.keys()):
        if before.get(fact) != after.get(fact):
            yield SbomMetadataChange(fact=fact, before=before.get(fact, ()), after=after.get(fact, ()))
