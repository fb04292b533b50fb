"""The JSON form of an index page (PEP 691, 700, 714, 740), as it is written; keys that nobody asks for are passed."""

from __future__ import annotations

from uplock.model.value import Value

NO_KEY = ""
"""Stands for a provenance key that is not there; ``null`` says that the index knows the key and has no document."""


class SimpleDigests(Value, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """Digests by algorithm; only one of them counts here."""

    sha256: str | None = None


class SimpleFile(Value, frozen=True, kw_only=True, forbid_unknown_fields=False, rename="kebab"):
    """One entry of ``files``."""

    filename: str
    url: str
    hashes: SimpleDigests
    size: int | None = None
    upload_time: str | None = None
    requires_python: str | None = None
    yanked: bool | str | None = None
    core_metadata: bool | SimpleDigests | None = None
    dist_info_metadata: bool | SimpleDigests | None = None
    data_dist_info_metadata: bool | SimpleDigests | None = None
    provenance: str | None = NO_KEY


class SimpleMeta(Value, frozen=True, kw_only=True, forbid_unknown_fields=False, rename="kebab"):
    """``meta``: the version of the API."""

    api_version: str


class SimplePage(Value, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """One project's page."""

    meta: SimpleMeta
    name: str
    files: tuple[SimpleFile, ...]
