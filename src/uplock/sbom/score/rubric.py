"""The rubric: forty points that are asked of SBOMs of Python projects, each held, lost or not assessed.

What nothing decides is not assessed, and is never counted as held.
"""

from __future__ import annotations

from uplock.model.sbom_score_outcome import ScoredPoint
from uplock.sbom.reading.read import ReadBom
from uplock.sbom.score import components, declared, envelope, files, graph, interpreter, native, readable
from uplock.sbom.score.document import Document
from uplock.sbom.score.point import Given, Point

_THEMES = (envelope, components, files, graph, interpreter, native, declared, readable)

POINTS: tuple[Point, ...] = tuple(
    sorted((each for theme in _THEMES for each in theme.POINTS), key=lambda each: each.number)
)
"""In the order of their numbers, which are never given a second meaning."""


def score(bom: ReadBom, given: Given) -> tuple[ScoredPoint, ...]:
    """Return how a document of anybody stands to each point; a pure function of the two."""
    document = Document(bom)
    return tuple(each.scored(document, given) for each in POINTS)
