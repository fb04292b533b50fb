"""The lock files of a project: those that stand, or new ones when inputs, targets or cut-off changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from uplock.errors import IntegrityError, UsageError
from uplock.files import read_bytes
from uplock.lockfile.lockset import FOLDER, LOCKSET, pylock_name, requirements_name, write_lockset
from uplock.lockfile.pylock import conforms, write_pylock
from uplock.lockfile.requirements import read_requirements, which, write_requirements
from uplock.model.content import WheelContent
from uplock.model.digest import Sha256, digest_of, sha256_of
from uplock.model.identity import KnownPublisher, TrustedRoot
from uplock.model.lock import GenerationRef, Lock, LockEntry, LockSet, MissingLock, Preferences
from uplock.model.results import Verification
from uplock.model.value import Value, changed, empty_dict, encode
from uplock.ports import Store
from uplock.workflow.built import unexplained, with_wheels
from uplock.workflow.environment_content import content_carried, with_content
from uplock.workflow.evidence import carried, evidence_of, identified
from uplock.workflow.heads import existing_lockset
from uplock.workflow.lock import Locked
from uplock.workflow.lock_memory import lock_in
from uplock.workflow.project import Project

_RESTORE = "Restore the locks from version control, or resolve anew with uplock lock --fresh if the change was meant."


class LockFiles(Value, frozen=True, kw_only=True):
    """Locks with their bytes. ``files`` maps a path below the project to its content, the lock set not included."""

    lockset: LockSet
    locks: tuple[Lock, ...]
    files: dict[str, bytes]
    resolved: bool
    former: tuple[str, ...] = ()
    """Targets that the lock set had before, whatever became of them."""
    blobs: dict[Sha256, bytes] = empty_dict()
    """New blobs of the view, its manifest and the preferences included."""
    notes: tuple[str, ...] = ()
    """What the caller should know of this call, beyond what the lock set says."""
    records: dict[Sha256, bytes] = empty_dict()
    """Metadata that resolvers were shown, by the key that it is kept under."""

    def lock_of(self, target: str) -> Lock | None:
        """Return the lock of a target by name."""
        return next((lock for lock in self.locks if lock.target.name == target), None)

    def missing_of(self, target: str) -> MissingLock | None:
        """Return why a target has no lock."""
        return next((missing for missing in self.lockset.missing if missing.target == target), None)

    def lockset_bytes(self, generation: GenerationRef | None) -> bytes:
        """Return the text of the lock set with ``generation`` as its head."""
        return write_lockset(changed(self.lockset, generation=generation))


def committed_set(root: Path) -> LockSet:
    """Return the committed lock set. Raises :class:`UsageError` if there is none."""
    lockset = existing_lockset(root)
    if lockset is None:
        raise UsageError("there are no locks", context=str(root / LOCKSET), remedy="Run uplock lock first.")
    return lockset


def committed(root: Path, targets: tuple[str, ...]) -> tuple[Lock, ...]:
    """Return the locks of ``targets`` (all if none is named) as they are pinned on disk.

    Raises :class:`UsageError` for a target without a lock, :class:`IntegrityError` if a file was changed.
    """
    lockset = committed_set(root)
    known = {entry.target: entry for entry in lockset.targets}
    locks = []
    for name in targets or known:
        texts = _texts(root, known[name]) if name in known else None
        if texts is None:
            raise UsageError(f"there is no lock of {name}", remedy=f"Name one of {', '.join(known)}.")
        locks.append(_checked(known[name], lockset, texts))
    return tuple(locks)


def pinned_locks(root: Path, lockset: LockSet, cache: Store) -> Iterator[tuple[str, Lock | IntegrityError]]:
    """Yield every target with its lock, or with what is wrong with its files."""
    for entry in lockset.targets:
        try:
            texts = _texts(root, entry)
            found = None if texts is None else _checked(entry, lockset, texts, cache)
        except IntegrityError as error:
            yield entry.target, error
            continue
        paths = " and ".join(lock_paths(entry.target))
        yield entry.target, found or IntegrityError(f"{paths} must be there, and are not both", remedy=_RESTORE)


def cut_off(project: Project, lockset: LockSet | None, now: datetime, *, renew: bool) -> datetime:
    """Return the cut-off to resolve with: configured, else the lock set's unless renewed, else now in whole seconds."""
    if project.config.exclude_newer is not None:
        return project.config.exclude_newer
    if lockset is not None and not renew:
        return lockset.exclude_newer
    return now.replace(microsecond=0)


def standing(
    project: Project, lockset: LockSet, exclude_newer: datetime, *, cross_check: bool = False
) -> LockFiles | None:
    """Return the locks on disk if they answer today's question, else ``None``.

    With ``cross_check`` they do only if a second resolver was asked for every one of them.

    Raises :class:`IntegrityError` if a file differs from what the lock set pins: an edited lock is never silently
    replaced, nor silently used.
    """
    if lockset.inputs != project.requirements.digest or lockset.exclude_newer != exclude_newer:
        return None
    if _wanted(project) != _answered(lockset) or lockset.resolver.partition(" ")[0] != project.config.resolver:
        return None
    if cross_check and {each.target for each in lockset.agreement} != {each.target for each in lockset.targets}:
        return None
    files: dict[str, bytes] = {}
    locks = []
    for entry in lockset.targets:
        texts = _texts(project.root, entry)
        if texts is None:
            return None
        files |= texts
        locks.append(_checked(entry, lockset, texts))
    return LockFiles(lockset=lockset, locks=tuple(locks), files=files, resolved=False)


def _wanted(project: Project) -> set[tuple[str, str, str]]:
    return {(each.target.name, each.target.interpreter.version, each.role) for each in project.planned}


def _answered(lockset: LockSet) -> set[tuple[str, str, str]]:
    locked = {(each.target, each.python, each.role) for each in lockset.targets}
    return locked | {(each.target, each.python, each.role) for each in lockset.missing}


def _texts(root: Path, entry: LockEntry) -> dict[str, bytes] | None:
    """Return both files of a target by path, or ``None`` if one is gone: then it is made again."""
    texts = {}
    for name, pinned in (
        (pylock_name(entry.target), entry.pylock),
        (requirements_name(entry.target), entry.requirements),
    ):
        path = f"{FOLDER}/{name}"
        if not (root / path).exists():
            return None
        texts[path] = read_bytes(root / path)
        if sha256_of(texts[path]) != pinned:
            raise IntegrityError(
                f"the file differs from the digest that {LOCKSET} pins ({pinned})", context=path, remedy=_RESTORE
            )
    return texts


def _checked(entry: LockEntry, lockset: LockSet, texts: dict[str, bytes], cache: Store | None = None) -> Lock:
    """Parse a target's files; they must agree with each other and with the lock set."""
    pylock, requirements = texts
    lock = lock_in(texts[pylock], pylock, cache)
    facts = (lock.target.name, lock.target.interpreter.version, lock.exclude_newer, lock.inputs, lock.view)
    if facts != (entry.target, entry.python, lockset.exclude_newer, lockset.inputs, lockset.view):
        raise IntegrityError(f"target, cut-off, inputs or view differ from {LOCKSET}", context=pylock, remedy=_RESTORE)
    pins = tuple((each.name, which(each), each.artifact.sha256) for each in lock.packages)
    if read_requirements(texts[requirements], requirements) != pins:
        raise IntegrityError(f"the pins differ from {pylock}", context=requirements, remedy=_RESTORE)
    if (unknown := unexplained(lock, lockset.built)) is not None:
        raise IntegrityError(unknown, context=pylock, remedy=_RESTORE)
    return lock


def write_out(
    project: Project, locked: Locked, resolver: str, old: LockSet | None, preferences: Preferences | None
) -> LockFiles:
    """Return the files of new locks, each valid under PEP 751, and which of the old lock set's files are stale.

    What the old lock set knows of publishers is kept, the evidence of every file that is still locked, and the content
    of targets whose locks are unchanged.
    """
    asked = project.requirements
    locks, built = with_wheels(locked.locks, old.built if old is not None else (), asked.overrides, asked.excludes)
    locks, evidence = carried(locks, old)
    files, entries = texts_of(locks, {each.target.name: each.role for each in project.planned})
    entries, contests = content_carried(entries, old)
    lockset = LockSet(
        exclude_newer=locked.view.exclude_newer,
        inputs=asked.digest,
        view=digest_of(locked.view),
        resolver=resolver,
        targets=entries,
        contested=contests,
        missing=locked.missing,
        notes=_notes(locked),
        agreement=locked.agreement,
        shadowed=locked.shadowed,
        overrides=asked.overrides,
        excludes=asked.excludes,
        preferred=None if preferences is None else digest_of(preferences),
        trusted_root=old.trusted_root if old is not None else None,
        publishers=old.publishers if old is not None else (),
        evidence=evidence,
        built=built,
        generation=old.generation if old is not None else None,
    )
    return LockFiles(
        lockset=lockset,
        locks=locks,
        files=files,
        resolved=True,
        former=_former(old),
        blobs=locked.pages | {digest_of(each): encode(each) for each in (locked.view, preferences) if each is not None},
        records=locked.records,
    )


def with_evidence(
    found: LockFiles,
    verifications: Mapping[Sha256, Verification],
    root: TrustedRoot,
    publishers: tuple[KnownPublisher, ...],
    contents: Mapping[Sha256, WheelContent],
) -> LockFiles:
    """Return the same locks with what was found out today: who signed their files, the evidence, what they install."""
    evidence = evidence_of(found.locks, verifications)
    locks = identified(found.locks, evidence)
    files, entries = found.files, found.lockset.targets
    if locks != found.locks:
        texts, entries = texts_of(locks, {entry.target: entry.role for entry in entries})
        files = {**files, **texts}
    entries, contests = with_content(entries, locks, contents)
    lockset = changed(
        found.lockset,
        targets=entries,
        contested=contests,
        trusted_root=root,
        publishers=publishers,
        evidence=evidence,
    )
    return changed(found, lockset=lockset, locks=locks, files=files)


def texts_of(locks: Iterable[Lock], roles: Mapping[str, str]) -> tuple[dict[str, bytes], tuple[LockEntry, ...]]:
    """Return the two files of every lock by path, and the rows of the lock set; ``roles`` are by target."""
    files: dict[str, bytes] = {}
    entries = []
    for lock in locks:
        name = lock.target.name
        pylock, requirements = write_pylock(lock), write_requirements(lock)
        conforms(pylock, pylock_name(name))
        files[f"{FOLDER}/{pylock_name(name)}"] = pylock
        files[f"{FOLDER}/{requirements_name(name)}"] = requirements
        entries.append(
            LockEntry(
                target=name,
                python=lock.target.interpreter.version,
                platform=lock.target.platform.name,
                role=roles[name],
                pylock=sha256_of(pylock),
                requirements=sha256_of(requirements),
            )
        )
    return files, tuple(entries)


def _former(old: LockSet | None) -> tuple[str, ...]:
    if old is None:
        return ()
    return (*(each.target for each in old.targets), *(each.target for each in old.missing))


def lock_paths(target: str) -> tuple[str, str]:
    """Return where the two lock files of a target stand, below the project."""
    return f"{FOLDER}/{pylock_name(target)}", f"{FOLDER}/{requirements_name(target)}"


def _notes(locked: Locked) -> tuple[str, ...]:
    if not locked.undated:
        return ()
    files = "1 file has" if locked.undated == 1 else f"{locked.undated} files have"
    return (f"{files} no upload time on this index: admitted, though no cut-off can hold",)
