"""Checking an archive: every byte that it has, and every byte that it should have."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from uplock.archive.archive import DirectoryArchive
from uplock.archive.fsck_bytes import flipped
from uplock.archive.fsck_files import head_defects, log_defects, note_defects, proof_defects, receipt_defects
from uplock.archive.fsck_places import Places
from uplock.archive.index import Index, defects
from uplock.archive.keeping import is_own
from uplock.archive.proofs import DirectoryProofs
from uplock.archive.reach import Reach
from uplock.errors import ArchiveError
from uplock.model.archive_outcome import Defect, FsckResult
from uplock.model.digest import Sha256
from uplock.ports import Event, OnEvent

STAGE = "fsck"


class Examined:
    """What was found: the answer, and what a repair goes by."""

    def __init__(self, archive: DirectoryArchive, roots: Iterable[Sha256], on_event: OnEvent) -> None:
        """Look at all of it. Raises :class:`ArchiveError` if a file cannot be read.

        ``roots`` are generations of which every artifact must be here, besides the kept ones: the head is one.
        """
        self.archive = archive
        self.places = Places(archive.place)
        self.reach = Reach(archive, self.places.blobs, roots)
        self._index = Index(archive)
        on_event(Event(stage=STAGE, message="generations"))
        self.reach.follow(self._index.add)
        self.reach.follow_unlogged()
        self.flipped: frozenset[Sha256] = frozenset()
        self._hash(on_event)
        self.rows = tuple(sorted(self._rows(), key=lambda row: (row.path, row.kind, row.detail)))

    def _hash(self, on_event: OnEvent) -> None:
        """Hash every blob that was not read on the way."""
        left = sorted(self.places.blobs.keys() - self.reach.read)
        self.flipped = frozenset(
            flipped(
                self.archive,
                left,
                lambda done: on_event(Event(stage=STAGE, message="blobs", done=done, total=len(left))),
            )
        )

    def _rows(self) -> Iterator[Defect]:
        archive, whole = self.archive, self.reach.whole
        yield from (row for row in self.places.rows if row.kind != "torn" or self._is_left(row.path))
        for digest in self.flipped:
            yield Defect(kind="flipped", path=self.path(digest), detail="its bytes are not those of its name")
        for digest, what in self.reach.missing.items():
            yield Defect(kind="missing", path=self.path(digest), detail=what)
        for record in self.places.records:
            if archive.result(Sha256(record[-64:])) is None:
                yield Defect(kind="flipped", path=record, detail="the record is not as it was written")
        yield from log_defects(archive)
        yield from head_defects(archive, whole)
        yield from note_defects(archive, self.places.notes, self.places.blobs, whole)
        yield from self._shared()
        yield from proof_defects(archive)
        yield from receipt_defects(archive)
        yield from defects(archive, self._index)

    def _is_left(self, path: str) -> bool:
        """Whether an unfinished file is still there: one that somebody was writing has its name by now."""
        return os.path.lexists(self.archive.place / path)

    def _shared(self) -> Iterator[Defect]:
        """Yield kept artifacts that another name leads to: whoever changes the file there changes it here."""
        for digest in sorted(self.kept_files()):
            if digest in self.places.blobs and not is_own(self.archive.path(digest)):
                yield Defect(kind="mode", path=self.path(digest), detail="it is kept, and another name leads to it")

    def kept_files(self) -> frozenset[Sha256]:
        """Return the artifacts of all kept generations whose notes can be read."""
        found: set[Sha256] = set()
        for identity in self.places.notes:
            if identity in self.reach.whole:
                found.update(each.sha256 for each in self.archive.generation(identity).content.artifacts)
        return frozenset(found)

    def evidence(self) -> frozenset[Sha256]:
        """Return the statements that ``proofs.jsonl`` names."""
        entries = DirectoryProofs(self.archive).entries()
        return frozenset(digest for each in entries for digest in (each.record, each.summary) if digest is not None)

    def result(self, rows: tuple[Defect, ...]) -> FsckResult:
        """Return the answer with ``rows`` as they are after a repair."""
        blobs, reach = self.places.blobs, self.reach
        referenced = reach.documents | reach.loose.keys() | reach.whole.keys() | self.evidence()
        return FsckResult(
            place=str(self.archive.place),
            blobs=len(blobs),
            bytes=sum(blobs.values()),
            generations=len(reach.whole),
            kept=len(self.places.notes),
            rows=rows,
            collected=len(reach.loose.keys() - reach.held.keys() - blobs.keys()),
            unreferenced=len(blobs.keys() - referenced),
        )

    @staticmethod
    def path(digest: Sha256) -> str:
        """Return where a blob stands or would stand, below the archive."""
        return f"blobs/sha256/{digest[:2]}/{digest}"


def head_of(archive: DirectoryArchive) -> tuple[Sha256, ...]:
    """Return the head, if the file says one."""
    try:
        head = archive.head()
    except ArchiveError:
        return ()
    return () if head is None else (head,)


def exit_code(result: FsckResult) -> int:
    """Return 0 if nothing is wrong that was not repaired, 4 if a byte is another one, else 1."""
    left = {row.kind for row in result.rows if not row.repaired}
    return 4 if "flipped" in left else 1 if left else 0
