"""The two ends of an uplift: the lock that is left, with its own cut-off, and the target that is wanted."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime

from uplock.errors import ResolutionError, UsageError
from uplock.lockfile.pylock import write_pylock
from uplock.model.digest import Sha256, sha256_of
from uplock.model.lock import Lock
from uplock.model.platform import Platform
from uplock.model.target import Target, parse_interpreter, parse_platform
from uplock.model.uplift import PlanSide
from uplock.model.value import Value
from uplock.policy.lifecycle import load_latest_patches
from uplock.workflow.heads import existing_lockset
from uplock.workflow.lock import Locking, Wanted
from uplock.workflow.locks import committed, cut_off, lock_paths
from uplock.workflow.pick import Picker
from uplock.workflow.project import Project
from uplock.workflow.seams import Seams
from uplock.workflow.view import ViewRecorder

RESOLVED_NOW = "resolved now"


class Order(Value, frozen=True, kw_only=True):
    """What one plan is asked for. Interpreters are minors or full versions; ``None`` is what the project says."""

    before: str | None
    after: str | None
    platform: str | None
    cut_off: datetime
    """Of the plan: nothing newer is chosen. The old lock keeps its own."""
    now: datetime
    base: str | None = None
    """Base image that the plan is to run on."""


def targets_of(project: Project, order: Order) -> tuple[Target, Target]:
    """Return the target that is left and the one that is wanted, on one platform.

    A minor is the version that the project names of it, else the latest known patch. Raises :class:`UsageError`,
    :class:`~uplock.errors.ConfigError`.
    """
    platform = _platform(project, order)
    configured = [each.target for each in project.planned]
    before = order.before or project.baseline_version
    if before is None:
        raise UsageError("nothing says what is being left", remedy="Give --from 3.9, or from in [tool.uplock].")
    known = {each.interpreter.minor: each.interpreter.version for each in configured}
    wanted = order.after or next(
        (each.target.interpreter.version for each in project.planned if each.role == "target"), None
    )
    if wanted is None:
        raise UsageError("nothing says where to move", remedy="Give --to 3.12, or targets in [tool.uplock].")
    latest = {row.line: row.version for row in load_latest_patches()} | known
    old, new = (Target(interpreter=parse_interpreter(text, latest), platform=platform) for text in (before, wanted))
    if new.interpreter.release <= old.interpreter.release:
        raise UsageError(
            f"CPython {new.interpreter.version} is no move up from {old.interpreter.version}",
            remedy="Give an older interpreter with --from and a newer one with --to.",
        )
    return old, new


def _platform(project: Project, order: Order) -> Platform:
    if order.platform is not None:
        return parse_platform(order.platform)
    return project.planned[0].target.platform


def old_lock(project: Project, target: Target, order: Order, seams: Seams) -> tuple[Lock, PlanSide]:
    """Return the lock that is left: the committed one, else one that is resolved now with the project's cut-off.

    Raises :class:`~uplock.errors.IntegrityError` if a committed one was edited.
    """
    lockset = existing_lockset(project.root)
    if lockset is not None and any(each.target == target.name for each in lockset.targets):
        lock = committed(project.root, (target.name,))[0]
        pinned = next(each.pylock for each in lockset.targets if each.target == target.name)
        return lock, side_of(lock, lock_paths(target.name)[0], pinned)
    recorder = ViewRecorder(
        seams.index,
        seams.cache,
        cut_off(project, lockset, order.now, renew=False),
        seams.on_event,
        requirements=project.requirements,
        targets=(target,),
    )
    with closing(seams.resolver("uv")) as resolver:
        locked = Locking(
            requirements=project.requirements,
            preferred={},
            recorder=recorder,
            resolver=resolver,
            pick=Picker(project.requirements, recorder, seams.index),
            serve=seams.serve,
            on_event=seams.on_event,
        ).lock([Wanted(target=target, role="baseline")])
    if not locked.locks:
        missing = locked.missing[0]
        raise ResolutionError(
            f"there is no lock of what is left: {', '.join(missing.packages)} has no wheel for it",
            context=target.name,
            remedy="Commit a lock of it, allow source distributions (allow-sdist), or move the project's cut-off.",
        )
    return locked.locks[0], side_of(locked.locks[0], RESOLVED_NOW, sha256_of(write_pylock(locked.locks[0])))


def side_of(lock: Lock, source: str, sha256: Sha256 | None) -> PlanSide:
    """Return what a plan says of one of its locks."""
    return PlanSide(
        target=lock.target.name,
        python=lock.target.interpreter.version,
        cut_off=lock.exclude_newer,
        source=source,
        sha256=sha256,
    )
