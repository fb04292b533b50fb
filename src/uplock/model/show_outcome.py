"""What ``uplock show`` answers: one generation, with everything that can be said of it without judging."""

from __future__ import annotations

from datetime import date, datetime

from uplock.model.content import Contested
from uplock.model.digest import Sha256
from uplock.model.identity import TrustedRoot
from uplock.model.lock import MissingLock
from uplock.model.native import Linkage
from uplock.model.results import Publisher
from uplock.model.value import Value


class ShownLibrary(Value, frozen=True, kw_only=True):
    """A library of somebody else in a wheel; ``version`` is ``None`` where nothing proves one."""

    project: str
    version: str | None
    linkage: Linkage


class ShownPackage(Value, frozen=True, kw_only=True):
    """One locked package and its one artifact; size in bytes."""

    name: str
    version: str
    filename: str
    sha256: Sha256
    size: int
    direct: bool = False
    """Whether the project asks for it by name."""
    built_here: bool = False
    """Whether the wheel was built by uplock from a source distribution."""
    yanked: str | None = None
    outcome: str
    """Of its attestations: ``verified``, ``not-attested``, ``invalid`` or ``unchecked``."""
    reason: str | None = None
    """Why it is not verified."""
    publisher: Publisher | None = None
    provenance: Sha256 | None = None
    """Digest of the archived document."""
    libraries: tuple[ShownLibrary, ...] = ()
    """Sorted by project and version; without Rust crates."""
    crates: int = 0
    """How many Rust crates its binaries list."""


class ShownTarget(Value, frozen=True, kw_only=True):
    """One lock of the generation."""

    target: str
    python: str
    platform: str
    role: str
    pylock: Sha256
    requirements: Sha256
    content: Sha256 | None
    """The predicted content digest of an environment of it, if it is known."""
    resolver: str
    packages: tuple[ShownPackage, ...]


class ShownWaiver(Value, frozen=True, kw_only=True):
    """A waiver file that the generation recorded; without ``id`` and the rest if it could not be read."""

    path: str
    sha256: Sha256
    id: str | None = None
    rule: str | None = None
    expires_at: date | None = None
    defects: tuple[str, ...] = ()


class ShowResult(Value, frozen=True, kw_only=True):
    """``uplock show``. ``head``: whether it is the one that the project is at."""

    id: Sha256
    parent: Sha256 | None
    recorded_at: datetime | None
    """``None`` if this archive's own log does not know it."""
    head: bool
    kept: bool
    project: str
    version: str | None
    baseline: str | None
    """Full version of the interpreter being left."""
    exclude_newer: datetime | None
    """The cut-off of its locks; ``None`` without any."""
    view: Sha256
    view_archived: bool
    inputs: Sha256
    lifecycle: Sha256
    lockset: Sha256 | None
    targets: tuple[ShownTarget, ...]
    missing: tuple[MissingLock, ...] = ()
    contested: tuple[Contested, ...] = ()
    overrides: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    waivers: tuple[ShownWaiver, ...] = ()
    trusted_root: TrustedRoot | None = None
    trusted_root_archived: bool = False
