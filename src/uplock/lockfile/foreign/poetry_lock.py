"""Pins of ``poetry.lock`` with lock-version 2.x: since 2.1 every package has the marker under which it is needed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from uplock.errors import InputError
from uplock.lockfile.fields import Fields, listed
from uplock.lockfile.foreign.entry import (
    MAX_FILES,
    MAX_PACKAGES,
    Notes,
    bounded_name,
    filename_in,
    is_specifiers,
    name_of,
    sha256_in,
    sorted_set,
    version_of,
)
from uplock.lockfile.foreign.lock import ForeignLock, ForeignPin
from uplock.lockfile.foreign.marker import any_of, checked_marker

NEVER = "<empty>"
"""What poetry writes for a marker that holds nowhere."""

MAX_GROUPS = 1000
_REMEDY = "Lock again with poetry 2, or give the requirements file that poetry export writes."
_SOURCES = {
    "git": "it comes from version control",
    "directory": "it is a directory",
    "file": "it is a local file",
    "url": "it comes from an address, not from an index",
}


def read_poetry_lock(document: dict[str, Any], filename: str) -> ForeignLock:
    """Take over a parsed poetry.lock. Raises :class:`InputError` with every defect and its place."""
    top = Fields(document, "")
    notes = Notes()
    metadata = top.child("metadata")
    metadata.text("lock-version", r"2\.(?:0|[1-9][0-9]{0,3})", "2.x: other formats are not read")
    pins = [pin for fields in top.children("package", MAX_PACKAGES) for pin in _pins(fields, notes)]
    lock = ForeignLock(
        kind="poetry.lock",
        pins=tuple(pins),
        requires_python=_requires_python(metadata, notes),
        extras=_extras(top),
        notes=notes.told(),
    )
    if top.defects:
        raise InputError(listed(top.defects), context=filename, remedy=_REMEDY)
    return lock


def _requires_python(metadata: Fields, notes: Notes) -> str | None:
    text = metadata.optional_text("python-versions")
    if not text or text == "*":
        return None
    if is_specifiers(text):
        return text
    notes.add("The lock's constraint on Python is poetry's own notation: it is not applied.")
    return None


def _extras(top: Fields) -> tuple[str, ...]:
    raw = top.raw.get("extras", {})
    if not isinstance(raw, Mapping) or len(raw) > MAX_GROUPS:
        top.defect("extras", f"must be a table of at most {MAX_GROUPS} extras")
        return ()
    return sorted_set(bounded_name(key) for key in raw)


def _pins(fields: Fields, notes: Notes) -> list[ForeignPin]:
    """Return the pin of a package, if there is one."""
    name, version = name_of(fields), version_of(fields)
    source = fields.child("source").optional_text("type") if "source" in fields.raw else None
    markers = _markers(fields)
    files = fields.children("files", MAX_FILES)
    hashes = sorted_set(sha256_in(each.raw.get("hash"), each.at("hash"), each.defects) for each in files)
    names = sorted_set(filename_in(each.text("file")) for each in files)
    if source not in {None, "legacy", "pypi", *_SOURCES}:
        fields.defect("source.type", "is not a kind of source that is known")
    if name is None or version is None or markers == [NEVER]:
        return []
    if source in _SOURCES:
        notes.add(f"{name} is not taken over: {_SOURCES[source]}.")
        return []
    return [ForeignPin(name=name, version=version, marker=any_of(markers), hashes=hashes, files=names)]


def _markers(fields: Fields) -> list[str]:
    """Return the markers of a package, one of which must hold; none: it is always needed.

    A table has the marker for every group that needs the package; a group that is not in it needs it always.
    """
    raw = fields.raw.get("markers")
    groups = fields.texts("groups") or ("main",)
    if raw is None:
        return []
    if not isinstance(raw, Mapping):
        raw = dict.fromkeys(groups, raw)
    if len(raw) > MAX_GROUPS:
        fields.defect("markers", f"must have at most {MAX_GROUPS} groups")
        return []
    if set(groups) - set(raw):
        return []
    found: list[str] = []
    for each in raw.values():
        marker = None if each == NEVER else checked_marker(each, fields.at("markers"), fields.defects)
        found += [] if marker is None else [marker]
    return found or [NEVER]
