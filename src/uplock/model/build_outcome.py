"""What ``uplock build`` answers."""

from __future__ import annotations

from typing import Literal

from uplock.model.built import BuiltWheel, Rebuilt
from uplock.model.finding import Finding
from uplock.model.outcome import OutputFile
from uplock.model.value import Value

BuildStatus = Literal["built", "kept", "restored"]
"""``built``: now. ``kept``: built before, its bytes are in the archive. ``restored``: built before, gone from this
archive, and building it again gave the very bytes."""


class PackageBuild(Value, frozen=True, kw_only=True):
    """One source distribution of a lock and its wheel."""

    status: BuildStatus
    wheel: BuiltWheel
    again: Rebuilt | None = None
    """What building it again came to, if that was asked for."""


class BuildResult(Value, frozen=True, kw_only=True):
    """``uplock build``: every source distribution of one target, and the lock that names their wheels."""

    project: str
    target: str
    python: str
    isolation: str | None
    """How builds were kept from the network and from files; ``None`` if nothing had to be built."""
    packages: tuple[PackageBuild, ...]
    files: tuple[OutputFile, ...]
    """The lock files of the target, and the lock set."""
    changed: bool
    """Whether any of them is new."""
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
