"""The manifest of a generation that moves from one archive to another as a single file."""

from __future__ import annotations

from uplock.model.digest import Sha256
from uplock.model.value import Value

FORMAT = 1


class BundleMember(Value, frozen=True, kw_only=True):
    """One file by digest and size in bytes; its name in the bundle follows from the digest."""

    sha256: Sha256
    size: int


class Bundle(Value, frozen=True, kw_only=True):
    """``manifest.json``, the first member of a bundle: everything that follows it, and nothing else may."""

    format: int = FORMAT
    generation: Sha256
    members: tuple[BundleMember, ...]
    """Every blob that the generation needs, its own manifest too, sorted by digest: the order in the file."""
    absent: tuple[Sha256, ...] = ()
    """What the generation names and the archive never had, sorted: a fresh clone has no view."""
    kept: BundleMember
    """The note by which the generation is kept where the file is imported, last in the file."""
