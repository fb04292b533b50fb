"""Locks: the complete answer for one target, with exactly one artifact and one SHA-256 per package."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from uplock.model.built import BuiltWheel
from uplock.model.content import Contested
from uplock.model.digest import Sha256
from uplock.model.identity import Evidence, KnownPublisher, TrustedRoot
from uplock.model.results import Publisher
from uplock.model.target import Target
from uplock.model.value import Value


class Artifact(Value, frozen=True, kw_only=True):
    """One file of an index: a wheel, by name and digest. ``url`` carries no credentials; ``size`` is in bytes."""

    filename: str
    sha256: Sha256
    url: str
    """Empty for a wheel that was built here, which no index has."""
    size: int | None = None
    upload_time: datetime | None = None


class BuiltFrom(Value, frozen=True, kw_only=True):
    """That a locked wheel was built here: the sdist that the index has, and whether building it again gave the same."""

    sdist: Artifact
    reproducible: bool | None = None
    """``None`` as long as nobody built it again."""


class LockedPackage(Value, frozen=True, kw_only=True):
    """One package at one version, and the one artifact of it: a wheel, or an sdist where that was allowed.

    ``dependencies`` are normalized names within the same lock, sorted.
    """

    name: str
    """Normalized (PEP 503)."""
    version: str
    """As normalized by the version scheme (PEP 440)."""
    artifact: Artifact
    dependencies: tuple[str, ...] = ()
    requires_python: str | None = None
    direct: bool = False
    """Whether the project asks for it by name."""
    index: str | None = None
    """Address of the index that it comes from, without credentials; ``None`` for a direct reference."""
    yanked: str | None = None
    """Reason if the artifact was yanked when it was locked (PEP 592), empty if none was given."""
    hashed_here: bool = False
    """The index names no SHA-256 of the artifact: it was downloaded and hashed when it was locked."""
    identities: tuple[Publisher, ...] = ()
    """Who signed the artifact, if its attestations were verified (PEP 751 ``attestation-identities``)."""
    built_from: BuiltFrom | None = None
    """What the artifact, a wheel, was built from here; ``None`` for a file of an index."""

    @property
    def listed(self) -> Artifact:
        """The file that the index has, or that a direct reference names: the sdist of a wheel that was built here."""
        return self.artifact if self.built_from is None else self.built_from.sdist

    @property
    def is_sdist(self) -> bool:
        """Whether the artifact is a source distribution, which installers must build."""
        return not self.artifact.filename.endswith(".whl")


class Lock(Value, frozen=True, kw_only=True):
    """All packages of one target, sorted by name, and what the answer rests on."""

    target: Target
    packages: tuple[LockedPackage, ...]
    exclude_newer: datetime
    """The cut-off: nothing uploaded after it was admitted. Whole seconds, UTC."""
    inputs: Sha256
    """Digest of the project's requirements as read (not of the files' layout)."""
    view: Sha256
    """Digest of the index view that was resolved against."""
    resolver: str
    """Name and version: ``uv 0.13.9``."""


class LockEntry(Value, frozen=True, kw_only=True):
    """One target of a lock set, with the digests of its two files."""

    target: str
    python: str
    platform: str
    role: str
    """``baseline`` (the interpreter being left) or ``target``."""
    pylock: Sha256
    requirements: Sha256
    content: Sha256 | None = None
    """The predicted content digest of an environment with exactly these wheels, as of the last run; ``None`` where an
    artifact is no wheel, or packages contest paths."""


class MissingLock(Value, frozen=True, kw_only=True):
    """A target that was asked for and has no lock, because these packages have no wheel for it."""

    target: str
    python: str
    platform: str
    role: str
    packages: tuple[str, ...]
    detail: str


class Difference(Value, frozen=True, kw_only=True):
    """One thing that two resolvers answer differently, with both sides in words."""

    package: str
    """Normalized name; empty if the difference is the whole answer."""
    ours: str
    theirs: str


class Agreement(Value, frozen=True, kw_only=True):
    """What a second resolver said about one target, asked the same question against the same view."""

    target: str
    resolver: str
    """The second resolver's name and version."""
    outcome: Literal["agrees", "disagrees", "not-asked"]
    reason: str = ""
    """Why it could not be asked."""
    differences: tuple[Difference, ...] = ()


class Shadowed(Value, frozen=True, kw_only=True):
    """A locked package whose name several indexes have: ``index`` was taken, by order; nothing pins the name to it."""

    name: str
    index: str
    others: tuple[str, ...]


class GenerationRef(Value, frozen=True, kw_only=True):
    """The head of the archive's chain as a fresh clone must know it: id, digest of content, id of the parent."""

    id: Sha256
    content: Sha256
    parent: Sha256 | None = None


class Preferences(Value, frozen=True, kw_only=True):
    """Versions to keep where they still fit: pairs of name and version by target. An input of every lock."""

    targets: dict[str, tuple[tuple[str, str], ...]]


class LockSet(Value, frozen=True, kw_only=True):
    """``locks/lockset.json``: the targets, the digests of their files, and what they rest on."""

    format: int = 1
    exclude_newer: datetime
    inputs: Sha256
    view: Sha256
    resolver: str
    targets: tuple[LockEntry, ...]
    missing: tuple[MissingLock, ...] = ()
    notes: tuple[str, ...] = ()
    """What a reader of the locks should know: files without upload time."""
    agreement: tuple[Agreement, ...] = ()
    """What the second resolver said, where it was asked for."""
    shadowed: tuple[Shadowed, ...] = ()
    contested: tuple[Contested, ...] = ()
    """Which packages bring different bytes for the same paths, by target, as of the last run."""
    overrides: tuple[str, ...] = ()
    """Requirements that replaced those of packages, and :attr:`excludes`, packages that were left out."""
    excludes: tuple[str, ...] = ()
    preferred: Sha256 | None = None
    """Digest of the :class:`Preferences` that the resolver was given; ``None`` if it kept nothing."""
    trusted_root: TrustedRoot | None = None
    """What :attr:`evidence` rests on; ``None`` before the first run."""
    publishers: tuple[KnownPublisher, ...] = ()
    """The baseline of the ratchet, sorted: it holds in a fresh clone, which has no archive."""
    evidence: tuple[Evidence, ...] = ()
    """One row per locked file, sorted by file name, as of the last run."""
    built: tuple[BuiltWheel, ...] = ()
    """Wheels of these locks that were built here, sorted by target and package."""
    generation: GenerationRef | None = None
