"""Which artifact is in which generations, told as spans: from a first generation to a last one, without a gap."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from uplock.model.digest import Sha256
from uplock.model.generation import GenerationArtifact

_Key = tuple[Sha256, str, Sha256]


class Spans:
    """Takes generations in the order of recording, and writes what they have in common as spans."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        newest: tuple[int] = database.execute("SELECT coalesce(max(seq), 0) FROM generation").fetchone()
        (self._last,) = newest
        self._before = self._last
        self._numbers: dict[_Key, int] = {
            (sha256, filename, results): number
            for number, sha256, filename, results in database.execute("SELECT * FROM member")
        }
        open_now = dict(database.execute("SELECT member, first FROM span WHERE last = ?", (self._last,)))
        self._open: dict[_Key, int] = {
            key: open_now[number] for key, number in self._numbers.items() if number in open_now
        }
        self._closed: list[tuple[int, int, int]] = []
        self._new: list[tuple[int, Sha256, str, Sha256]] = []

    def take(self, artifacts: Iterable[GenerationArtifact]) -> int:
        """Take the artifacts of the next generation; return its place in the order, from 1."""
        self._last += 1
        present = {(each.sha256, each.filename, each.results) for each in artifacts}
        for key in self._open.keys() - present:
            self._closed.append((self._numbers[key], self._open.pop(key), self._last - 1))
        for key in sorted(present - self._open.keys()):
            self._open[key] = self._last
            if key not in self._numbers:
                self._numbers[key] = len(self._numbers) + 1
                self._new.append((self._numbers[key], *key))
        return self._last

    def write(self) -> None:
        """Write all that was taken."""
        self._database.executemany("INSERT INTO member VALUES (?, ?, ?, ?)", self._new)
        self._database.execute("DELETE FROM span WHERE last = ?", (self._before,))
        still = [(self._numbers[key], first, self._last) for key, first in self._open.items()]
        self._database.executemany("INSERT INTO span VALUES (?, ?, ?)", [*self._closed, *still])
