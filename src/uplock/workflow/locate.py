"""Locating: the file and line of the project where a finding shows, for formats that need one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from uplock.lockfile.lockset import FOLDER, LOCKSET, pylock_name, requirements_name
from uplock.model.digest import Sha256
from uplock.model.finding import Finding
from uplock.model.generation import GenerationLock
from uplock.model.policy_outcome import Location
from uplock.ports import Store

_PIN = re.compile(r"([a-z0-9.-]+)(?:==| @ )")
_INTERPRETER = re.compile(r"(requires-python) =")


class Locator:
    """Finds lines in the lock files of one generation; each is read when it is first needed."""

    def __init__(self, store: Store, locks: Iterable[GenerationLock]) -> None:
        """``store`` holds the lock files."""
        self._store = store
        self._locks = {each.target: each for each in locks}
        self._lines = lru_cache(maxsize=None)(self._read)

    def __call__(self, finding: Finding) -> Location:
        """Return where a finding shows.

        That is the pin of its package, else the line about the interpreter; the waiver's own file for what is wrong
        with a waiver; the lock set where a target has no lock.
        """
        lock = self._locks.get(finding.target)
        if not finding.target and finding.place:
            return Location(path=finding.place, line=1)
        if lock is None:
            return Location(path=LOCKSET, line=1)
        if finding.package is None:
            line = self._lines(lock.pylock, _INTERPRETER).get("requires-python", 1)
            return Location(path=f"{FOLDER}/{pylock_name(finding.target)}", line=line)
        line = self._lines(lock.requirements, _PIN).get(finding.package, 1)
        return Location(path=f"{FOLDER}/{requirements_name(finding.target)}", line=line)

    def _read(self, digest: Sha256, entry: re.Pattern[str]) -> dict[str, int]:
        """Return the number of every line that begins an entry, by its name: from 1, the first one wins."""
        found: dict[str, int] = {}
        for number, line in enumerate(self._store.read(digest).decode("utf-8").splitlines(), 1):
            if match := entry.match(line):
                found.setdefault(match[1], number)
        return found
