"""The query index of an archive, ``index.sqlite``: made from the truth, and thrown away whenever it is in doubt.

It saves reading every manifest to answer questions about all of them. Truth stays in blobs, log and head: the file may
be deleted at any moment. It is loaded whole, brought up to date in memory and replaced in one step, so that no journal
is left, readers never wait, and an archive that cannot be written is answered about all the same. A row stands as long
as the manifest's file is the one that was hashed for it (size, times, inode); any other is read and hashed again.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from uplock.archive.archive import DirectoryArchive
from uplock.archive.index_spans import Spans
from uplock.archive.reading import read_own
from uplock.errors import ArchiveError, InputError
from uplock.files import MAX_TEXT, put_in_place
from uplock.model.archive_outcome import Defect
from uplock.model.digest import Sha256
from uplock.model.generation import Generation
from uplock.model.outcome import HistoryEntry
from uplock.model.value import decode, encode

FILE = "index.sqlite"
FORMAT = 1
_APPLICATION = 0x75706C6B
_MODE = 0o644
_SMALLEST = 512
"""Bytes of the smallest page that a database has."""

_SCHEMA = """\
CREATE TABLE generation (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, parent TEXT, project TEXT NOT NULL,
  targets TEXT NOT NULL, artifacts INTEGER NOT NULL, baseline TEXT, file TEXT NOT NULL);
CREATE TABLE python (minor TEXT NOT NULL, seq INTEGER NOT NULL, target TEXT NOT NULL,
  PRIMARY KEY (minor, seq, target)) WITHOUT ROWID;
CREATE TABLE member (number INTEGER PRIMARY KEY, sha256 TEXT NOT NULL, filename TEXT NOT NULL, results TEXT NOT NULL,
  UNIQUE (sha256, filename, results));
CREATE TABLE span (member INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
  PRIMARY KEY (member, first)) WITHOUT ROWID;
CREATE TABLE described (results TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE library (project TEXT NOT NULL, version TEXT NOT NULL, results TEXT NOT NULL,
  PRIMARY KEY (project, version, results)) WITHOUT ROWID"""
_TABLES = tuple(_SCHEMA.split(";\n"))
"""A member is in every generation from ``first`` to ``last``: artifacts stay for long, so there are few spans.

Keys come first and in the order of columns: ``PRAGMA quick_check`` accuses whole tables of any other form.
"""

_TARGET = re.compile(r"[a-z]+(?P<major>[0-9])(?P<minor>[0-9]+)-")


class Index:
    """The index of an archive. :func:`opened` gives one that is up to date."""

    def __init__(self, archive: DirectoryArchive, database: sqlite3.Connection | None = None) -> None:
        """``database`` is what was loaded; without it the index begins empty."""
        self.archive = archive
        self.database = database or _new()
        self._spans: Spans | None = None

    def entries(self) -> dict[Sha256, HistoryEntry]:
        """Return every generation of the index, in the order of recording.

        Raises :class:`InputError` if the database was damaged in a way that only this shows.
        """
        recorded = self.archive.recorded()
        kept = frozenset(self.archive.all_kept())
        rows = self.database.execute("SELECT id, parent, targets, artifacts, baseline FROM generation ORDER BY seq")
        return {
            identity: HistoryEntry(
                id=identity,
                parent=parent,
                recorded_at=recorded.get(identity),
                targets=decode(targets, tuple[str, ...]),
                artifacts=artifacts,
                baseline=baseline,
                kept=identity in kept,
            )
            for identity, parent, targets, artifacts, baseline in rows
        }

    def add(self, identity: Sha256, generation: Generation, file: str = "") -> None:
        """Add a generation; ``file`` tells its manifest's file from any other. :meth:`write` must follow."""
        if self._spans is None:
            self._spans = Spans(self.database)
        content = generation.content
        targets = (*(each.target for each in content.locks), *(each.target for each in content.missing))
        seq = self._spans.take(content.artifacts)
        row = (identity, generation.parent, content.project, encode(targets).decode(), len(content.artifacts))
        self.database.execute(
            "INSERT INTO generation VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (seq, *row, content.baseline, file)
        )
        self.database.executemany(
            "INSERT OR IGNORE INTO python VALUES (?, ?, ?)", [(_minor(each), seq, each) for each in targets]
        )

    def write(self) -> None:
        """Write what was added, in memory."""
        if self._spans is not None:
            self._spans.write()
            self._spans = None
        self.database.commit()

    def save(self) -> None:
        """Replace the file. An archive that cannot be written keeps the one it has: nothing rests on it."""
        self.write()
        with suppress(ArchiveError):
            put_in_place(self.archive.place / FILE, self.database.serialize(), _MODE, durable=False)

    def catch_up(self) -> bool:
        """Take in what was recorded since, in memory, and return whether there was anything.

        Raises :class:`IntegrityError` for a manifest that is not what its name says, :class:`ArchiveError` if one
        cannot be read. Manifests that are not here are not in the index.
        """
        known = {
            Sha256(identity): (seq, file)
            for seq, identity, file in self.database.execute("SELECT seq, id, file FROM generation")
        }
        wanted = tuple(self._wanted())
        if not known.keys() <= set(wanted):  # what it knows of is gone
            self.database = _new()
            known = {}
        for identity in wanted:
            file = _signature(self.archive.path(identity))
            if identity not in known:
                self.add(identity, self.archive.generation(identity), file)
            elif known[identity][1] != file:
                self.archive.generation(identity)
                self.database.execute("UPDATE generation SET file = ? WHERE seq = ?", (file, known[identity][0]))
        self.write()
        return self.database.total_changes > 0

    def _wanted(self) -> Iterator[Sha256]:
        """Yield what is recorded and here, in that order, then what is reached from the head besides."""
        archive = self.archive
        recorded = [identity for identity in archive.recorded() if archive.has(identity)]
        yield from recorded
        seen = set(recorded)
        parents = dict(self.database.execute("SELECT id, parent FROM generation"))
        identity = archive.head()
        walked: set[Sha256] = set()
        while identity is not None and identity not in walked and archive.has(identity):
            walked.add(identity)
            if identity not in seen:
                yield identity
            identity = parents[identity] if identity in parents else archive.generation(identity).parent


def opened(archive: DirectoryArchive) -> Index:
    """Return the index, up to date with the archive as it was a moment ago, and keep it so. Raises as catching up."""
    index = Index(archive, _load(archive.place / FILE))
    try:
        changed = index.catch_up()
        index.entries()
    except (sqlite3.Error, InputError):  # damaged where no check saw it
        index = Index(archive)
        changed = index.catch_up()
    if changed:
        index.save()
    return index


def defects(archive: DirectoryArchive, truth: Index) -> Iterator[Defect]:
    """Yield that an index which is there does not say what ``truth`` says, which was made from all manifests."""
    path = archive.place / FILE
    if not os.path.lexists(path):
        return
    database = _load(path)
    if database is None:
        yield Defect(kind="index", path=FILE, detail="it is damaged, or of another format")
        return
    truth.write()
    said, true = _said(database), _said(truth.database)
    if not said.generations <= true.generations or (said.order == true.order and said.members != true.members):
        yield Defect(kind="index", path=FILE, detail="it does not say what the archive says")


def rebuild(archive: DirectoryArchive) -> None:
    """Throw the index away and make it anew. Raises as :func:`opened`."""
    path = archive.place / FILE
    if os.path.lexists(path):
        os.unlink(path)
    opened(archive)


@dataclass(frozen=True)
class _Said:
    """What an index says, to be compared."""

    order: tuple[object, ...]
    generations: frozenset[object]
    members: frozenset[object]


def _said(database: sqlite3.Connection) -> _Said:
    return _Said(
        order=tuple(database.execute("SELECT id FROM generation ORDER BY seq")),
        generations=frozenset(
            database.execute("SELECT id, parent, project, targets, artifacts, baseline FROM generation")
        ),
        members=frozenset(
            database.execute(
                "SELECT sha256, filename, results, first, last FROM span JOIN member ON member.number = span.member"
            )
        ),
    )


def _new() -> sqlite3.Connection:
    database = sqlite3.connect(":memory:")
    database.execute(f"PRAGMA application_id = {_APPLICATION}")
    database.execute(f"PRAGMA user_version = {FORMAT}")
    for table in _TABLES:
        database.execute(table)
    database.commit()
    return database


def _load(path: Path) -> sqlite3.Connection | None:
    """Return the index of a file, or ``None`` if there is none, or none of this format."""
    try:
        raw = read_own(path, MAX_TEXT)
    except OSError:
        return None
    if len(raw) < _SMALLEST:  # SQLite has no words for no bytes
        return None
    database = sqlite3.connect(":memory:")
    try:
        database.deserialize(raw)
        database.execute("PRAGMA trusted_schema = OFF")
        database.execute("PRAGMA cell_size_check = ON")
        (application,) = database.execute("PRAGMA application_id").fetchone()
        (version,) = database.execute("PRAGMA user_version").fetchone()
        tables = database.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid").fetchall()
        whole = database.execute("PRAGMA quick_check(1)").fetchall() == [("ok",)]
    except (sqlite3.Error, OverflowError):
        return None
    ours = (application, version) == (_APPLICATION, FORMAT) and tuple(sql for (sql,) in tables) == _TABLES
    return database if ours and whole else None


def _signature(path: Path) -> str:
    """Return what tells whether a file is still the one that was hashed."""
    state = path.lstat()
    return f"{state.st_size} {state.st_mtime_ns} {state.st_ctime_ns} {state.st_ino}"


def _minor(target: str) -> str:
    """Return the version of the interpreter that a target's name says: ``3.12`` of ``py312-linux-x86_64``."""
    match = _TARGET.match(target)
    return f"{match['major']}.{match['minor']}" if match else ""
