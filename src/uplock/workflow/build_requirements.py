"""What a wheel is built with: its build requirements, resolved for the target under the lock's cut-off, as wheels."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from threading import Event as Flag

from uplock.errors import InputError, ResolutionError, located
from uplock.lockfile.build_system import requirement_lines
from uplock.lockfile.fields import listed
from uplock.lockfile.inputs import Requirements
from uplock.model.built import BuildRequirement
from uplock.model.lock import Lock, LockedPackage
from uplock.workflow.fetch import ensure, pinned_wheel
from uplock.workflow.lock import Locking, Wanted
from uplock.workflow.pick import Picker
from uplock.workflow.seams import Seams
from uplock.workflow.view import ViewRecorder

Environment = tuple[tuple[BuildRequirement, Path], ...]
"""Every wheel of a build environment, and where its bytes are."""

_REMEDY = "Build the wheel elsewhere and publish it on an index of your own, or admit a version that has one."


def resolved(lines: Iterable[str], lock: Lock, seams: Seams, of: str) -> Environment:
    """Return the wheels that satisfy build requirements of the sdist ``of``, fetched into the archive.

    They are resolved as locks are: for the target, under the lock's cut-off, against one view, wheels only. Raises
    :class:`ResolutionError` if there is no solution, and what fetching raises.
    """
    requirements = Requirements(requirements=tuple(sorted(set(lines))))
    if not requirements.requirements:
        return ()
    recorder = ViewRecorder(
        seams.index,
        seams.cache,
        lock.exclude_newer,
        seams.on_event,
        requirements=requirements,
        targets=(lock.target,),
    )
    with located(f"{of}: build requirements"), closing(seams.resolver("uv")) as resolver:
        locking = Locking(
            requirements=requirements,
            preferred={},
            recorder=recorder,
            resolver=resolver,
            pick=Picker(requirements, recorder, seams.index),
            serve=seams.serve,
            on_event=seams.on_event,
        )
        locked = locking.lock([Wanted(target=lock.target, role="target")])
        if locked.missing:
            names = ", ".join(locked.missing[0].packages)
            raise ResolutionError(f"there is no wheel of {names} for {lock.target.name}", remedy=_REMEDY)
        return tuple(_fetched(package, seams) for package in locked.locks[0].packages)


def _fetched(package: LockedPackage, seams: Seams) -> tuple[BuildRequirement, Path]:
    artifact = package.artifact
    path = ensure(artifact, seams.archive, seams.cache, seams.index, Flag())
    pin = BuildRequirement(
        name=package.name, version=package.version, filename=artifact.filename, sha256=artifact.sha256
    )
    return pin, path


def recorded(pins: Iterable[BuildRequirement], seams: Seams) -> Environment:
    """Return the very wheels that something was built with before.

    Raises :class:`~uplock.errors.UnaskableError` if one of them is neither here nor on the index.
    """
    return tuple((pin, _place(pin, seams)) for pin in pins)


def _place(pin: BuildRequirement, seams: Seams) -> Path:
    if seams.archive.has(pin.sha256):
        return seams.archive.path(pin.sha256)
    path = pinned_wheel(pin.name, pin.version, pin.sha256, seams.cache, seams.index)
    seams.archive.adopt(path, pin.sha256)
    return path


def asked_for(answer: tuple[str, ...], of: str) -> tuple[str, ...]:
    """Return what a backend asks for in canonical form. Raises :class:`InputError` for what no hash can pin."""
    defects: list[str] = []
    lines = requirement_lines(list(answer), "get_requires_for_build_wheel", defects)
    if defects:
        raise InputError(listed(defects), context=of, remedy=_REMEDY)
    return lines
