"""Statement 2: every artifact of the generation is in the vault, and re-hashes equal now."""

from __future__ import annotations

import stat
from pathlib import Path

from uplock.errors import ArchiveError, IntegrityError
from uplock.files import digest_file
from uplock.model.digest import Sha256
from uplock.model.generation import GenerationArtifact
from uplock.ports import Archive, Event, OnEvent
from uplock.workflow.recall import Recalled
from uplock.workflow.rehearsing.found import Found, counted, fails, holds, some, undecided

_PROBLEMS = {
    "changed": "the archived bytes were changed: {}",
    "missing": "not in the vault: {}",
    "unnamed": "the vault does not keep {}: run uplock vault add again",
    "exposed": "another name leads to them, or they can be written: {}: run uplock vault add again",
}
"""What can be wrong with one artifact, worst first."""

_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def bytes_hold(wanted: Recalled, archive: Archive, on_event: OnEvent) -> Found:
    """Decide it: nothing that was hashed earlier counts."""
    try:
        kept = archive.kept(wanted.id)
    except IntegrityError as error:
        return fails(str(error))
    except ArchiveError as error:
        return undecided(str(error))
    if kept is None:
        return fails(f"the generation is not in the vault: run uplock vault add {wanted.id[:12]}")
    named = {each.sha256 for each in kept.files}
    artifacts = wanted.content.artifacts
    found: dict[str, list[str]] = {}
    for place, each in enumerate(artifacts):
        on_event(Event(stage="rehearse", message="hashing the vault", done=place, total=len(artifacts)))
        if problem := _problem(each, named, archive):
            found.setdefault(problem, []).append(each.filename)
    for problem, words in _PROBLEMS.items():
        if problem in found:
            return fails(words.format(some(found[problem])))
    size = sum(archive.path(each.sha256).stat().st_size for each in artifacts)
    return holds(f"{counted(len(artifacts), 'artifact')} hashed now, {size} bytes")


def _problem(artifact: GenerationArtifact, named: set[Sha256], archive: Archive) -> str:
    """Return what is wrong with the bytes of one artifact, a key of :data:`_PROBLEMS`, or nothing."""
    path = archive.path(artifact.sha256)
    digest = digest_file(path) if archive.has(artifact.sha256) else None
    if digest is None:
        return "missing"
    if digest != artifact.sha256:
        return "changed"
    if artifact.sha256 not in named:
        return "unnamed"
    return "" if _is_own(path) else "exposed"


def _is_own(path: Path) -> bool:
    """Whether bytes are the archive's own: by one name alone, and not to be written."""
    state = path.lstat()
    return state.st_nlink == 1 and not state.st_mode & _WRITABLE
