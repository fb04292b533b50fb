"""Waivers: approved risks that expire, one file each, below ``waivers/`` in the project.

A waiver is worth as much as the review of its file: nothing in it is signed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

from uplock.model.digest import Sha256, digest_of
from uplock.model.value import Value

Level = Literal["low", "medium", "high"]
LEVELS: tuple[Level, ...] = ("low", "medium", "high")


class WaiverScope(Value, frozen=True, kw_only=True):
    """What a waiver covers. Everything that is given must fit; what is not given does not narrow."""

    service: str | None = None
    """Name of the project, as in ``[project]``."""
    interpreter: str | None = None
    """A line (``3.9``) or one version (``3.9.18``) of CPython."""
    platform: str | None = None
    """Name of a platform: ``linux-x86_64``."""
    purl: str | None = None
    """``pkg:pypi/NAME`` or ``pkg:pypi/NAME@VERSION``, name and version normalized."""
    sha256: Sha256 | None = None
    """Digest of one artifact."""


class Risk(Value, frozen=True, kw_only=True):
    """How likely it is that something happens, and how bad it would be."""

    likelihood: Level
    impact: Level


class Waiver(Value, frozen=True, kw_only=True):
    """One approved exception from one rule, from ``approved_at`` to ``expires_at``, both inclusive."""

    id: str
    """Name of its file without the ending: lower-case letters, digits, dots and hyphens."""
    rule: str
    scope: WaiverScope
    reason: str
    risk: Risk
    compensating_controls: tuple[str, ...]
    requested_by: str
    approved_by: tuple[str, ...]
    ticket: str
    approved_at: date
    expires_at: date
    supersedes: tuple[str, ...] = ()
    """Ids of waivers that it takes the place of, from the day on which it is approved."""


class WaiverFile(Value, frozen=True, kw_only=True):
    """A file below ``waivers/``: the waiver in it, or why there is none that could be read."""

    path: str
    """Relative to the project: ``waivers/py39-until-uplift.toml``."""
    sha256: Sha256
    waiver: Waiver | None = None
    defects: tuple[str, ...] = ()
    """Everything that is wrong with the file, each with its key. Exactly one of ``waiver`` and this is there."""


def waivers_digest(files: Iterable[WaiverFile]) -> Sha256:
    """Return the digest over waiver files, by path: verdicts name it."""
    return digest_of([(each.path, each.sha256, each.defects) for each in files])


State = Literal["in-force", "not-yet", "expired", "superseded", "refused", "elsewhere"]
"""``refused``: malformed, self-approved, over-wide or too long, so it covers nothing; ``elsewhere``: of another
service."""


class Standing(Value, frozen=True, kw_only=True):
    """What a waiver file is worth on one day."""

    file: WaiverFile
    state: State
    days_left: int | None = None
    """Until ``expires_at``: 0 on that day itself, negative after it; ``None`` if the file could not be read."""
    misuse: tuple[tuple[str, str], ...] = ()
    """Rule (``WV001`` …) and sentence, for everything that is wrong with it."""
