"""What one wheel installs: every member hashed, under its neutral path. Nothing is extracted."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from uplock.content.entry_points import MAX_ENTRY_POINTS, parse_entry_points
from uplock.content.record import MAX_RECORD, STRONG, Hashed, Row, lie, lies_of, parse_record
from uplock.content.scheme import neutral_path, parents
from uplock.content.scripts import MARK, normal_form
from uplock.errors import InputError, located
from uplock.inspect.wheel import Wheel
from uplock.inspect.zipdirectory import Member
from uplock.model.content import ContentFile, EntryPointScript, RecordLie, WheelContent
from uplock.model.digest import Sha256

CONTENT_VERSION = 2
"""Counts changes of this code that change its results: part of the key that they are kept under."""

NOTES = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json")
"""What installers write into the metadata directory: no content, even where a wheel brings one along."""


def content_of(wheel: Wheel) -> WheelContent:
    """Return what a wheel installs, with the lies of its RECORD.

    Raises :class:`InputError` if a member is malformed, lies where installers disagree, or entry points are malformed.
    """
    with located(wheel.filename):
        return _content(wheel)


def _content(wheel: Wheel) -> WheelContent:
    notes = {f"{wheel.dist_info}/{name}" for name in NOTES}
    rows, lies = _record(wheel)
    algorithms = {row.path: row.algorithm for row in rows}
    hashed: dict[str, Hashed] = {}
    files: dict[str, ContentFile] = {}
    bytecode: dict[str, ContentFile] = {}
    clashes: set[str] = set()
    for member in wheel.members:
        place = neutral_path(member.path, wheel.dist_info, wheel.name.name)
        with located(ascii(member.path[:200])[1:-1]):
            hashed[member.path], file = _hashed(wheel, member, place, algorithms.get(member.path, ""))
        if member.path in notes:
            continue
        kept = bytecode if is_cached_bytecode(place) else files
        if kept.setdefault(place, file) != file:
            clashes.add(place)
    return WheelContent(
        name=wheel.name.name,
        version=wheel.name.version,
        dist_info=wheel.dist_info,
        files=tuple(files[path] for path in sorted(files)),
        bytecode=tuple(bytecode[path] for path in sorted(bytecode)),
        scripts=_scripts(wheel),
        lies=lies or lies_of(rows, hashed, wheel.dist_info),
        clashes=tuple(sorted(clashes)),
        folders=_empty_folders(wheel),
    )


def _empty_folders(wheel: Wheel) -> tuple[str, ...]:
    filled = {parent for each in (*wheel.members, *wheel.folders) for parent in parents(each.path.rstrip("/"))}
    empty = {each.path.rstrip("/") for each in wheel.folders} - filled
    own = f"{wheel.dist_info.removesuffix('.dist-info')}.data"
    below_own = (path for path in empty if path.partition("/")[0] != own or path.count("/") > 1)
    return tuple(sorted(neutral_path(path, wheel.dist_info, wheel.name.name) for path in below_own))


def is_cached_bytecode(path: str) -> bool:
    """Whether a path is that of bytecode which interpreters and installers keep (PEP 3147): never imported alone."""
    return path.endswith(".pyc") and path.split("/")[-2:-1] == ["__pycache__"]


def _record(wheel: Wheel) -> tuple[tuple[Row, ...], tuple[RecordLie, ...]]:
    own = f"{wheel.dist_info}/RECORD"
    try:
        return parse_record(wheel.read_member(own, MAX_RECORD)), ()
    except InputError as error:
        return (), (lie(own, "malformed", error.message),)


def _scripts(wheel: Wheel) -> tuple[EntryPointScript, ...]:
    path = f"{wheel.dist_info}/entry_points.txt"
    if all(member.path != path for member in wheel.members):
        return ()
    return parse_entry_points(wheel.read_member(path, MAX_ENTRY_POINTS))


def _hashed(wheel: Wheel, member: Member, place: str, algorithm: str) -> tuple[Hashed, ContentFile]:
    """Hash a member once: as it is, and as it is digested."""
    plain = hashlib.sha256()
    asked = hashlib.new(algorithm) if algorithm in STRONG[1:] else None
    normal, size, rewritten = hashlib.sha256(), 0, False
    for position, piece in enumerate(_pieces(wheel, member)):
        plain.update(piece)
        if asked is not None:
            asked.update(piece)
        digested = piece
        if position == 0 and place.startswith("scripts/") and piece.startswith(MARK):
            rewritten, digested = True, normal_form(_below_first_line(piece, member))
        if rewritten:
            normal.update(digested)
        size += len(digested)
    digests = {"sha256": plain.hexdigest()} | ({algorithm: asked.hexdigest()} if asked is not None else {})
    sha256 = Sha256(normal.hexdigest() if rewritten else digests["sha256"])
    return (
        Hashed(size=member.size, digests=digests),
        ContentFile(path=place, size=size, sha256=sha256, rewritten=rewritten),
    )


def _pieces(wheel: Wheel, member: Member) -> Iterator[bytes]:
    """Yield the bytes of a member without the file name in front of errors: the caller has put it there."""
    try:
        yield from wheel.pieces(member)
    except InputError as error:
        raise InputError(error.message, remedy=error.remedy) from error


def _below_first_line(piece: bytes, member: Member) -> bytes:
    line, newline, rest = piece.partition(b"\n")
    if not newline and len(line) != member.size:
        raise InputError("has a first line that is too long for a script")
    return rest
