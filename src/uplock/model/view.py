"""Views: what an index said at a moment, after cut-off, yanks and wheels-only were applied."""

from __future__ import annotations

from datetime import datetime

from uplock.model.digest import Sha256
from uplock.model.value import Value


class IndexFile(Value, frozen=True, kw_only=True):
    """One file as an index lists it. ``url`` is absolute, without credentials."""

    filename: str
    sha256: Sha256 | None
    """``None`` if the index names no SHA-256: then the file is hashed when it is chosen, and that is said."""
    url: str
    size: int | None = None
    upload_time: datetime | None = None
    requires_python: str | None = None
    yanked: str | None = None
    """The reason, empty if none was given; ``None`` if not yanked (PEP 592)."""
    core_metadata: Sha256 | None = None
    """SHA-256 of the METADATA file that the index serves beside this file (PEP 658), if it says so."""
    provenance: str | None = None
    """URL of the provenance file, if the index names one (PEP 740)."""


class IndexPage(Value, frozen=True, kw_only=True):
    """One project's page. ``provenance_offered``: the index knows the key at all (simple API 1.3 or a key seen)."""

    name: str
    files: tuple[IndexFile, ...]
    provenance_offered: bool = False


class ViewFile(Value, frozen=True, kw_only=True):
    """An admitted file as the view remembers it: no address, so that mirrors of the same content give equal views."""

    filename: str
    sha256: Sha256 | None
    size: int | None = None
    upload_time: datetime | None = None
    requires_python: str | None = None
    yanked: str | None = None
    provenance: bool = False


class ViewPage(Value, frozen=True, kw_only=True):
    """The admitted files of one project, sorted by file name; empty if the index does not know the project."""

    name: str
    files: tuple[ViewFile, ...]
    provenance_offered: bool = False


class ViewEntry(Value, frozen=True, kw_only=True):
    """One page of a view, by its digest."""

    name: str
    page: Sha256


class View(Value, frozen=True, kw_only=True):
    """The manifest of a view. Its digest is the view's identity: content only, never time, ETags or addresses."""

    format: int = 1
    exclude_newer: datetime
    pages: tuple[ViewEntry, ...]
