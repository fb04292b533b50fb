"""The two ends of the way back, and the statements that need nothing but locks: 1 and 3."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from uplock.errors import Error
from uplock.files import digest_file, is_content, read_bytes
from uplock.lockfile.lockset import LOCKSET
from uplock.lockfile.pylock import read_pylock
from uplock.lockfile.requirements import read_requirements
from uplock.model.digest import Sha256
from uplock.model.generation import GenerationLock
from uplock.model.lock import Lock
from uplock.model.value import Value
from uplock.ports import Archive
from uplock.workflow.heads import existing_lockset
from uplock.workflow.locks import lock_paths
from uplock.workflow.recall import Recalled
from uplock.workflow.rehearsing.found import Found, counted, fails, holds, some
from uplock.workflow.rollback import restored_files
from uplock.workflow.workbench import Workbench


class End(Value, frozen=True, kw_only=True):
    """One lock at an end of the way, with the generation that it is of."""

    generation: Sha256
    entry: GenerationLock
    lock: Lock

    @property
    def name(self) -> str:
        """The target."""
        return self.lock.target.name


class Ends(Value, frozen=True, kw_only=True):
    """What one goes back to, and what one comes from."""

    old: tuple[End, ...]
    new: tuple[End, ...]

    @property
    def all(self) -> tuple[End, ...]:
        """Every lock of either, once."""
        return tuple({each.entry.pylock: each for each in (*self.old, *self.new)}.values())


def ends_of(wanted: Recalled, head: Recalled, bench: Workbench) -> Ends:
    """Return the ends for this machine.

    The head goes back to its ``from`` lock, from each of its others. An earlier generation is gone back to as it was
    deployed, its targets or else its ``from`` lock, from the head's targets.
    """
    here = [each for each in _ends(wanted) if bench.here(each.lock.target)]
    baselines = tuple(each for each in here if each.entry.role == "baseline")
    targets = tuple(each for each in here if each.entry.role != "baseline")
    if wanted.id == head.id:
        return Ends(old=baselines, new=targets)
    new = [each for each in _ends(head) if bench.here(each.lock.target) and each.entry.role != "baseline"]
    return Ends(old=targets or baselines, new=tuple(new))


def _ends(recalled: Recalled) -> Iterator[End]:
    for entry, lock in zip(recalled.content.locks, recalled.locks, strict=True):
        yield End(generation=recalled.id, entry=entry, lock=lock)


def locks_hold(root: Path, wanted: Recalled, head: Recalled, ends: Ends, archive: Archive) -> Found:
    """Decide statement 1: locks for both ends, each package with exactly one hashed artifact.

    Archived locks are read by a reader that takes nothing else. The lock files in the project must be, byte for byte,
    those of the generation at the one end or the other.
    """
    if not ends.old:
        return fails("there is no lock to go back to for this machine: name an interpreter in from, and run uplock run")
    if not ends.new:
        return fails("there is no lock to come from for this machine: name targets, and run uplock run")
    if problem := next(_edited(root, (wanted, head), archive), None):
        return fails(problem)
    several = next((each for each in map(_ambiguous, ends.all) if each), None)
    if several:
        return fails(several)
    told = "; ".join(f"{each.name} {counted(len(each.lock.packages), 'package')}" for each in ends.all)
    return holds(f"back to {_names(ends.old)} from {_names(ends.new)}: {told}")


def _names(ends: tuple[End, ...]) -> str:
    return " and ".join(each.name for each in ends)


def _ambiguous(end: End) -> str:
    names = [package.name for package in end.lock.packages]
    twice = sorted({name for name in names if names.count(name) > 1})
    return f"{end.name} locks {', '.join(twice)} more than once" if twice else ""


def _edited(root: Path, generations: Iterable[Recalled], archive: Archive) -> Iterator[str]:
    """Yield how the lock files of the project differ from those of the generation that they claim to be of."""
    try:
        lockset = existing_lockset(root)
    except Error as error:
        yield str(error)
        return
    if lockset is None:
        yield f"{LOCKSET} is not there: uplock rollback restores it"
        return
    claimed = None if lockset.generation is None else lockset.generation.id
    one = next((each for each in generations if each.id == claimed), None)
    if one is None:
        yield f"the lock files of the project are of neither generation: {LOCKSET} names {claimed or 'none'}"
        return
    for entry in one.content.locks:
        for path, pinned in zip(lock_paths(entry.target), (entry.pylock, entry.requirements), strict=True):
            found = digest_file(root / path)
            if found is None:
                yield f"{path} is not there: uplock rollback {one.id[:12]} restores it"
            elif found != pinned:
                yield f"{path} is not the file of the generation{_reason(root, path)}"
    if one.content.lockset is not None and not is_content(root / LOCKSET, restored_files(one, archive)[LOCKSET]):
        yield f"{LOCKSET} is not the file of the generation"


def _reason(root: Path, path: str) -> str:
    """Return what is wrong in an edited lock file, if anything is besides that."""
    try:
        raw = read_bytes(root / path)
        if path.endswith(".txt"):
            read_requirements(raw, path)
        else:
            read_pylock(raw, path)
    except Error as error:
        return f": {error}"
    return ""


def sources_hold(wanted: Recalled, ends: Ends) -> Found:
    """Decide statement 3: every sdist of the generation, and of either end, has been built, and its wheel is locked."""
    locks = (*wanted.locks, *(end.lock for end in ends.all))
    sources = sorted({package.artifact.filename for lock in locks for package in lock.packages if package.is_sdist})
    if sources:
        return fails(f"{some(sources)}: run uplock build for the target, so that one wheel of it is archived")
    return holds(f"{counted(len(wanted.content.artifacts), 'artifact')}, all wheels")
