"""What ``uplock sbom score`` answers."""

from __future__ import annotations

from typing import Literal

from uplock.model.digest import Sha256
from uplock.model.value import Value

PointState = Literal["held", "lost", "not assessed"]
"""``not assessed``: what decides it is not there. Never counted as held."""

Standard = Literal["NTIA", "CISA", "BSI", "SCVS", "CRA", "uplock"]
"""Where a point comes from: NTIA minimum elements (2021), CISA minimum elements (draft of August 2025), BSI TR-03183-2
v2.1, OWASP SCVS, Cyber Resilience Act; ``uplock``: asked by none of them."""


class ScoredPoint(Value, frozen=True, kw_only=True):
    """One point of the rubric, and how a document stands to it."""

    number: int
    title: str
    standards: tuple[Standard, ...]
    path: str
    """JSON path of what is looked at; ``C`` stands for every component at any depth."""
    state: PointState
    kept: int
    """How many of :attr:`of` things keep it: components where it is about components, else one."""
    of: int
    lost_at: tuple[str, ...] = ()
    """The first places that lose it, as ``components[3] name version`` or as a JSON path."""
    missing: str | None = None
    """What is not there to decide it."""
    remedy: str
    """What to do where it is not held."""


class SbomScoreResult(Value, frozen=True, kw_only=True):
    """``uplock sbom score``: all points in their order."""

    file: str
    sha256: Sha256
    format: Literal["json", "xml"]
    spec_version: str
    components: int
    """With those inside others, and with what the document is about."""
    lock: str | None = None
    """Lock file that the document was held against."""
    held: int
    lost: int
    not_assessed: int
    fail_under: int | None = None
    """Least number of held points that was asked for."""
    points: tuple[ScoredPoint, ...]
