"""What the wheels of a lock install, and so the content digest of an environment that nobody has made yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from uplock.content.digest import predict
from uplock.files import digest_file
from uplock.model.content import Contested, PredictedContent, WheelContent
from uplock.model.digest import Sha256, digest_of
from uplock.model.lock import Artifact, Lock, LockEntry, LockSet
from uplock.model.value import changed, encode
from uplock.workflow.contents import Results, changed_on_disk, kept

EXAMPLES = 3
"""Paths that are named of those that the same packages contest."""


def content_of_artifact(artifact: Artifact, path: Path, store: Results, *, hashed: bool = False) -> WheelContent:
    """Return what the wheel at ``path`` installs: from ``store`` if it is known there, else read and kept there.

    The bytes are hashed every time, unless the caller has just done so (``hashed``). Raises :class:`IntegrityError` if
    the file's digest is not the artifact's, :class:`InputError` if it cannot be told what the wheel installs.
    """
    if not hashed and digest_file(path) != artifact.sha256:
        raise changed_on_disk()
    key = content_key(artifact)
    content = kept(store, key, WheelContent)
    if content is None:
        content = read_content(artifact, path)
        store.keep(key, encode(content))
    return content


def content_key(artifact: Artifact) -> Sha256:
    """Return what the content of a wheel is kept under: everything that it rests on."""
    from uplock.content.wheel_files import CONTENT_VERSION

    return digest_of({"kind": "content", "artifact": artifact.sha256, "name": artifact.filename, "by": CONTENT_VERSION})


def read_content(artifact: Artifact, path: Path) -> WheelContent:
    """Read what a wheel installs, every member of it. Raises :class:`InputError` as :func:`content_of_artifact`."""
    from uplock.content.wheel_files import content_of
    from uplock.inspect.wheel import open_wheel

    with path.open("rb") as stream:
        return content_of(open_wheel(stream, artifact.filename))


def predicted(lock: Lock, contents: Mapping[Sha256, WheelContent]) -> PredictedContent | None:
    """Return the content of an environment of ``lock``; ``contents`` are those of its wheels, by digest of the wheel.

    ``None`` if the content of an artifact is not known: of an sdist nobody knows it before it is built.
    """
    found = [contents.get(package.artifact.sha256) for package in lock.packages]
    known = [content for content in found if content is not None]
    return predict(known, lock.target) if len(known) == len(found) else None


def with_content(
    entries: Sequence[LockEntry], locks: Iterable[Lock], contents: Mapping[Sha256, WheelContent]
) -> tuple[tuple[LockEntry, ...], tuple[Contested, ...]]:
    """Return the rows of a lock set with the content digest of each target, and what packages of one contest.

    Where packages bring different bytes for one path there is no digest that every environment of the lock has, so
    none is recorded.
    """
    found = {lock.target.name: predicted(lock, contents) for lock in locks}
    contests = {name: () if content is None else contested(content, name) for name, content in found.items()}
    digests = {name: content.digest for name, content in found.items() if content is not None and not contests[name]}
    return (
        tuple(changed(entry, content=digests.get(entry.target)) for entry in entries),
        tuple(each for entry in entries for each in contests.get(entry.target, ())),
    )


def content_carried(
    entries: Sequence[LockEntry], old: LockSet | None
) -> tuple[tuple[LockEntry, ...], tuple[Contested, ...]]:
    """Return the same for new rows as far as their pins are those of the old lock set: of others a run tells it."""
    known = {} if old is None else {(each.target, each.requirements): each.content for each in old.targets}
    same = {entry.target for entry in entries if (entry.target, entry.requirements) in known}
    return (
        tuple(changed(entry, content=known.get((entry.target, entry.requirements))) for entry in entries),
        () if old is None else tuple(each for each in old.contested if each.target in same),
    )


def contested(content: PredictedContent, target: str) -> tuple[Contested, ...]:
    """Return who brings different bytes for the same paths, sorted by the names of the packages."""
    paths: dict[tuple[str, ...], list[str]] = {}
    for each in content.contested:
        if not each.equal:
            paths.setdefault(each.owners, []).append(each.path)
    return tuple(
        Contested(target=target, packages=owners, paths=len(found), examples=tuple(sorted(found)[:EXAMPLES]))
        for owners, found in sorted(paths.items())
    )
