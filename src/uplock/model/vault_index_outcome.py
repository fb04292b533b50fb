"""What ``uplock vault index`` answers, and the marker of a directory that it wrote."""

from __future__ import annotations

from typing import Literal

from uplock.model.digest import Sha256
from uplock.model.value import Value


class StaticIndexMarker(Value, frozen=True, kw_only=True):
    """``uplock-index.json``: that a directory is a static index, whose pages and files uplock may replace."""

    format: int = 1
    kind: Literal["uplock static index"] = "uplock static index"


class IndexedFile(Value, frozen=True, kw_only=True):
    """One artifact of a static index; size in bytes."""

    project: str
    """Normalized name."""
    version: str
    filename: str
    sha256: Sha256
    size: int
    path: str
    """Relative to the directory, with slashes."""
    metadata: Sha256 | None = None
    """Digest of METADATA, which stands beside it; ``None`` for a source distribution."""
    provenance: Sha256 | None = None
    """Digest of the provenance document beside it; ``None`` if none was recorded."""


class VaultIndexResult(Value, frozen=True, kw_only=True):
    """``uplock vault index``: the index holds exactly the artifacts of these generations now."""

    directory: str
    """As it was named."""
    generations: tuple[Sha256, ...]
    """Sorted."""
    projects: int
    files: tuple[IndexedFile, ...]
    """Sorted by project and file name."""
    written: int
    """Files that were written or replaced, pages included; 0 if the index was there already."""
    removed: int
    """Files of an earlier index that were removed."""
