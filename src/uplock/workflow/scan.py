"""Scanning: every file below some folders that declares an interpreter, read without running anything."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path

from uplock.errors import ArchiveError, InputError, UsageError
from uplock.files import read_bytes
from uplock.model.declaration import Declared, Role
from uplock.model.finding import Finding
from uplock.model.policy import Policy
from uplock.model.policy_outcome import Location
from uplock.model.scan_outcome import ScanResult, UnreadFile
from uplock.model.value import changed
from uplock.model.waiver import WaiverFile
from uplock.policy.declared import judge, minor_of
from uplock.policy.lifecycle import load_lifecycles, utc_day
from uplock.policy.registry import statements
from uplock.policy.waivers.cover import Cover
from uplock.policy.waivers.standing import standings
from uplock.ports import Event, OnEvent
from uplock.uplift.scan.readers import is_read, read
from uplock.uplift.scan.source import MAX_FILE, Source
from uplock.uplift.scan.states import Calendar

MAX_ENTRIES = 500_000
"""Entries of folders that one scan looks at."""
MAX_DEPTH = 40
"""Folders below one another."""

SKIPPED = frozenset(
    {
        *(".git", ".hg", ".svn", ".venv", "venv", ".tox", ".nox", "node_modules", "site-packages", "__pycache__"),
        *(".uplock", "vendor", "vendored", "third_party", "fixtures", "testdata", "test_data", "__snapshots__"),
        *(".mypy_cache", ".ruff_cache", ".pytest_cache", ".eggs", ".terraform"),
    }
)
"""Folders below the start that declare nothing of the project: tools' own, code of others, test data."""

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_LINE = re.compile(r"line (?P<line>\d+)")


class Scanner:
    """One scan: what was read so far."""

    def __init__(self, on_event: OnEvent) -> None:
        self._on_event = on_event
        self._entries = 0
        self.files = 0
        self.declared: list[Declared] = []
        self.unread: list[UnreadFile] = []

    def scan(self, start: Path, prefix: str) -> None:
        """Read a folder, or one file; ``prefix`` is put before the paths below it.

        Raises :class:`UsageError` if it is not there, or has more in it than one scan looks at.
        """
        if start.is_file():
            self._read(start.parent, start.name, prefix)
            return
        if not start.is_dir():
            raise UsageError("there is no such folder or file", context=str(start), remedy="Name one that is there.")
        for path in self._below(start, "", 0):
            self._read(start, path, prefix)

    def _below(self, root: Path, folder: str, depth: int) -> Iterator[str]:
        """Yield the files below a folder that some reader reads, sorted; links are not followed."""
        try:
            entries = sorted(os.scandir(root / folder), key=lambda entry: entry.name)
        except OSError as error:
            self.unread.append(UnreadFile(path=folder or ".", line=1, message=error.strerror or "cannot be listed"))
            return
        for entry in entries:
            self._entries += 1
            if self._entries > MAX_ENTRIES:
                raise UsageError(
                    f"has more than {MAX_ENTRIES} files and folders", context=str(root), remedy="Scan folders of it."
                )
            path = f"{folder}/{entry.name}" if folder else entry.name
            if entry.is_symlink():
                continue
            if entry.is_dir():
                if entry.name not in SKIPPED and depth < MAX_DEPTH:
                    yield from self._below(root, path, depth + 1)
            elif entry.is_file() and is_read(path):
                yield path

    def _read(self, root: Path, path: str, prefix: str) -> None:
        self.files += 1
        self._on_event(Event(stage="scan", message=path, done=self.files))
        shown = f"{prefix}{path}"
        try:
            text = _text(root / path)
            found = read(Source(path=path, text=text, other=lambda other: _other(root, path, other)))
        except (InputError, ArchiveError) as error:
            match = _LINE.search(error.message)
            line = int(match["line"]) if match else 1
            self.unread.append(UnreadFile(path=shown, line=line, message=error.message))
            return
        self.declared += [_below_prefix(each, shown) for each in found]


def _below_prefix(found: Declared, path: str) -> Declared:
    return found if found.path == path else changed(found, path=path)


def _text(path: Path) -> str:
    """Return the text of a file. Raises :class:`InputError` for what is too large, no regular file, or no text."""
    if not stat.S_ISREG(path.lstat().st_mode):
        raise InputError("is no file", remedy="Leave it out.")
    raw = read_bytes(path, MAX_FILE)
    encoding = next((name for mark, name in _MARKS if raw.startswith(mark)), "utf-8")
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(
            f"line {raw[: error.start].count(10) + 1}: is not UTF-8", remedy="Save it as UTF-8."
        ) from error
    if "\0" in text:
        raise InputError("line 1: holds NUL", remedy="Leave it out of the scan.")
    return text


def _other(root: Path, path: str, other: str) -> str | None:
    """Return another file, by its path below the start or beside the file that names it; never one outside."""
    inside = root.resolve()
    for folder in (root, (root / path).parent):
        place = folder / other
        try:
            if place.is_symlink() or not place.resolve().is_relative_to(inside) or not place.is_file():
                continue
            return _text(place)
        except (InputError, OSError, ValueError):
            continue
    return None


def scan(  # noqa: PLR0913 - what is scanned, and what it is judged by
    paths: tuple[Path, ...],
    *,
    policy: Policy,
    waivers: tuple[WaiverFile, ...],
    service: str,
    roles: Collection[Role],
    as_of: datetime,
    on_event: OnEvent,
) -> ScanResult:
    """Return every declaration below ``paths``, judged as of a day. Writes nothing and runs nothing.

    With several paths the rows' own begin with the path as it was given.
    """
    scanner = Scanner(on_event)
    for path in paths:
        many = len(paths) > 1
        name = path.as_posix().rstrip("/")
        prefix = "" if not many or name in {"", "."} else f"{name}/" if path.is_dir() else f"{path.parent.as_posix()}/"
        scanner.scan(path, prefix.removeprefix("./"))
    lifecycles = load_lifecycles()
    calendar = Calendar(lifecycles, utc_day(as_of))
    rows = [calendar.judged(each) for each in scanner.declared if not roles or each.role in roles]
    rows.sort(key=lambda row: (row.path, row.line))
    unread = tuple(sorted(scanner.unread, key=lambda each: (each.path, each.line)))
    findings = judge(rows, unread, lifecycles, policy, as_of)
    cover = Cover(standings(waivers, service=service, statements=statements(), policy=policy, day=utc_day(as_of)))
    return ScanResult(
        name=service,
        as_of=as_of,
        files=scanner.files,
        declarations=tuple(rows),
        unread=unread,
        findings=tuple(cover.waived(each, version=minor_of(each), platform="") for each in findings),
    )


def locate(finding: Finding) -> Location:
    """Return where a finding of a scan shows."""
    path, _, line = finding.place.rpartition(":")
    return Location(path=path or finding.place, line=int(line) if line.isdigit() else 1)
