"""What a verdict is judged by: thresholds and severities."""

from __future__ import annotations

from uplock.model.finding import Severity
from uplock.model.identity import ClaimsPattern, ExpectedPublisher
from uplock.model.value import Value, empty_dict


class WaiverDays(Value, frozen=True, kw_only=True):
    """Longest time that a waiver may be in force, in days, by the severity that the policy gives its rule."""

    error: int = 180
    warning: int = 365
    info: int = 365


class Policy(Value, frozen=True, kw_only=True):
    """``[tool.uplock.policy]``. Days are calendar days in UTC."""

    eol_warning_days: int = 180
    """What is supported for no more than this many days is a warning."""
    block_warning_days: int = 90
    """A managed runtime that will be blocked within this many days is an error."""
    table_days: int = 180
    """Lifecycle data that was retrieved longer ago than this is stale."""
    cooldown_days: int = 7
    """An artifact that was uploaded less than this many days ago is a warning; 0 turns that off."""
    waiver_days: WaiverDays = WaiverDays()
    waiver_notice_days: int = 14
    """A waiver that ends within this many days is a warning."""
    trusted_root_days: int = 30
    """A trusted root that is older than this is a warning."""
    trusted_root_max_days: int | None = None
    """A trusted root that is older than this, or of unknown age, is an error."""
    rehearsal_days: int = 90
    """A rehearsal of the way back that is older than this is an error, where ``uplock check`` sees it."""
    require_rehearsal: bool = False
    """Whether a generation that was never rehearsed, or not successfully, is an error."""
    require_attestations: tuple[str, ...] = ()
    """Normalized names of packages that must be verified, or ``*`` for all."""
    publishers: tuple[ExpectedPublisher, ...] = ()
    """Who must have signed which package, sorted by package."""
    denied_publishers: tuple[ClaimsPattern, ...] = ()
    severities: dict[str, Severity] = empty_dict()
    """Rule id to severity, over the rule's default."""
