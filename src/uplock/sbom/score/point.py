"""Points of the rubric: a number, one sentence, where it comes from, what to do, and a check from a document."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from uplock.model.lock import Lock
from uplock.model.sbom_score_outcome import PointState, ScoredPoint, Standard
from uplock.model.value import Value
from uplock.sbom.reading.read import ReadBom
from uplock.sbom.score.document import Document, Part

MAX_PLACES = 5
"""No more places that lose a point are told."""


class Twin(Value, frozen=True, kw_only=True):
    """The same document in the other of the two forms; ``bom`` is ``None`` of one that is not valid."""

    name: str
    bom: ReadBom | None


class Given(Value, frozen=True, kw_only=True):
    """What is known beyond the document itself. What is ``None`` or empty is not known."""

    schema_defects: int
    """What the official schema of the document's version objects to."""
    lock: Lock | None = None
    lock_sha256: str | None = None
    """Of the lock file that was found or named, whatever it holds."""
    twin: Twin | None = None
    links: frozenset[str] = frozenset()
    """BOM-Links of documents that are at hand."""
    signature: bool | None = None
    """Whether a detached signature over the document was made with the key that was named."""


class Answer(Value, frozen=True, kw_only=True):
    """How a document stands to a point."""

    state: PointState
    kept: int = 0
    of: int = 0
    lost_at: tuple[str, ...] = ()
    missing: str | None = None


Check = Callable[[Document, Given], Answer]
"""A pure function of the two; what decides nothing is :func:`unknown`."""


class Point(Value, frozen=True, kw_only=True):
    """One point of the rubric."""

    number: int
    title: str
    """What must hold: one sentence without a full stop."""
    standards: tuple[Standard, ...]
    path: str
    remedy: str
    check: Check

    def scored(self, document: Document, given: Given) -> ScoredPoint:
        """Return how a document stands to it."""
        answer = self.check(document, given)
        return ScoredPoint(
            number=self.number,
            title=self.title,
            standards=self.standards,
            path=self.path,
            state=answer.state,
            kept=answer.kept,
            of=answer.of,
            lost_at=answer.lost_at,
            missing=answer.missing,
            remedy=self.remedy,
        )


def whole(place: str, *, holds: bool) -> Answer:
    """Return the answer to a question about the document as a whole."""
    return Answer(state="held", kept=1, of=1) if holds else Answer(state="lost", of=1, lost_at=(place,))


def unknown(missing: str) -> Answer:
    """Return that what decides is not there."""
    return Answer(state="not assessed", missing=missing)


def each_of(found: Iterable[tuple[str | Part, bool | None]], *, nothing: str, undecided: str = "") -> Answer:
    """Return the answer to a question about many things, ``None`` where it cannot be decided.

    One that loses it is enough to lose it. ``nothing`` says what there is none of, ``undecided`` what is not there to
    decide some.
    """
    kept = of = 0
    lost: list[str] = []
    unclear: list[str] = []
    for thing, holds in found:
        of += 1
        kept += holds is True
        places = lost if holds is False else unclear
        if holds is not True and len(places) < MAX_PLACES:
            places.append(thing.label if isinstance(thing, Part) else thing)
    if lost:
        return Answer(state="lost", kept=kept, of=of, lost_at=tuple(lost))
    if not of:
        return unknown(nothing)
    if unclear:
        return Answer(state="not assessed", kept=kept, of=of, missing=f"{undecided} ({', '.join(unclear)})")
    return Answer(state="held", kept=kept, of=of)
