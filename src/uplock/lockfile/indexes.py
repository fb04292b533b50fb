"""``[[tool.uplock.indexes]]`` and ``index-url``: which indexes a project names, and what it pins to them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from uplock.lockfile.fields import Fields
from uplock.model.value import Value

MAX_INDEXES = 20
_PATTERN = re.compile(r"[a-z0-9*](?:[a-z0-9*-]{0,98}[a-z0-9*])?")

INDEXES_SCHEMA: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "additionalProperties": False,
        "required": ["name", "url"],
        "properties": {
            "name": {"type": "string"},
            "url": {"type": "string", "format": "uri"},
            "packages": {"type": "array", "items": {"type": "string"}},
            "explicit": {"type": "boolean", "default": False},
            "default": {"type": "boolean", "default": False},
        },
    },
}


class IndexEntry(Value, frozen=True, kw_only=True):
    """``[[tool.uplock.indexes]]``: a named index, and the packages (names, or patterns with ``*``) pinned to it."""

    name: str
    url: str
    packages: tuple[str, ...] = ()
    explicit: bool = False
    """Serves its ``packages`` and nothing else."""
    default: bool = False
    """Stands in the place of the default index: the last one."""


def read_indexes(fields: Fields) -> tuple[IndexEntry, ...]:
    """Return the entries of ``indexes``, noting every defect."""
    entries: list[IndexEntry] = []
    for entry in fields.children("indexes", MAX_INDEXES):
        entry.only({"name", "url", "packages", "explicit", "default"})
        name = entry.text("name", r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}", "a name of letters, digits, '.', '_' and '-'")
        if name in {each.name for each in entries} | {"default"}:
            entry.defect("name", f"{name!r} stands twice" if name != "default" else "'default' is taken")
        packages = entry.texts("packages") or ()
        for place, pattern in enumerate(packages):
            if not _PATTERN.fullmatch(pattern):
                entry.defect(f"packages[{place}]", f"{pattern[:80]!r} is neither a normalized name nor one with *")
        url = _url(entry, "url") or ""
        explicit, default = entry.flag("explicit"), entry.flag("default")
        if explicit and not packages:
            entry.defect("explicit", "serves its packages only, and none are named")
        if default and (explicit or any(each.default for each in entries)):
            entry.defect("default", "one index is the default, and it is not explicit")
        entries.append(IndexEntry(name=name, url=url, packages=packages, explicit=explicit, default=default))
    return tuple(entries)


def read_index_url(fields: Fields) -> str | None:
    """Return ``index-url``, or ``None`` if there is none; credentials never stand in a configuration."""
    url = _url(fields, "index-url") if "index-url" in fields.raw else None
    if url is not None and any(isinstance(each, Mapping) and each.get("default") for each in _raw_indexes(fields)):
        fields.defect("index-url", "one of the indexes is the default already")
    return url


def _raw_indexes(fields: Fields) -> list[object]:
    raw = fields.raw.get("indexes", [])
    return raw if isinstance(raw, list) else []


def _url(fields: Fields, key: str) -> str | None:
    url = fields.text(key)
    if not url:
        return None
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fields.defect(key, "is not a URL")
        return None
    if not usable:
        fields.defect(key, "must be an http or https URL")
    if "@" in parts.netloc:
        fields.defect(key, "must not carry credentials: use UPLOCK_INDEX_URL, netrc or keyring")
    return url
