"""Kept generations: what the archive must never let go of."""

from __future__ import annotations

from uplock.model.digest import Sha256
from uplock.model.value import Value


class KeptFile(Value, frozen=True, kw_only=True):
    """One artifact of a kept generation, with the provenance document that was recorded for it; size in bytes."""

    filename: str
    sha256: Sha256
    size: int
    provenance: Sha256 | None = None


class KeptGeneration(Value, frozen=True, kw_only=True):
    """A generation whose every file is in the archive as bytes of its own: no garbage collection takes any of it."""

    format: int = 1
    generation: Sha256
    project: str
    files: tuple[KeptFile, ...]
    """Every admissible artifact of all its locks, sorted by file name."""
    trusted_root: Sha256 | None = None
    """Digest of the trusted root's bytes, in the archive like the files, so that outcomes can be reproduced."""
