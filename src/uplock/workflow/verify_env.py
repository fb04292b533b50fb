"""``verify env``: a directory held against the committed lock of one target, by what the locked wheels install."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from uplock.content.digest import predict
from uplock.errors import InputError, IntegrityError, UnaskableError, UsageError, located
from uplock.files import read_bytes
from uplock.lockfile.lockset import LOCKSET
from uplock.model.content import EnvironmentResult, WheelContent
from uplock.model.digest import Sha256
from uplock.model.host import HostPython
from uplock.model.lock import Artifact, Lock, LockEntry
from uplock.model.target import Target
from uplock.ports import Event, OnEvent
from uplock.workflow.contents import kept
from uplock.workflow.environment_content import content_key, content_of_artifact
from uplock.workflow.inspect_lock import Shelf
from uplock.workflow.locks import committed, committed_set
from uplock.workflow.side_by_side import side_by_side

WORKERS = 4
"""Wheels that are read at once."""

_MAX_CONFIGURATION = 64 * 1024
_VERSION = re.compile(r"^version(?:_info)?\s*=\s*(3\.\d{1,2})(?![0-9])", re.IGNORECASE | re.MULTILINE)
_LIBRARY = re.compile(r"python(3\.\d{1,2})")

Find = Callable[[Target], HostPython]
"""Finds the interpreter that a lock is for: a program that is trusted, never one of the directory."""

Compare = Callable[[Path, Iterable[WheelContent], Target, HostPython], EnvironmentResult]
"""Compares a directory with what wheels put there."""


def verify_env(  # noqa: PLR0913 - the two sides and the seams of one comparison
    directory: Path,
    project: Path,
    target: str | None,
    *,
    shelf: Shelf,
    runs: Callable[[Target], bool],
    find: Find,
    compare: Compare,
    on_event: OnEvent,
) -> EnvironmentResult:
    """Compare ``directory`` with the lock of ``target``, or with the one committed lock that fits it.

    ``runs`` says whether this machine is of a target's platform. Raises :class:`UsageError` if several locks fit or
    none does, :class:`IntegrityError` if a lock, a wheel or the recorded content digest was changed,
    :class:`UnaskableError` without the target's interpreter or for an sdist.
    """
    if not directory.is_dir():
        raise InputError("is not a directory", context=str(directory), remedy="Name the directory of an environment.")
    lock = committed(project, (target,))[0] if target is not None else _fitting(directory, project, runs)
    name = lock.target.name
    entry = next(each for each in committed_set(project).targets if each.target == name)
    contents = contents_of_lock(lock, entry, shelf, on_event)
    check_recorded(entry, contents, lock.target)
    python = find(lock.target)
    on_event(Event(stage="verify", message=f"{name}: comparing"))
    return compare(directory, contents, lock.target, python)


def _fitting(directory: Path, project: Path, runs: Callable[[Target], bool]) -> Lock:
    """Return the one lock of this platform and the directory's line of Python."""
    minors = minors_of(directory)
    locks = [lock for lock in committed(project, ()) if runs(lock.target)]
    fitting = [lock for lock in locks if not minors or lock.target.interpreter.minor in minors]
    if len(fitting) == 1:
        return fitting[0]
    names = ", ".join(lock.target.name for lock in fitting or committed(project, ()))
    line = f"CPython {' or '.join(sorted(minors))}" if minors else "any version of Python"
    raise UsageError(
        f"{len(fitting) or 'no'} locks are for {line} on this machine",
        context=str(directory),
        remedy=f"Name the lock with --target: {names}.",
    )


def minors_of(directory: Path) -> frozenset[str]:
    """Return the lines of Python (``3.12``) that a directory names, none if it is a flat one (``--target``).

    It is a guess that chooses a lock; whether the directory is that lock's environment is decided afterwards.
    """
    configuration = directory / "pyvenv.cfg"
    if configuration.is_file():
        text = read_bytes(configuration, _MAX_CONFIGURATION).decode("utf-8", "replace")
        if named := frozenset(match[1] for match in _VERSION.finditer(text)):
            return named
    folders = (_LIBRARY.fullmatch(path.name) for path in directory.glob("lib/python3.*"))
    return frozenset(match[1] for match in folders if match is not None)


def contents_of_lock(lock: Lock, entry: LockEntry, shelf: Shelf, on_event: OnEvent) -> tuple[WheelContent, ...]:
    """Return what the wheels of a lock install.

    Where a wheel is neither in the archive nor in the cache, a kept record will do if the lock set recorded a digest
    that vouches for it; else the wheel is fetched by its digest.
    """
    sdists = [package.artifact.filename for package in lock.packages if package.is_sdist]
    if sdists:
        raise UnaskableError(
            "is a source distribution: what it installs is known when it is built",
            context=sdists[0],
            remedy=f"Run uplock build {lock.target.name}.",
        )
    artifacts = [package.artifact for package in lock.packages]

    def read(artifact: Artifact) -> WheelContent:
        with located(artifact.filename):
            return _content(artifact, shelf, vouched=entry.content is not None)

    def tell(content: WheelContent, done: int) -> None:
        on_event(Event(stage="verify", message=content.dist_info, done=done, total=len(artifacts)))

    return side_by_side(read, artifacts, WORKERS, tell)


def _content(artifact: Artifact, shelf: Shelf, *, vouched: bool) -> WheelContent:
    known = kept(shelf, content_key(artifact), WheelContent) if vouched and not shelf.has(artifact.sha256) else None
    return content_of_artifact(artifact, shelf.path(artifact), shelf) if known is None else known


def check_recorded(entry: LockEntry, contents: Iterable[WheelContent], target: Target) -> None:
    """Raise :class:`IntegrityError` if the lock set recorded another content digest than its wheels give."""
    digest: Sha256 = predict(contents, target).digest
    if entry.content is not None and entry.content != digest:
        raise IntegrityError(
            f"the recorded content digest is {entry.content}, the locked wheels give {digest}",
            context=f"{LOCKSET}: {entry.target}",
            remedy="Restore the file from version control; if it is right, delete results/ in archive and cache.",
        )
