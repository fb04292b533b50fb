"""Pins of ``uv.lock`` version 1: one resolution for every interpreter and platform, as a graph.

Which of several versions of a name holds is said by ``resolution-markers`` where versions forked, and by the markers
on the way from the project to the package otherwise: both are taken over.
"""

from __future__ import annotations

from typing import Any

from uplock.errors import InputError
from uplock.lockfile.fields import Fields, listed
from uplock.lockfile.foreign.entry import (
    MAX_FILES,
    MAX_PACKAGES,
    Notes,
    filename_in,
    name_of,
    python_of,
    sha256_in,
    sorted_set,
    version_of,
)
from uplock.lockfile.foreign.lock import ForeignLock, ForeignPin
from uplock.lockfile.foreign.marker import any_of, checked_marker
from uplock.lockfile.foreign.uv_graph import Entry, graph

MAX_MARKERS = 1000
"""Most markers of one package, and of the whole lock."""

_REMEDY = "Lock again with uv, or give the requirements file that uv export writes."
_SOURCES = {
    "git": "it comes from version control",
    "url": "it comes from an address, not from an index",
    "path": "it is a local file",
    "directory": "it is a directory",
    "editable": "it is an editable install",
    "virtual": "it is a directory",
}


def read_uv_lock(document: dict[str, Any], filename: str) -> ForeignLock:
    """Take over a parsed uv.lock. Raises :class:`InputError` with every defect and its place."""
    top = Fields(document, "")
    notes = Notes()
    top.expect("version", 1)
    packages = top.children("package", MAX_PACKAGES)
    entries = [
        Entry(
            fields=fields,
            name=name_of(fields) or "",
            version=version_of(fields) if "version" in fields.raw else None,
            source=_source(fields),
        )
        for fields in packages
    ]
    edges, roots = graph(top, entries, notes)
    pins = [pin for at, entry in enumerate(entries) if (pin := _pin(entry, at, roots, notes)) is not None]
    lock = ForeignLock(
        kind="uv.lock",
        pins=tuple(pins),
        requires_python=python_of(top, "requires-python"),
        environments=tuple(_markers(top, "supported-markers")),
        edges=edges,
        notes=notes.told(),
    )
    if top.defects:
        raise InputError(listed(top.defects), context=filename, remedy=_REMEDY)
    return lock


def _source(fields: Fields) -> str:
    """Return the kind of source of a package: its one key that says where the files are."""
    source = fields.child("source")
    kinds = [kind for kind in ("registry", *_SOURCES) if kind in source.raw]
    if len(kinds) == 1:
        return kinds[0]
    fields.defect("source", "must name one registry, git, url, path, directory, editable or virtual source")
    return "registry"


def _pin(entry: Entry, at: int, roots: frozenset[int], notes: Notes) -> ForeignPin | None:
    fields = entry.fields
    marker = any_of(_markers(fields, "resolution-markers"))
    if entry.source != "registry":
        if at not in roots and entry.name:
            notes.add(f"{entry.name} is not taken over: {_SOURCES[entry.source]}.")
        return None
    files = fields.children("wheels", MAX_FILES) + ([fields.child("sdist")] if "sdist" in fields.raw else [])
    hashes = [
        sha256_in(each.raw["hash"], each.at("hash"), each.defects) for each in files if each.raw.get("hash") is not None
    ]
    if entry.version is None:
        if "version" not in fields.raw:
            fields.defect("version", "is missing")
        return None
    return ForeignPin(
        name=entry.name,
        version=entry.version,
        marker=marker,
        hashes=sorted_set(hashes),
        files=sorted_set(_filename(each) for each in files),
        node=str(at),
    )


def _filename(file: Fields) -> str | None:
    """Return the name of a file, which uv writes in one of three ways."""
    for key in ("filename", "url", "path"):
        if key in file.raw:
            return filename_in(file.text(key))
    return None


def _markers(fields: Fields, key: str) -> list[str]:
    raw = fields.raw.get(key, [])
    if not isinstance(raw, list) or len(raw) > MAX_MARKERS:
        fields.defect(key, f"must be an array of at most {MAX_MARKERS} markers")
        return []
    found = [checked_marker(each, fields.at(f"{key}[{place}]"), fields.defects) for place, each in enumerate(raw)]
    return [marker for marker in found if marker is not None]
