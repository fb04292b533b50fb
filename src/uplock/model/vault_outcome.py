"""What the vault answers."""

from __future__ import annotations

from uplock.model.digest import Sha256
from uplock.model.value import Value


class VaultedFile(Value, frozen=True, kw_only=True):
    """One artifact of a kept generation; size in bytes."""

    filename: str
    sha256: Sha256
    size: int
    provenance: Sha256 | None = None
    """Digest of the document that was recorded for it."""
    added: bool
    """Whether it was taken in now, and not kept as bytes of the archive's own already."""


class VaultAddResult(Value, frozen=True, kw_only=True):
    """``uplock vault add``: every file of the generation is kept now."""

    project: str
    generation: Sha256
    place: str
    """The archive's folder, as it was named."""
    changed: bool
    """Whether anything was done: keeping what is kept already does nothing."""
    files: tuple[VaultedFile, ...]
    trusted_root: Sha256 | None = None
    """Digest of the trusted root, which is kept with them."""
