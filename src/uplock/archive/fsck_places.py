"""Every name in an archive's folder: which are its own, and which are torn, misplaced, links or nobody's."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from uplock.archive.reading import read_error
from uplock.model.archive_outcome import Defect, DefectKind
from uplock.model.digest import Sha256

FILES = frozenset({"format", "head", "log.jsonl", "proofs.jsonl", "receipt.json", "lock", "index.sqlite"})
FOLDERS = frozenset({"blobs", "results", "partial", "kept", "damaged", "incoming"})
BLOB_MODE = 0o444
TORN = re.compile(r"\.uplock-.{1,64}\.tmp")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_FAN = re.compile(r"[0-9a-f]{2}")
_NOTE = re.compile(r"[0-9a-f]{64}\.json")


class Places:
    """What stands in an archive. Nothing is read, and no link is followed."""

    def __init__(self, place: Path) -> None:
        """Look at all of it. Raises :class:`ArchiveError` if a folder cannot be read."""
        self._place = place
        self.blobs: dict[Sha256, int] = {}
        """Size of every blob that stands where it belongs."""
        self.records: list[str] = []
        """Names of kept results, below the archive."""
        self.notes: list[Sha256] = []
        self.partial: list[str] = []
        self.torn: list[str] = []
        self.rows: list[Defect] = []
        self._top()

    def _top(self) -> None:
        for entry in self._entries(""):
            if TORN.fullmatch(entry.name):
                self._is_torn(entry.name)
            elif entry.name in FOLDERS and entry.is_dir(follow_symlinks=False):
                self._folder(entry.name)
            elif entry.name not in FILES or not _is_file(entry):
                self._extra(entry.name, "it is no file of an archive")

    def _folder(self, name: str) -> None:
        match name:
            case "blobs":
                self._blobs(name)
            case "results":
                self._fanned(name, lambda path, _entry: self.records.append(path))
            case "kept":
                for entry in self._own(name, _NOTE):
                    self.notes.append(Sha256(entry.name[:64]))
            case "partial":
                for entry in self._own(name, _DIGEST):
                    self.partial.append(f"{name}/{entry.name}")
            case "incoming":
                self.torn.extend(f"{name}/{entry.name}" for entry in self._entries(name))
                self.rows.extend(
                    _row("torn", f"{name}/{entry.name}", "an import was interrupted") for entry in self._entries(name)
                )
            case _:  # damaged: what a repair put aside, whatever it is
                pass

    def _blobs(self, name: str) -> None:
        for entry in self._entries(name):
            path = f"{name}/{entry.name}"
            if TORN.fullmatch(entry.name):
                self._is_torn(path)
            elif entry.name == "sha256" and entry.is_dir(follow_symlinks=False):
                self._fanned(path, self._blob)
            else:
                self._extra(path, "it is no folder of blobs")

    def _fanned(self, name: str, take: _Take) -> None:
        """Look at folders of two digits each, with files whose names begin with them."""
        for folder in self._entries(name):
            below = f"{name}/{folder.name}"
            if not _FAN.fullmatch(folder.name) or not folder.is_dir(follow_symlinks=False):
                if TORN.fullmatch(folder.name):
                    self._is_torn(below)
                else:
                    self._extra(below, "it is no folder of two digits")
                continue
            for entry in self._own(below, _DIGEST):
                if entry.name.startswith(folder.name):
                    take(f"{below}/{entry.name}", entry)
                else:
                    self._extra(f"{below}/{entry.name}", "it stands in the folder of another name")

    def _own(self, folder: str, names: re.Pattern[str]) -> Iterator[os.DirEntry[str]]:
        """Yield the regular files of a folder that have such a name, and note all others."""
        for entry in self._entries(folder):
            path = f"{folder}/{entry.name}"
            if TORN.fullmatch(entry.name):
                self._is_torn(path)
            elif not names.fullmatch(entry.name):
                self._extra(path, "its name is none that stands here")
            elif not _is_file(entry):
                self._extra(path, "it is a link, a folder or a special file")
            else:
                yield entry

    def _blob(self, path: str, entry: os.DirEntry[str]) -> None:
        state = entry.stat(follow_symlinks=False)
        self.blobs[Sha256(entry.name)] = state.st_size
        if stat.S_IMODE(state.st_mode) != BLOB_MODE:
            mode = stat.S_IMODE(state.st_mode)
            self.rows.append(_row("mode", path, f"its mode is {mode:04o} and not {BLOB_MODE:04o}"))

    def _entries(self, folder: str) -> list[os.DirEntry[str]]:
        path = self._place / folder
        try:
            with os.scandir(path) as entries:
                return sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            raise read_error(path, error) from error

    def _is_torn(self, path: str) -> None:
        self.torn.append(path)
        self.rows.append(_row("torn", path, "a crash left it before it was complete"))

    def _extra(self, path: str, detail: str) -> None:
        self.rows.append(_row("extra", path, detail))


class _Take(Protocol):
    """What is done with a file of a fanned folder: its path below the archive, and the entry."""

    def __call__(self, path: str, entry: os.DirEntry[str], /) -> None: ...


def _row(kind: DefectKind, path: str, detail: str) -> Defect:
    return Defect(kind=kind, path=path.encode(errors="backslashreplace").decode(), detail=detail)


def _is_file(entry: os.DirEntry[str]) -> bool:
    return entry.is_file(follow_symlinks=False)
