"""What one call asks for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal

from uplock.model.value import Value

Preferred = Mapping[str, tuple[tuple[str, str], ...]]
"""Pairs of name and version to keep, by the name of a target."""

Mode = Literal["keep", "upgrade", "fresh"]
"""What becomes of the pins that are there: ``keep`` those that still fit; ``upgrade`` all, with the cut-off moved to
now; or choose all anew at the same cut-off, ``fresh``, as if there were no lock."""


class Request(Value, frozen=True, kw_only=True):
    """What one call asks for."""

    now: datetime
    as_of: datetime
    mode: Mode = "keep"
    upgrade_packages: tuple[str, ...] = ()
    """Packages to choose anew; the others are kept."""
    from_lock: Path | None = None
    """Another tool's lock, whose versions are kept."""
    planned: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    """Versions to keep of some targets instead of those that are locked: what a plan of an uplift proposes."""
    exclude_newer: datetime | None = None
    """Cut-off of that plan, unless the project configures one."""
    cross_check: bool = False
    """Ask the second resolver too."""
    refresh: bool = False
    """Ask index and provenance sources again even where their answer is kept."""
    jobs: int = 1
    """How many targets are resolved at once."""
    require_baseline: bool = False
    """Fail where no publisher is known from before."""
    timestamp: datetime | None = None
    """``SOURCE_DATE_EPOCH``, if set."""

    @property
    def renew(self) -> bool:
        """Whether the cut-off moves to now (unless it is configured)."""
        return self.mode == "upgrade" or bool(self.upgrade_packages) or self.refresh

    @property
    def resolve(self) -> bool:
        """Whether to resolve even if the locks stand."""
        given = self.from_lock is not None or bool(self.planned)
        return self.renew or self.mode == "fresh" or given or self.cross_check
