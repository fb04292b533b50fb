"""What a verdict is judged by: thresholds and severities, and dated claims about lifecycles."""

from __future__ import annotations

from datetime import date

from uplock.model.finding import Severity
from uplock.model.value import Value, empty_dict


class Policy(Value, frozen=True, kw_only=True):
    """``[tool.uplock.policy]``. Days are calendar days in UTC."""

    eol_warning_days: int = 180
    """An interpreter whose support ends within this many days is a warning."""
    severities: dict[str, Severity] = empty_dict()
    """Rule id to severity, over the rule's default."""


class Lifecycle(Value, frozen=True, kw_only=True):
    """One dated claim: ``product`` ``line`` is supported until the end of ``end_of_life`` (inclusive)."""

    product: str
    line: str
    released: date | None
    end_of_support: date | None
    """Last day of bug-fix releases, if the source says."""
    end_of_life: date
    source: str
    retrieved: date
    verified: bool
    """Whether the source was opened on ``retrieved``; rules that rest on an unverified row warn at most."""


class LatestPatch(Value, frozen=True, kw_only=True):
    """The newest known release of a CPython line: dated data, not a promise."""

    line: str
    version: str
    source: str
    retrieved: date
