"""Planning an uplift: ``uplock uplift plan``."""

from __future__ import annotations

from typing import Literal

from uplock.lockfile.lockset import FOLDER, pylock_name, requirements_name
from uplock.lockfile.pylock import write_pylock
from uplock.lockfile.requirements import write_requirements
from uplock.model.digest import sha256_of
from uplock.model.lock import Lock
from uplock.model.target import Target
from uplock.model.uplift import Change, Counts, Entering, Leaving, PlanSide, Rung, UpliftPlan
from uplock.model.value import Value, encode_pretty
from uplock.workflow.inspect_lock import Shelf
from uplock.workflow.project import Project
from uplock.workflow.seams import Seams
from uplock.workflow.uplift.describing import Described
from uplock.workflow.uplift.ends import Order, old_lock, targets_of
from uplock.workflow.uplift.inspecting import Inspected
from uplock.workflow.uplift.moving import Moved, Mover
from uplock.workflow.uplift.reasons import Reasons
from uplock.workflow.uplift.solving import Solution
from uplock.workflow.workbench import Workbench

PLACE = f"{FOLDER}/uplift"
"""Folder of proposed locks: beside the current ones, and never in their place."""


class Planned(Value, frozen=True, kw_only=True):
    """A plan, and the files that propose it, by their paths below the project."""

    plan: UpliftPlan
    files: dict[str, bytes]
    stale: tuple[str, ...]
    """Files of an earlier plan that this one has not."""


def plan_paths(target: str) -> tuple[str, str, str]:
    """Return where the proposed ``pylock``, requirements and the plan of a target stand."""
    return f"{PLACE}/{pylock_name(target)}", f"{PLACE}/{requirements_name(target)}", f"{PLACE}/plan.{target}.json"


def plan_uplift(project: Project, order: Order, seams: Seams, bench: Workbench) -> Planned:
    """Return the smallest move of a project's lock to another interpreter. Writes nothing.

    Raises what resolving, fetching and installing raise; that a lock cannot move is in the plan, not raised.
    """
    before, after = targets_of(project, order)
    old, side = old_lock(project, before, order, seams)
    shelf = Shelf(seams.archive, seams.cache, seams.index)
    mover = Mover(project=project, order=order, old=old, target=after, seams=seams, bench=bench, shelf=shelf)
    moved = mover.moved()
    described = Described(
        moved=moved,
        old=old,
        target=after,
        candidates=mover.candidates,
        exclusions=project.config.import_exclusions,
    )
    inspected = Inspected(old=old, new=moved.lock, shelf=shelf, tried=moved.tried, on_event=seams.on_event)
    changes, added, removed = _differences(moved, mover, old, after)
    ladder, standard = described.ladder(), inspected.standard(after.interpreter.minor)
    proposed = moved.lock if not moved.blockers else None
    files = {} if proposed is None else _texts(proposed)
    paths = plan_paths(after.name)
    plan = UpliftPlan(
        project=project.name,
        platform=after.platform.name,
        before=side,
        after=_new_side(order, after, files),
        resolver=mover.resolver,
        status=_status(moved),
        counts=_counts(old, moved, changes, added, removed, ladder=ladder),
        changes=changes,
        added=added,
        removed=removed,
        ladder=ladder,
        parity=described.parity(),
        native=inspected.native(),
        standard=standard,
        base=None if order.base is None else inspected.base(order.base, after, order.now.date()),
        blockers=moved.blockers,
        remaining=described.remaining(inspected.told(standard)),
        lock=None if proposed is None else paths[0],
        files=tuple(sorted((*files, paths[2]))),
    )
    files[paths[2]] = encode_pretty(plan)
    return Planned(plan=plan, files=files, stale=tuple(path for path in paths if path not in files))


def _differences(
    moved: Moved, mover: Mover, old: Lock, target: Target
) -> tuple[tuple[Change, ...], tuple[Entering, ...], tuple[Leaving, ...]]:
    if moved.solution is None or moved.first is None:
        return (), (), ()
    reasons = Reasons(
        requirements=moved.requirements,
        target=target,
        old=old,
        solution=moved.solution,
        first=moved.first,
        raises={each.name: each for each in moved.raises},
        candidates=mover.candidates,
    )
    blocked = {each.name for each in moved.blockers}
    return reasons.changes(), reasons.added(), tuple(each for each in reasons.removed() if each.name not in blocked)


def _texts(lock: Lock) -> dict[str, bytes]:
    pylock, requirements, _ = plan_paths(lock.target.name)
    return {pylock: write_pylock(lock), requirements: write_requirements(lock)}


def _new_side(order: Order, target: Target, files: dict[str, bytes]) -> PlanSide:
    path = plan_paths(target.name)[0]
    return PlanSide(
        target=target.name,
        python=target.interpreter.version,
        cut_off=order.cut_off,
        source=path if path in files else "",
        sha256=sha256_of(files[path]) if path in files else None,
    )


def _status(moved: Moved) -> Literal["ready", "untried", "blocked"]:
    if moved.blockers:
        return "blocked"
    return "untried" if moved.tried is None else "ready"


def _counts(  # noqa: PLR0913 - what is counted
    old: Lock,
    moved: Moved,
    changes: tuple[Change, ...],
    added: tuple[Entering, ...],
    removed: tuple[Leaving, ...],
    *,
    ladder: tuple[Rung, ...],
) -> Counts:
    return Counts(
        before=len(old.packages),
        after=len(ladder),
        kept=len(ladder) - len(changes) - len(added),
        changed=len(changes),
        major=sum(each.major for each in changes),
        added=len(added),
        removed=len(removed),
        before_imports=_changed(old, moved.first),
        declared=sum(each.declares == "target" for each in ladder),
    )


def _changed(old: Lock, solution: Solution | None) -> int:
    versions = {} if solution is None else solution.versions
    return sum(versions.get(each.name, each.version) != each.version for each in old.packages)
