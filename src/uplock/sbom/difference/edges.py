"""Dependencies of two documents, between the components that both have."""

from __future__ import annotations

from collections.abc import Iterator

from uplock.model.digest import sha256_of
from uplock.model.sbom_diff_outcome import SbomEdgeChange, SbomMetadataChange
from uplock.sbom.difference.document import Document
from uplock.sbom.difference.part import Part

Place = tuple[str, str]
"""Where a component stands before and after: a digest of what it says and of the place of its holder, or nothing."""
ROOT: Place = ("", "")
_Edge = tuple[Place, Place]


class Nodes:
    """The components that both documents have, found by reference.

    Twins that say the same in the same place are one node, and of several components of one reference, which no valid
    document has, the first by content is taken: so neither order nor references decide anything.
    """

    def __init__(self, before: Document, after: Document) -> None:
        self._needs = before.needs, after.needs
        self._places: tuple[dict[str, tuple[str, str]], dict[str, tuple[str, str]]] = ({}, {})
        self._counterparts: tuple[dict[str, str], dict[str, str]] = ({}, {})
        self._labels: tuple[dict[str, str], dict[str, str]] = ({}, {})

    def enter(self, holder: Place, one: Part | None, other: Part | None) -> Place:
        """Note a pair inside ``holder``, or what one document alone has, and return its place."""
        place = self._enter(0, holder[0], one), self._enter(1, holder[1], other)
        if one is not None and other is not None:
            for side in (0, 1):
                mine, other_one = place[side], place[1 - side]
                known = self._counterparts[side].get(mine, other_one)
                self._counterparts[side][mine] = min(known, other_one)
        return place

    def _enter(self, side: int, holder: str, part: Part | None) -> str:
        if part is None:
            return ""
        place = sha256_of(f"{holder}{part.digest}".encode())
        within = self._labels[side].get(holder, "").partition(" in ")[0]
        label = f"{part.label} in {within}" if within else part.label
        self._labels[side][place] = label
        if part.ref:
            found = label, place
            self._places[side][part.ref] = min(found, self._places[side].get(part.ref, found))
        return place

    def changes(self) -> Iterator[SbomEdgeChange]:
        """Yield edges of one document from components whose needs both documents tell."""
        told = self._told(0) & self._told(1)
        before, after = (self._edges(side, told) for side in (0, 1))
        named = [("removed", *self._named(0, edge)) for edge in before - after]
        named += [("added", *self._named(1, edge)) for edge in after - before]
        for kind, source, target in sorted(named, key=lambda each: (each[1], each[2], each[0])):
            yield SbomEdgeChange(kind="added" if kind == "added" else "removed", source=source, target=target)

    def said_of_one(self) -> Iterator[SbomMetadataChange]:
        """Yield of which components one document alone says what they need."""
        before, after = self._told(0), self._told(1)
        old = tuple(sorted(self._labels[0][each[0]] for each in before - after))
        new = tuple(sorted(self._labels[1][each[1]] for each in after - before))
        if old or new:
            yield SbomMetadataChange(fact="dependencies of", before=old, after=new)

    def _node(self, side: int, ref: str) -> Place | None:
        """Return what both documents have under a reference of one, or ``None`` if the other has no such thing."""
        _, place = self._places[side].get(ref, ("", ""))
        counterpart = self._counterparts[side].get(place)
        if counterpart is None:
            return None
        return (counterpart, place) if side else (place, counterpart)

    def _told(self, side: int) -> set[Place]:
        """Return the components whose needs a document tells."""
        return {node for ref in self._needs[side] if (node := self._node(side, ref)) is not None}

    def _edges(self, side: int, told: set[Place]) -> set[_Edge]:
        return {
            (source, target)
            for ref, wanted in self._needs[side].items()
            if (source := self._node(side, ref)) is not None and source in told
            for each in wanted
            if (target := self._node(side, each)) is not None
        }

    def _named(self, side: int, edge: _Edge) -> tuple[str, str]:
        labels = self._labels[side]
        return labels[edge[0][side]], labels[edge[1][side]]
