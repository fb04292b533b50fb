"""Repairing what can be repaired from what is here, without losing a byte of evidence."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from uplock.archive import log, proofs
from uplock.archive.archive import DirectoryArchive
from uplock.archive.fsck import Examined
from uplock.archive.fsck_files import RECEIPT, expected_note, newest, rebuilt
from uplock.archive.fsck_places import BLOB_MODE
from uplock.archive.index import FILE as INDEX
from uplock.archive.index import rebuild
from uplock.archive.keeping import take, write_note
from uplock.archive.reading import read_own
from uplock.errors import ArchiveError, Error, InputError
from uplock.files import MAX_TEXT, digest_file, put_in_place, reason, write_atomically, write_error
from uplock.model.archive_outcome import Defect
from uplock.model.digest import Sha256, parse_sha256
from uplock.model.value import changed, decode, encode
from uplock.ports import Store

DAMAGED = "damaged"
"""Where a repair puts what it takes out of an archive: nothing is looked for there, and nothing removed."""


def repair(examined: Examined, cache: Store) -> tuple[Defect, ...]:
    """Repair what can be, and return all rows, with what was repaired marked.

    Good copies of blobs come from ``cache``. What is taken out of its place goes to ``damaged/``; only torn temporary
    files, records that can be computed again, the receipt and the index are removed. Raises :class:`ArchiveError` if
    something cannot be written.
    """
    work = _Repair(examined, cache)
    order = sorted(range(len(examined.rows)), key=lambda place: _turn(examined.rows[place]))
    done = {place: work.repaired(examined.rows[place]) for place in order}
    return tuple(
        row if (detail := done[place]) is None else changed(row, repaired=True, detail=f"{row.detail}; {detail}")
        for place, row in enumerate(examined.rows)
    )


def _turn(row: Defect) -> int:
    """Return when a row is repaired: files first, then what names them, and the index last."""
    if row.path.startswith("blobs/"):
        return 0
    return {log.FILE: 1, "head": 2, INDEX: 4}.get(row.path, 3)


class _Repair:
    def __init__(self, examined: Examined, cache: Store) -> None:
        self._examined = examined
        self._archive: DirectoryArchive = examined.archive
        self._cache = cache
        self._kept = examined.kept_files()
        self._rewritten: set[str] = set()

    def repaired(self, row: Defect) -> str | None:
        """Repair one row; return what was done, or ``None`` if nothing can be."""
        path = self._archive.place / row.path
        ways: tuple[tuple[bool, Callable[[], str | None]], ...] = (
            (row.path in self._examined.places.torn, lambda: _removed(path)),
            (row.kind == "mode", lambda: self._own(path)),
            (
                row.kind in {"flipped", "missing"} and row.path.startswith("blobs/"),
                lambda: self._fetched(row.kind, path),
            ),
            (row.kind == "flipped" and row.path.startswith("results/"), lambda: _removed(path)),
            (row.kind == "flipped" and row.path == RECEIPT, lambda: _removed(path)),
            (row.kind == "flipped" and row.path.startswith("kept/"), lambda: self._note(path)),
            (row.kind in {"flipped", "torn"} and row.path in {log.FILE, proofs.FILE}, lambda: self._once(row.path)),
            (row.path == "head", self._head),
            (row.kind == "index", self._index),
        )
        way = next((way for fits, way in ways if fits), None)
        return None if way is None else way()

    def _index(self) -> str:
        rebuild(self._archive)
        return "made anew"

    def _own(self, path: Path) -> str:
        digest = Sha256(path.name)
        if digest in self._kept and digest not in self._examined.flipped:
            take(path, path, digest)
            return "given bytes of its own"
        try:
            path.chmod(BLOB_MODE)
        except OSError as error:
            raise write_error(path, error) from error
        return "made read-only"

    def _fetched(self, kind: str, path: Path) -> str | None:
        """Put a flipped blob aside, and a good copy from the cache in its place, if there is one."""
        digest = Sha256(path.name)
        if kind == "flipped":
            self._put_aside(path)
        source = self._cache.path(digest)
        if not self._cache.has(digest) or digest_file(source) != digest:
            return None
        if digest in self._kept:
            self._archive.secure(source, digest)
        else:
            self._archive.adopt(source, digest)
        return "replaced by the copy of the user's cache"

    def _once(self, name: str) -> str:
        """Write a file of lines anew with those that are whole; as it was, it goes to ``damaged/``."""
        if name not in self._rewritten:
            path = self._archive.place / name
            text = read_own(path, MAX_TEXT)
            write_atomically(self._free(name), text)
            mended = log.mended(text) if name == log.FILE else self._proof_lines(text)
            put_in_place(path, mended, 0o644)
            self._rewritten.add(name)
        return f"written anew without it; as it was it is in {DAMAGED}/"

    def _proof_lines(self, text: bytes) -> bytes:
        found = []
        for raw in text.split(b"\n"):
            try:
                entry = decode(raw, proofs.ProofEntry)
                found.append(encode(rebuilt(self._archive, entry)))
            except ArchiveError:
                found.append(raw)  # its statement is missing: that is told, and the line stays
            except Error:
                continue
        return b"".join(line + b"\n" for line in found)

    def _head(self) -> str | None:
        whole = {each for each in self._examined.reach.whole if self._archive.has(each)}
        expected = newest(self._archive, dict.fromkeys(whole))
        if expected is None:
            return None
        path = self._archive.place / "head"
        if os.path.lexists(path) and not path.is_file():
            return None
        self._archive.set_head(expected)
        return f"set to {expected}"

    def _note(self, path: Path) -> str | None:
        """Write a note anew from its generation, if every file of it is here."""
        identity = parse_sha256(path.name[:64])
        sizes = {each: size for each, size in self._examined.places.blobs.items() if self._archive.has(each)}
        try:
            expected = expected_note(self._archive, identity, sizes)
        except (InputError, ArchiveError):
            return None
        if any(each.size < 0 for each in expected.files):
            return None
        self._put_aside(path)
        write_note(self._archive.place, expected)
        return f"written anew from its generation; as it was it is in {DAMAGED}/"

    def _put_aside(self, path: Path) -> None:
        target = self._free(path.name)
        try:
            target.parent.mkdir(exist_ok=True)
            os.rename(path, target)
        except OSError as error:
            raise write_error(path, error) from error

    def _free(self, name: str) -> Path:
        """Return a name in ``damaged/`` that nothing has."""
        folder = self._archive.place / DAMAGED
        return next(path for number in range(1, 1_000_000) if not os.path.lexists(path := folder / f"{name}.{number}"))


def _removed(path: Path) -> str:
    import shutil

    try:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise ArchiveError(f"cannot remove: {reason(error)}", context=str(path), remedy="Remove it by hand.") from error
    return "removed"
