"""A remote wheel looked at from its end: directory, documents and small native files, in few ranges of its bytes.

No digest of the whole was checked, and data that lies between the members was not looked for. So what is found here is
a preview and never evidence. RECORD's digests are claims, but what contradicts them is not believed either.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import BinaryIO

from uplock.errors import located
from uplock.inspect.declared import read_documents
from uplock.inspect.gathered import libraries_of
from uplock.inspect.identify import identify
from uplock.inspect.metadata import check_wheel_version, parse_metadata
from uplock.inspect.native import NativeHeader, system_of
from uplock.inspect.native_files import GRAFTED, MAX_NATIVE_FILES, NativeFile, NativeFiles, may_be_native
from uplock.inspect.preview_plan import ReadPlan, room_for
from uplock.inspect.profile import highest_glibc, member_of
from uplock.inspect.record import parse_record
from uplock.inspect.sighting import Sighting
from uplock.inspect.source import Source
from uplock.inspect.versions import claimed_glibc
from uplock.inspect.wheel import MAX_METADATA, Wheel, open_wheel, parse_wheel_name
from uplock.inspect.zipdirectory import Member, read_directory, refuse
from uplock.model.digest import Sha256, sha256_of
from uplock.model.native import Format
from uplock.model.preview import NotInspected, WheelPreview
from uplock.model.value import Value, changed

Prefetch = Callable[[tuple[tuple[int, int], ...]], None]
"""Fetches ranges of the file (begin, end) that will be read next."""

MAX_STORED = 1024 * 1024
"""Stored bytes up to which a native file is read."""
MAX_INFLATED = 64 * 1024 * 1024
"""Inflated bytes up to which one is read."""
MAX_TOTAL = 256 * 1024 * 1024
"""Inflated bytes of all that are read."""

MAX_LIBRARIES = 1000
"""Shared libraries that are listed of one wheel."""
PARENTHESES = 32
"""Parentheses of a requirement: its marker will be answered, and that goes down one level for each."""

_LARGE = f"is larger than the {MAX_STORED >> 20} MiB up to which a preview reads a file"
_NO_ROOM = "does not fit into what a preview reads of this wheel"
_FORGED = "its bytes do not have the digest that RECORD claims"
_LIBRARY = re.compile(r"(?:\A|/)(?:[^/]+\.(?:dll|dylib)|[^/]+\.so\.[^/]+|lib[^/]+\.so)\Z", re.IGNORECASE)


class _Choice(Value, frozen=True, kw_only=True):
    """Files to be read, and native ones that are not, with the reason."""

    taken: tuple[Member, ...]
    left: tuple[tuple[Member, str], ...]
    native: frozenset[str]
    """Paths of all files that may be native."""


def preview_wheel(stream: BinaryIO, filename: str, prefetch: Prefetch) -> WheelPreview:
    """Look at a wheel behind a stream that fetches what is read.

    Cheapest files come first, until a share of the wheel is used up; ``prefetch`` is told what will be read.

    Raises :class:`InputError` if the directory, a document or the data of a file that is read are malformed, over a
    bound, or contradict RECORD. A native file that RECORD or its own headers contradict is told as not inspected.
    """
    name = parse_wheel_name(filename)
    with located(filename):
        source = Source(stream)
        directory = read_directory(source)
        whole = Wheel(source, directory, filename, name)
        begin, _ = source.tail()
        plan = ReadPlan(begin, room_for(source.size, source.size - begin))
        choice = _choose(whole, plan)
        prefetch(plan.ranges)
    wheel = Wheel(source, changed(directory, members=choice.taken), filename, name)
    record = parse_record(wheel.read_member(f"{wheel.dist_info}/RECORD", MAX_METADATA), filename)
    raw = _document(wheel, "METADATA", record)
    check_wheel_version(_document(wheel, "WHEEL", record), filename)
    return _previewed(wheel, choice, record, raw)


def library_paths(stream: BinaryIO, filename: str) -> tuple[str, ...]:
    """Return the paths of a wheel's shared libraries by their names alone, sorted; only its directory is read.

    Raises :class:`InputError` if it is malformed.
    """
    wheel = open_wheel(stream, filename)
    paths = sorted(member.path for member in wheel.members if _LIBRARY.search(member.path))
    if len(paths) > MAX_LIBRARIES:
        with located(filename):
            refuse(f"has more than {MAX_LIBRARIES} shared libraries")
    return tuple(paths)


def _choose(wheel: Wheel, plan: ReadPlan) -> _Choice:
    """Choose what fits into a plan: the documents that every wheel has, its SBOMs, and native files, small first."""
    required = [f"{wheel.dist_info}/{name}" for name in ("METADATA", "WHEEL", "RECORD")]
    documents = [each for each in wheel.members if each.path in required]
    for each in documents:
        if not plan.take(each):
            refuse(_NO_ROOM, each.path)
    native = [each for each in wheel.members if may_be_native(each)]
    if len(native) > MAX_NATIVE_FILES:
        refuse(f"has more than {MAX_NATIVE_FILES} native files")
    declared = [each for each in wheel.members if each.path.startswith(f"{wheel.dist_info}/sboms/")]
    taken, left, total = documents, [], 0
    for each in [*sorted(declared, key=_cost), *sorted(native, key=_cost)]:
        if each.compressed_size > MAX_STORED or each.size > MAX_INFLATED:
            left.append((each, _LARGE))
        elif total + each.size > MAX_TOTAL or not plan.take(each):
            left.append((each, _NO_ROOM))
        else:
            total += each.size
            taken.append(each)
    return _Choice(taken=tuple(taken), left=tuple(left), native=frozenset(each.path for each in native))


def _cost(member: Member) -> tuple[int, str]:
    return member.compressed_size, member.path


def _document(wheel: Wheel, name: str, record: Mapping[str, Sha256]) -> bytes:
    """Return a document of the metadata directory. Raises :class:`InputError` if it is not what RECORD claims."""
    path = f"{wheel.dist_info}/{name}"
    raw = wheel.read_member(path, MAX_METADATA)
    if record.get(path, sha256_of(raw)) != sha256_of(raw):
        with located(wheel.filename):
            refuse(_FORGED, path)
    return raw


def _previewed(wheel: Wheel, choice: _Choice, record: Mapping[str, Sha256], raw: bytes) -> WheelPreview:
    files = NativeFiles(wheel)
    forged = {file.path for file in files.found if record.get(file.path, file.sha256) != file.sha256}
    found = [file for file in files.found if file.path not in forged]
    by_path = {member.path: member for member in choice.taken}
    left = [*choice.left, *((by_path[path], reason) for path, reason in files.skipped)]
    named = _by_name(left, record)
    left += [(by_path[path], _FORGED) for path in forged]
    system = system_of([file.header for file in found], choice.native)
    members = tuple(member_of(file, system) for file in found)
    documents = tuple(
        changed(each, components=(), subject=None, reason=_FORGED)
        if each.sha256 is not None and record.get(each.path, each.sha256) != each.sha256
        else each
        for each in read_documents(wheel)
    )
    return WheelPreview(
        metadata=parse_metadata(raw, wheel.filename, parentheses=PARENTHESES),
        metadata_sha256=sha256_of(raw),
        members=members,
        not_inspected=tuple(_told(member, record, reason) for member, reason in sorted(left, key=_place)),
        libraries=libraries_of([*_seen(found), *named], documents),
        declared=documents,
        system=tuple(sorted(system)),
        glibc=highest_glibc(members),
        glibc_claimed=claimed_glibc(wheel.name.platforms),
    )


def _place(pair: tuple[Member, str]) -> tuple[str, str]:
    return pair[0].path, pair[1]


def _told(member: Member, record: Mapping[str, Sha256], reason: str) -> NotInspected:
    return NotInspected(
        path=member.path,
        size=member.size,
        compressed_size=member.compressed_size,
        sha256=record.get(member.path),
        reason=reason,
    )


def _seen(found: list[NativeFile]) -> list[tuple[str, Sha256, Sighting]]:
    return [(file.path, file.sha256, seen) for file in found for seen in file.sightings]


def _by_name(left: list[tuple[Member, str]], record: Mapping[str, Sha256]) -> list[tuple[str, Sha256, Sighting]]:
    """Return what the names of shared libraries tell that were not read; RECORD's digest stands for their own."""
    sightings = []
    for path, sha256 in ((each.path, record.get(each.path)) for each, _ in left):
        if sha256 is not None and _LIBRARY.search(path):
            header = NativeHeader(format=_format_of(path), machine="", bits=64, role="library")
            grafted = GRAFTED.search(path) is not None
            sightings += [(path, sha256, each) for each in identify(path, b"", header, library=True, grafted=grafted)]
    return sightings


def _format_of(path: str) -> Format:
    """Return the format that a library's name promises."""
    name = path.lower()
    return "pe" if name.endswith(".dll") else "mach-o" if name.endswith(".dylib") else "elf"
