"""What must hold of a project and its archive after a kill, in words: an empty answer means that all of it does."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from uplock.archive.archive import DirectoryArchive
from uplock.errors import Error
from uplock.model.digest import Sha256

LITTER = re.compile(r"\.uplock-(?:[A-Za-z0-9_]+\.tmp|journal\.json)")
"""Names of files that were being written: nobody takes them for an answer."""
_NAME = re.compile(r"[0-9a-f]{64}")
_DIGEST_LINE = 65

Closure = Mapping[Sha256, frozenset[Sha256]]
"""The blobs that a generation names, by its id."""


def closures(archive: DirectoryArchive) -> Closure:
    """Return what every recorded generation names. Raises :class:`~uplock.errors.Error` if one cannot be read."""
    return {identity: frozenset(_named(archive, identity)) for identity in archive.beginning("")}


def _named(archive: DirectoryArchive, identity: Sha256) -> Iterator[Sha256]:
    content = archive.generation(identity).content
    yield identity
    yield content.view
    if content.lockset is not None:
        yield content.lockset
    for lock in content.locks:
        yield lock.pylock
        yield lock.requirements
    for artifact in content.artifacts:
        yield artifact.sha256
        yield artifact.results
        archive.results(artifact.results)


def archive_damage(place: Path, before: Closure) -> list[str]:
    """Return what is wrong with an archive in which the generations of ``before`` had been committed."""
    archive = DirectoryArchive(place)
    damage = [*_blobs(place), *_records(place), *_log(place)]
    try:
        head = archive.head()
        now = closures(archive)
        damage += [f"generation {identity} is no longer listed" for identity in before if identity not in now]
        if head is None and before:
            damage.append("there is no head any more")
        if head is not None and head not in now:
            damage.append(f"the head {head} is not in the log")
        for identity, named in {**now, **before}.items():  # of those before, only what had to stay
            damage += [f"blob {digest} of {identity} is missing" for digest in named if not archive.has(digest)]
        damage += _kept(archive)
        list(archive.history())
    except Error as error:
        damage.append(f"{type(error).__name__}: {error}")
    return damage


def _blobs(place: Path) -> Iterator[str]:
    for path in sorted((place / "blobs").rglob("*")):
        if path.is_dir() or LITTER.fullmatch(path.name):
            continue
        if hashlib.sha256(path.read_bytes()).hexdigest() != path.name:
            yield f"blob {path.name} has other bytes than its name says"


def _records(place: Path) -> Iterator[str]:
    for path in sorted((place / "results").rglob("*")):
        if path.is_dir() or LITTER.fullmatch(path.name):
            continue
        raw = path.read_bytes()
        said, record = raw[: _DIGEST_LINE - 1], raw[_DIGEST_LINE:]
        if not _NAME.fullmatch(path.name) or hashlib.sha256(record).hexdigest().encode() != said:
            yield f"result {path.name} is not whole"


def _log(place: Path) -> Iterator[str]:
    """One line may be torn: the one that was being appended. What is appended later begins on a line of its own."""
    path = place / "log.jsonl"
    torn = []
    for line in path.read_bytes().splitlines() if path.exists() else []:
        try:
            json.loads(line)["id"]
        except ValueError:
            torn.append(line)
    if len(torn) > 1:
        yield f"the log has torn lines: {torn}"


def _kept(archive: DirectoryArchive) -> Iterator[str]:
    for identity in archive.all_kept():
        kept = archive.kept(identity)
        assert kept is not None
        for each in kept.files:
            path = archive.path(each.sha256)
            if not path.is_file() or path.stat().st_nlink != 1:
                yield f"{each.filename} of kept generation {identity} is not a file of its own"


def project_damage(now: Mapping[str, bytes], old: Mapping[str, bytes], new: Mapping[str, bytes]) -> list[str]:
    """Return which files of a project are neither the old ones nor the new ones; what was being written is none."""
    damage = []
    for path in sorted({*now, *old, *new}):
        if LITTER.fullmatch(Path(path).name):
            continue
        if now.get(path) not in {old.get(path), new.get(path)}:
            damage.append(f"{path} is neither the old file nor the new one")
    return damage


def litter(folder: Path) -> list[str]:
    """Return the files below a folder that somebody began to write and never finished."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob(".uplock-*") if LITTER.fullmatch(path.name))
