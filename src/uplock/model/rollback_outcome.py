"""What a rollback answers."""

from __future__ import annotations

from datetime import date, datetime

from uplock.model.digest import Sha256
from uplock.model.finding import Finding, Status
from uplock.model.outcome import OutputFile
from uplock.model.value import Value


class RollbackTarget(Value, frozen=True, kw_only=True):
    """One target of the generation that was gone to, judged for the day it was recorded and for today."""

    target: str
    python: str
    gates: bool
    """Whether it is deployed, by what the project says today."""
    then: Status
    """With the waivers that were recorded, for the day on which the generation was recorded here."""
    now: Status
    why: str
    """Today's status in a sentence."""
    waived_until: date | None = None
    """Until when waivers hold today's errors, if there are any."""
    findings: tuple[Finding, ...] = ()
    """Today's errors that nobody waived."""


class RollbackResult(Value, frozen=True, kw_only=True):
    """``uplock rollback``: what was restored, how it is judged, and how it is installed."""

    project: str
    generation: Sha256
    previous: Sha256 | None = None
    """The generation that the project was at."""
    recorded_at: datetime | None = None
    as_of: datetime
    status: Status
    files: tuple[OutputFile, ...]
    """Restored, or there already with these very bytes."""
    removed: tuple[str, ...] = ()
    """Files of targets that the generation does not have."""
    targets: tuple[RollbackTarget, ...]
    forgotten: tuple[str, ...] = ()
    """Packages whose publishers were known until now and are not known in the restored lock set."""
    notes: tuple[str, ...] = ()
    """What the caller should know besides."""
    install: str
    """The line that installs it."""
