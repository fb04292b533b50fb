"""Generations: what was true together, by digest."""

from __future__ import annotations

from uplock.model.about import About, Asked
from uplock.model.content import Contested
from uplock.model.digest import Sha256
from uplock.model.identity import KnownPublisher, TrustedRoot
from uplock.model.lock import Agreement, MissingLock, Shadowed
from uplock.model.value import Value
from uplock.model.waiver import WaiverFile


class GenerationLock(Value, frozen=True, kw_only=True):
    """The two files of one target, and its role (``baseline`` or ``target``)."""

    target: str
    role: str
    pylock: Sha256
    requirements: Sha256
    content: Sha256 | None = None
    """The predicted content digest of an environment of it; ``None`` where a wheel is not there, or from an older run.
    """


class GenerationArtifact(Value, frozen=True, kw_only=True):
    """One artifact and the digest of its :class:`~uplock.model.results.ArtifactResults`."""

    filename: str
    sha256: Sha256
    results: Sha256


class GenerationContent(Value, frozen=True, kw_only=True):
    """Everything that a generation says; equal content means that nothing changed."""

    format: int = 1
    project: str
    """Name of the project, ``project`` if it has none."""
    version: str | None = None
    about: About | None = None
    """What the project says of itself; ``None`` in generations of older versions."""
    asked: tuple[Asked, ...] = ()
    """What the project asks for, and where it says so; empty in generations of older versions."""
    inputs: Sha256
    lifecycle: Sha256
    """Digest of the lifecycle table that SBOMs take their dates from."""
    view: Sha256
    lockset: Sha256 | None = None
    """Digest of ``locks/lockset.json`` without its head; ``None`` in generations of older versions."""
    locks: tuple[GenerationLock, ...]
    missing: tuple[MissingLock, ...] = ()
    agreement: tuple[Agreement, ...] = ()
    shadowed: tuple[Shadowed, ...] = ()
    contested: tuple[Contested, ...] = ()
    overrides: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    artifacts: tuple[GenerationArtifact, ...]
    baseline: str | None = None
    """Full version of the interpreter being left."""
    waivers: tuple[WaiverFile, ...] = ()
    """The waiver files that were there, by path, whatever they were worth."""
    trusted_root: TrustedRoot | None = None
    """What attestations were verified under."""
    publishers: tuple[KnownPublisher, ...] = ()
    """The baseline of the ratchet, with what this generation added to it."""


class Generation(Value, frozen=True, kw_only=True):
    """Content with its parent; the digest of this is the generation's id.

    No time and nothing of this machine. The lock files name the addresses of their artifacts, so locks made from
    another mirror are other files and another generation; their views are equal.
    """

    content: GenerationContent
    parent: Sha256 | None = None
