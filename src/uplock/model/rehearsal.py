"""Rehearsals: whether one can go back to a generation, decided by ten statements that were tried."""

from __future__ import annotations

from datetime import datetime

from uplock.model.digest import Sha256
from uplock.model.finding import Finding, Status
from uplock.model.proof import Proof
from uplock.model.value import Value

TITLES = (
    "both ends are locked, with exactly one hashed artifact per package",
    "every artifact is in the vault, and its bytes are those of its digest now",
    "no source distribution is locked without its archived wheel",
    "the interpreters are at hand in the locked patch versions",
    "pip and uv install it without a network, and the content digests are equal and as predicted",
    "every top-level module imports",
    "going back and forth by switching environments ends at the recorded digests",
    "the attestation outcomes are reproduced from archived documents and root",
    "today's verdict passes, or rests on waivers in force",
    "the proof is recorded",
)
"""What the statements claim, by number from 1."""


class RehearsedStatement(Value, frozen=True, kw_only=True):
    """One of the ten. ``holds`` is null where it was not tried, or could not be decided here: never true then."""

    number: int
    title: str
    holds: bool | None
    detail: str
    """What was found, or what is in the way."""
    needs: tuple[int, ...] = ()
    """Statements that must hold before this one can be tried, and do not."""


class RehearsedVerdict(Value, frozen=True, kw_only=True):
    """How one end is judged for the day of the rehearsal."""

    target: str
    status: Status
    why: str
    findings: tuple[Finding, ...] = ()
    """Errors, those that are waived included."""


class Rehearsal(Value, frozen=True, kw_only=True):
    """``uplock rehearse``: ready if and only if all ten statements hold."""

    format: int = 1
    ready: bool
    project: str
    generation: Sha256
    content: Sha256
    """Digest of what the generation says: equal content is equally ready."""
    head: Sha256
    """The generation at the other end of the way."""
    old: tuple[str, ...]
    """Targets that one goes back to."""
    new: tuple[str, ...]
    """Targets that one comes from."""
    statements: tuple[RehearsedStatement, ...]
    proofs: tuple[Proof, ...] = ()
    verdicts: tuple[RehearsedVerdict, ...] = ()
    policy: Sha256
    as_of: datetime
    """The day that verdicts are judged for."""
    made_at: datetime
    made_by: str


class RehearsalResult(Value, frozen=True, kw_only=True):
    """``uplock rehearse --json``: ``ready`` and the ten statements first; ``record`` names the in-toto statement."""

    ready: bool
    statements: tuple[RehearsedStatement, ...]
    rehearsal: Rehearsal
    record: Sha256 | None = None
    """Digest of the in-toto statement in the archive, ``None`` if it could not be kept."""
    summary: Sha256 | None = None
    """Digest of the SLSA verification summary in the archive."""


class Rehearsed(Value, frozen=True, kw_only=True):
    """What the archive knows of the newest rehearsal of a generation: ``at`` is ``None`` if there never was one."""

    at: datetime | None = None
    ready: bool = False
    record: Sha256 | None = None
