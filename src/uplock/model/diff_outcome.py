"""What ``uplock diff`` answers: what one generation has and another has not, before and after."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from uplock.model.digest import Sha256
from uplock.model.finding import Finding, Status
from uplock.model.identity import TrustedRoot
from uplock.model.results import Publisher
from uplock.model.value import Value

ChangeKind = Literal["added", "removed", "upgraded", "downgraded", "replaced", "assessed"]
"""``replaced``: another file under the same version. ``assessed``: the same file, and other results about it."""


class PackageSide(Value, frozen=True, kw_only=True):
    """A package as one of two generations locks it; size in bytes."""

    version: str
    filename: str
    sha256: Sha256
    size: int
    outcome: str
    """Of its attestations."""
    publisher: Publisher | None = None


class LibraryChange(Value, frozen=True, kw_only=True):
    """A native library of a package with its versions before and after, sorted; ``?`` where none is proved.

    Nothing on one side: the package did not have it there.
    """

    project: str
    before: tuple[str, ...]
    after: tuple[str, ...]


class PackageChange(Value, frozen=True, kw_only=True):
    """A package that differs."""

    name: str
    kind: ChangeKind
    major: bool = False
    """Whether the first number of the version, or its epoch, is another."""
    before: PackageSide | None
    after: PackageSide | None
    libraries: tuple[LibraryChange, ...] = ()


class TargetSide(Value, frozen=True, kw_only=True):
    """A target as one of two generations has it."""

    target: str
    python: str
    platform: str
    role: str
    locked: bool
    """Whether there is a lock: else some package has no wheel for it."""
    packages: int
    content: Sha256 | None = None
    """The predicted content digest."""
    exclude_newer: datetime | None = None
    resolver: str | None = None


class FindingsChange(Value, frozen=True, kw_only=True):
    """What today's rules and waivers say of both sides: of a target, or of the project as a whole."""

    before: Status | None
    after: Status | None
    appeared: tuple[Finding, ...]
    vanished: tuple[Finding, ...]


class TargetChange(Value, frozen=True, kw_only=True):
    """A target of both generations, or of one of them. Equal sides and no packages: nothing differs."""

    before: TargetSide | None
    after: TargetSide | None
    packages: tuple[PackageChange, ...]
    """Sorted by name."""
    findings: FindingsChange | None = None
    """``None`` unless they were asked for."""


class WaiverChange(Value, frozen=True, kw_only=True):
    """A waiver file that differs, by its path; digests of the file."""

    path: str
    before: Sha256 | None
    after: Sha256 | None


class DiffResult(Value, frozen=True, kw_only=True):
    """``uplock diff A B``. ``equal``: both say the same, whatever their parents are."""

    before: Sha256
    after: Sha256
    equal: bool
    project: tuple[str, str]
    """Names before and after."""
    version: tuple[str | None, str | None]
    inputs_changed: bool
    view_changed: bool
    lifecycle_changed: bool
    targets: tuple[TargetChange, ...]
    waivers: tuple[WaiverChange, ...] = ()
    trusted_root: tuple[TrustedRoot | None, TrustedRoot | None]
    findings: FindingsChange | None = None
    """About the project as a whole, its waivers above all, with the status of everything that gates."""
    as_of: datetime | None = None
    """The day of the findings, where they were asked for."""
