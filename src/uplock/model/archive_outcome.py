"""What the commands about archives answer."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from uplock.model.digest import Sha256
from uplock.model.value import Value

DefectKind = Literal["missing", "extra", "flipped", "torn", "mode", "index"]
"""What is wrong with a file of an archive:

- ``missing``: something refers to it and it is not here;
- ``extra``: it is nothing of an archive's, or stands in the wrong place, or is a link;
- ``flipped``: its bytes are not those that were written;
- ``torn``: a crash left it half done;
- ``mode``: a blob can be written to, or is kept and has a second name;
- ``index``: the query index does not say what the archive says.
"""


class Defect(Value, frozen=True, kw_only=True):
    """One thing that is wrong, with the file below the archive; ``repaired`` if it is so no longer."""

    kind: DefectKind
    path: str
    detail: str
    repaired: bool = False


class FsckResult(Value, frozen=True, kw_only=True):
    """``uplock archive fsck``: what was looked at, and everything that is wrong, sorted by path."""

    place: str
    blobs: int
    bytes: int
    """Bytes that were hashed."""
    generations: int
    kept: int
    rows: tuple[Defect, ...]
    collected: int = 0
    """Artifacts of older generations that are not here and need not be: nobody keeps those generations."""
    unreferenced: int = 0
    """Blobs that nothing refers to: gc removes them."""


GcReason = Literal["artifact", "unreferenced", "download", "torn"]
"""``artifact``: bytes of generations that nobody keeps; ``unreferenced``: nothing refers to it; ``download``: it is not
complete; ``torn``: a crash left it."""


class GcFile(Value, frozen=True, kw_only=True):
    """One file that is removed, below the archive; ``freed`` is 0 for bytes that another name leads to."""

    path: str
    reason: GcReason
    freed: int


class GcResult(Value, frozen=True, kw_only=True):
    """``uplock archive gc``: what was removed, or would be."""

    place: str
    dry_run: bool
    files: tuple[GcFile, ...]
    freed: int
    """Bytes of disk."""
    left: int
    """Blobs that are still here."""


class BundleResult(Value, frozen=True, kw_only=True):
    """``uplock archive export``: the file that was written; ``size`` is in bytes."""

    path: str
    sha256: Sha256
    size: int
    generation: Sha256
    members: int
    """Blobs that are in it."""
    absent: int
    """Documents that the generation names and the archive never had, as in a fresh clone: the view above all."""


class ImportResult(Value, frozen=True, kw_only=True):
    """``uplock archive import``: the generation that is here now, and whether it was not before."""

    place: str
    generation: Sha256
    added: int
    """Blobs that were not here before."""
    members: int
    recorded: bool
    """Whether the log did not know the generation."""
    head: bool
    """Whether it became the head, since there was none."""


class FoundGeneration(Value, frozen=True, kw_only=True):
    """A generation that has what was asked for, with what of it, sorted."""

    id: Sha256
    recorded_at: datetime | None
    matches: tuple[str, ...]


class FindResult(Value, frozen=True, kw_only=True):
    """``uplock archive find``: the generations, in the order of recording."""

    generations: tuple[FoundGeneration, ...]
