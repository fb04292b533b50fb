"""What the commands answer: the values behind the text and behind ``--json``."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from uplock.model.digest import Sha256
from uplock.model.finding import Finding, Status
from uplock.model.identity import TrustedRoot
from uplock.model.lock import Agreement
from uplock.model.results import (
    Publisher,
)
from uplock.model.value import Value
from uplock.model.verify_outcome import AttestationCounts, Baseline


class OutputFile(Value, frozen=True, kw_only=True):
    """A file that was written (or was there already with the same bytes), relative to the project."""

    path: str
    sha256: Sha256


class AttestedPackage(Value, frozen=True, kw_only=True):
    """One artifact with its outcome; ``publisher`` only if verified."""

    package: str
    filename: str
    outcome: str
    publisher: Publisher | None = None
    reason: str | None = None


class LockedTarget(Value, frozen=True, kw_only=True):
    """One target as locked. ``missing`` names the packages without a wheel; then there are no files."""

    target: str
    python: str
    platform: str
    role: str
    deployed: bool
    packages: int
    files: tuple[OutputFile, ...]
    missing: tuple[str, ...] = ()
    agreement: Agreement | None = None
    """What a second resolver said, where it was asked for."""


class LockResult(Value, frozen=True, kw_only=True):
    """``uplock lock``: ``resolved`` is false if the inputs were unchanged and the locks stand."""

    project: str
    resolved: bool
    exclude_newer: datetime
    index: str
    index_from: str
    resolver: str
    targets: tuple[LockedTarget, ...]
    lockset: OutputFile
    findings: tuple[Finding, ...] = ()
    """What the rules about locks say; those about the artifacts' content need ``uplock run``."""
    notes: tuple[str, ...] = ()


Depth = Literal["offline", "resolve", "index"]
"""What locks are checked against: their inputs, the archived view they rest on, or what the index serves now."""


class LockCheckResult(Value, frozen=True, kw_only=True):
    """``uplock lock --check``: what was compared with what, and what does not hold."""

    project: str
    depth: Depth
    targets: tuple[str, ...]
    packages: int
    """How many pins were looked at, over all targets."""
    edited: bool = False
    """Whether a file differs from what the lock set pins: exit code 4."""
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()


class ExplainedArtifact(Value, frozen=True, kw_only=True):
    """A file of the locked version as the view has it. ``sha256`` is ``None`` if the index names none."""

    filename: str
    sha256: Sha256 | None
    upload_time: datetime | None
    yanked: bool
    admissible: bool
    """Whether it may be installed on the target: its tags and Requires-Python fit, or sdists are allowed."""
    chosen: bool


class RequiredBy(Value, frozen=True, kw_only=True):
    """Who asks for a package: the project (without a name) or another package, with its words if they are known."""

    name: str
    version: str
    requirement: str | None = None
    role: Literal["requirement", "override", "constraint"] = "requirement"
    """``override``: the project replaced what the package asks for; ``constraint``: it narrows what others ask for."""


class OtherVersion(Value, frozen=True, kw_only=True):
    """A version above the locked one, and the first thing that is against it."""

    version: str
    reason: str


class Explanation(Value, frozen=True, kw_only=True):
    """``uplock lock --explain``: one package in one target. ``version`` is ``None`` if it is not locked there."""

    target: str
    python: str
    name: str
    version: str | None = None
    direct: bool = False
    why: str
    required_by: tuple[RequiredBy, ...] = ()
    kept: bool = False
    """Whether the resolver was told to keep this version."""
    newer: tuple[OtherVersion, ...] = ()
    artifacts: tuple[ExplainedArtifact, ...] = ()
    view: bool
    """Whether the view that the lock rests on is in the archive; without it there is only what stands in the lock."""


class TargetResult(Value, frozen=True, kw_only=True):
    """One target after a whole run."""

    target: str
    python: str
    platform: str
    role: str
    deployed: bool
    end_of_life: str | None
    """Date, or ``None`` if the lifecycle table does not know the line."""
    packages: int
    native: int
    """How many packages carry native code."""
    glibc: str | None
    """Highest glibc that any of them needs."""
    attestations: AttestationCounts
    attested: tuple[AttestedPackage, ...]
    """Everything but the unchecked."""
    status: Status
    why: str
    """The status in a sentence."""
    gates: bool
    findings: tuple[Finding, ...]
    files: tuple[OutputFile, ...]


class RunResult(Value, frozen=True, kw_only=True):
    """``uplock run``. ``changed`` is whether a generation was recorded."""

    project: str
    generation: Sha256
    parent: Sha256 | None
    changed: bool
    status: Status
    as_of: datetime
    exclude_newer: datetime
    index: str
    index_from: str
    resolver: str
    trusted_root: TrustedRoot
    baseline: Baseline
    targets: tuple[TargetResult, ...]
    uplift: OutputFile | None = None
    """The SBOM of the uplift, where an interpreter is being left."""
    findings: tuple[Finding, ...] = ()
    """What is wrong with the project as a whole, its waivers above all."""
    notes: tuple[str, ...] = ()


class CheckResult(Value, frozen=True, kw_only=True):
    """``uplock check``: a generation judged for a day."""

    project: str
    generation: Sha256
    """Empty where declarations are judged, which belong to none (``uplock scan --format``)."""
    as_of: datetime
    status: Status
    targets: tuple[TargetResult, ...]
    findings: tuple[Finding, ...] = ()
    """What is wrong with the project as a whole, its waivers above all."""


class SbomResult(Value, frozen=True, kw_only=True):
    """``uplock sbom``: the documents that were written, all valid."""

    project: str
    generation: Sha256
    files: tuple[OutputFile, ...]


class HistoryEntry(Value, frozen=True, kw_only=True):
    """One generation, as ``uplock history`` lists them. ``recorded_at`` comes from this archive's own log."""

    id: Sha256
    parent: Sha256 | None
    recorded_at: datetime | None
    targets: tuple[str, ...]
    artifacts: int
    baseline: str | None
    kept: bool = False
    """Whether its every file is kept: ``uplock vault add``."""
    chained: bool = True
    """Whether it is the head, or reached from it by parents; others are told with ``--all`` only."""


class InitResult(Value, frozen=True, kw_only=True):
    """``uplock init``: the configuration file and whether it was written now."""

    path: str
    written: bool
    text: str


class ErrorBody(Value, frozen=True, kw_only=True):
    """An error as the text shows it."""

    kind: str
    message: str
    context: str
    remedy: str
    exit_code: int


class ErrorResult(Value, frozen=True, kw_only=True):
    """What ``--json`` prints when a command could not decide."""

    error: ErrorBody
