"""Locking: a view, one resolution per target, and the artifact of every pin."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Literal, Protocol

from uplock.errors import Error, InputError, ResolutionError, located
from uplock.lockfile.inputs import Requirements
from uplock.model.digest import Sha256, digest_of
from uplock.model.lock import Artifact, Lock, LockedPackage, MissingLock
from uplock.model.target import Target
from uplock.model.value import Value
from uplock.model.view import IndexFile, IndexPage, View
from uplock.ports import Event, OnEvent, Pin, Question, Resolution, Resolver, ViewAddress
from uplock.workflow.choose import Chooser, pinned_without_wheel, valid_specifier, without_wheels
from uplock.workflow.view import ViewRecorder


class Wanted(Value, frozen=True, kw_only=True):
    """A target to lock, and whether it is the interpreter being left."""

    target: Target
    role: Literal["baseline", "target"]


class Served(ViewAddress, Protocol):
    """A view on loopback: its address, and what went wrong behind it."""

    @property
    def failures(self) -> list[Error]:
        """Errors that a page or metadata request met, first one first."""


ServeIndex = Callable[[ViewRecorder], AbstractContextManager[Served]]


class Locked(Value, frozen=True, kw_only=True):
    """What locking gives: locks and targets that can have none, with the view that both rest on."""

    locks: tuple[Lock, ...]
    missing: tuple[MissingLock, ...]
    view: View
    pages: dict[Sha256, bytes]
    undated: int
    """How many admitted files have no upload time, so that the cut-off does not hold for them."""
    yanked: tuple[tuple[str, str], ...] = ()
    """Locked files that are yanked, with the reason."""


def lock_targets(  # noqa: PLR0913 - one use case, every argument is a value or a port
    *,
    wanted: Iterable[Wanted],
    requirements: Requirements,
    exclude_newer: datetime,
    recorder: ViewRecorder,
    resolver: Resolver,
    serve: ServeIndex,
    on_event: OnEvent,
) -> Locked:
    """Resolve every target against one view and choose exactly one artifact per package.

    A target without a solution because packages have no wheel for it becomes a :class:`MissingLock`; any other
    missing solution raises :class:`ResolutionError`. What failed behind the served index is raised as itself.
    """
    answers: list[tuple[Wanted, Resolution]] = []
    missing: list[MissingLock] = []
    targets = tuple(wanted)
    with serve(recorder) as served:
        for done, want in enumerate(targets):
            on_event(Event(stage="lock", message=f"resolving {want.target.name}", done=done, total=len(targets)))
            try:
                answers.append((want, _ask(resolver, requirements, want.target, served)))
            except ResolutionError as error:
                packages = _unlockable(requirements, recorder, want.target, error)
                if not packages:
                    raise
                missing.append(_missing(want, packages, error))
    view, pages = recorder.view()
    digest, inputs = digest_of(view), requirements.digest
    locks = tuple(
        Lock(
            target=want.target,
            packages=_packages(resolution, recorder, want.target),
            exclude_newer=exclude_newer,
            inputs=inputs,
            view=digest,
            resolver=resolver.version,
        )
        for want, resolution in answers
    )
    return Locked(
        locks=locks,
        missing=tuple(missing),
        view=view,
        pages=pages,
        undated=len(recorder.undated),
        yanked=_yanked(locks, recorder),
    )


def _yanked(locks: Iterable[Lock], recorder: ViewRecorder) -> tuple[tuple[str, str], ...]:
    found = set()
    for lock in locks:
        for package in lock.packages:
            page = recorder.page(package.name)
            files = () if page is None else page.files
            found |= {
                (file.filename, file.yanked)
                for file in files
                if file.filename == package.artifact.filename and file.yanked is not None
            }
    return tuple(sorted(found))


def _ask(resolver: Resolver, requirements: Requirements, target: Target, served: Served) -> Resolution:
    question = Question(requirements=requirements.requirements, constraints=requirements.constraints, target=target)
    try:
        return resolver.resolve(question, served)
    except Error:
        if served.failures:
            raise served.failures[0] from None
        raise


def _packages(resolution: Resolution, recorder: ViewRecorder, target: Target) -> tuple[LockedPackage, ...]:
    needs: dict[str, set[str]] = {pin.name: set() for pin in resolution.pins}
    for pin in resolution.pins:
        for parent in pin.needed_by:
            if parent != pin.name and parent in needs:
                needs[parent].add(pin.name)
    chooser = Chooser(target)
    with located(target.name):
        return tuple(_package(pin, needs[pin.name], recorder, chooser) for pin in resolution.pins)


def _package(pin: Pin, needs: set[str], recorder: ViewRecorder, chooser: Chooser) -> LockedPackage:
    page = recorder.page(pin.name)
    file = chooser.best(page, pin.version) if page is not None else None
    if file is None:
        raise ResolutionError(
            f"the resolver chose {pin.name} {pin.version}, and the view has no wheel of it for this target",
            remedy="Exclude that version in the requirements.",
        )
    return LockedPackage(
        name=pin.name,
        version=pin.version,
        artifact=Artifact(
            filename=file.filename,
            sha256=_digest_of(file),
            url=file.url,
            size=file.size,
            upload_time=file.upload_time,
        ),
        dependencies=tuple(sorted(needs)),
        requires_python=valid_specifier(file.requires_python),
        direct=pin.direct,
    )


def _digest_of(file: IndexFile) -> Sha256:
    if file.sha256 is None:
        raise InputError("the index names no SHA-256 of this file", context=file.filename)
    return file.sha256


def _unlockable(
    requirements: Requirements, recorder: ViewRecorder, target: Target, error: ResolutionError
) -> list[str]:
    """Return the packages that have no wheel for ``target``, among those that the resolver's explanation names."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    named = {canonicalize_name(word) for word in re.findall(r"[A-Za-z0-9][A-Za-z0-9._-]*", error.message)}
    pages: dict[str, tuple[IndexPage, IndexPage]] = {}
    for name in sorted(named & recorder.names):
        dated, admitted = recorder.dated(name), recorder.page(name)
        if dated is not None and admitted is not None:
            pages[name] = (dated, admitted)
    found = set(without_wheels(pages, pages, target))
    for line in requirements.requirements:
        name = canonicalize_name(Requirement(line).name)
        if name in pages and pinned_without_wheel(line, *pages[name], target):
            found.add(name)
    return sorted(found)


def _missing(want: Wanted, packages: list[str], error: ResolutionError) -> MissingLock:
    return MissingLock(
        target=want.target.name,
        python=want.target.interpreter.version,
        platform=want.target.platform.name,
        role=want.role,
        packages=tuple(packages),
        detail=error.message,
    )
