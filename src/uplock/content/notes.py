"""What installers write into a metadata directory, held against the directory that it is about.

These files are no content, but uninstalling goes by RECORD, and tools by the others: so what they say must be true.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from uplock.content.bytecode import parse_cached_name
from uplock.content.expected import Expected
from uplock.content.found import Found
from uplock.content.record import STRONG, Row, parse_record
from uplock.content.tree import shown
from uplock.errors import InputError
from uplock.model.content import EnvironmentDifference
from uplock.model.digest import sha256_of
from uplock.model.value import decode_json

NOTE_LIMITS = {
    "RECORD": 64 * 1024 * 1024,
    "INSTALLER": 200,
    "REQUESTED": 0,
    "direct_url.json": 64 * 1024,
    "uv_cache.json": 1024 * 1024,
}
"""Bytes that each note may have; REQUESTED is empty (PEP 376)."""

_HOME = "lib/python"
"""What paths in RECORD are relative to in a ``--target`` directory of pip, which installs elsewhere and moves."""


def contradictions_of_notes(
    expected: Mapping[str, Expected], compiled: Mapping[str, str], found: Found
) -> Iterator[EnvironmentDifference]:
    """Yield what is wrong with the notes of all distributions; ``compiled`` maps bytecode to its package."""
    belongs: dict[str, set[str]] = {}
    for path, each in expected.items():
        for package in each.owners or (each.package,):
            belongs.setdefault(package, set()).add(path)
    for path, package in compiled.items():
        belongs.setdefault(package, set()).add(path)
    for path, each in expected.items():
        if each.role == "note" and path in found.listing.files:
            for place, detail in _in_note(each, belongs[each.package], found):
                yield EnvironmentDifference(kind="record", path=shown(place), package=each.package, detail=detail)


def _in_note(note: Expected, belongs: set[str], found: Found) -> Iterator[tuple[str, str]]:
    """Yield paths and what is wrong with them."""
    name = note.path.rpartition("/")[2]
    text = found.texts.get(note.path)
    if text is None:
        yield note.path, f"has more than {NOTE_LIMITS[name]} bytes or cannot be read"
    elif name == "RECORD":
        yield from _in_record(text, note, belongs, found)
    elif name.endswith(".json"):
        complaint = _in_json(text, name)
        yield from [(note.path, complaint)] if complaint else []
    elif name == "INSTALLER" and not text.strip().replace(b"-", b"").isalnum():
        yield note.path, "names no installer"


def _in_json(text: bytes, name: str) -> str:
    """Return what is wrong with a note in JSON. ``direct_url.json`` must be about an archive (PEP 610): the wheel."""
    try:
        document = decode_json(text)
    except InputError:
        document = None
    if not isinstance(document, dict):
        return "is no JSON object"
    if name == "direct_url.json" and not isinstance(document.get("archive_info"), dict):
        return "says that it was not installed from a wheel"
    return ""


def _in_record(text: bytes, note: Expected, belongs: set[str], found: Found) -> Iterator[tuple[str, str]]:
    """Yield how RECORD contradicts the directory: rows for others' files, other hashes, files that it does not list."""
    try:
        rows = parse_record(text, repeated=True)
    except InputError as error:
        yield note.path, error.message
        return
    listed = {note.path}
    for row in rows:
        place = _place(row.path, found)
        if place is None or not (place in belongs or _was_compiled(place, belongs)):
            yield note.path, f"lists {shown(row.path)}, which is not a file of {note.package}"
            continue
        listed.add(place)
        if place != note.path and parse_cached_name(place) is None:
            blamed = place if place.rpartition("/")[2] in NOTE_LIMITS else note.path
            yield from ((blamed, detail) for detail in _in_row(row, place, found))
    for path in sorted((belongs & found.listing.files.keys()) - listed):
        if parse_cached_name(path) is None:
            yield note.path, f"does not list {shown(path)}"


def _was_compiled(place: str, belongs: set[str]) -> bool:
    """Whether a path is that of bytecode, there or not, of a source of the distribution."""
    name = parse_cached_name(place)
    return name is not None and name.source in belongs


def _in_row(row: Row, place: str, found: Found) -> Iterator[str]:
    text = found.texts.get(place)
    digest = found.hashes.get(place) if text is None else sha256_of(text)
    name = shown(row.path)
    if row.algorithm not in STRONG:
        yield f"RECORD has no strong hash of {name}"
    elif row.algorithm == "sha256" and digest is not None and row.digest != digest:
        yield f"RECORD has another hash of {name} than its bytes"
    if row.size is not None and row.size != found.listing.files.get(place, row.size):
        yield f"RECORD has another size of {name} than its bytes"


def _place(path: str, found: Found) -> str | None:
    """Return the path in the directory that a row means, or ``None`` if it leads out of it."""
    bases = (found.layout.site, _HOME) if found.layout.kind == "target" else (found.layout.site,)
    if path.startswith("/"):
        return None
    for base in bases:
        place = posixpath.normpath(posixpath.join(base, path))
        if place != ".." and not place.startswith("../"):
            return place
    return None
