"""Applying a plan: ``uplock uplift apply`` locks again with the plan's pins as what is to be kept."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from uplock.errors import IntegrityError, UsageError, located
from uplock.files import MAX_TEXT, read_bytes
from uplock.lockfile.lockset import FOLDER
from uplock.lockfile.requirements import read_requirements
from uplock.model.digest import sha256_of
from uplock.model.outcome import LockResult
from uplock.model.uplift import UpliftPlan
from uplock.model.value import changed, decode
from uplock.workflow.locks import committed
from uplock.workflow.project import Project
from uplock.workflow.relock import run_lock
from uplock.workflow.request import Request
from uplock.workflow.seams import Seams
from uplock.workflow.uplift.plan import PLACE, plan_paths

MAX_NAMED = 10
"""Most packages that one note names."""


def read_plan(root: Path, target: str | None) -> UpliftPlan:
    """Return the plan of a target, or the only one that there is.

    Raises :class:`UsageError` if there is none, several, or one that is blocked; :class:`IntegrityError` if its lock is
    not the one that the plan names.
    """
    found = sorted((root / PLACE).glob("plan.*.json"))
    if target is not None:
        found = [path for path in found if path.name == f"plan.{target}.json"]
    if len(found) != 1:
        several = f"there are plans for {', '.join(path.name.split('.')[1] for path in found)}"
        raise UsageError(
            several if found else "there is no plan",
            context=str(root / PLACE),
            remedy="Name one with --target." if found else "Run uplock uplift plan first.",
        )
    with located(f"{PLACE}/{found[0].name}"):
        plan = decode(read_bytes(found[0], MAX_TEXT), UpliftPlan)
    if plan.lock is None:
        raise UsageError(
            "the plan is blocked: it proposes no lock",
            context=f"{PLACE}/{found[0].name}",
            remedy="See its blockers, take one of their ways out, and plan again.",
        )
    return plan


def planned_pins(root: Path, plan: UpliftPlan) -> tuple[tuple[str, str], ...]:
    """Return the pins of the proposed lock, but for those that are asked for by URL, which choose themselves.

    Raises :class:`IntegrityError` if it was edited, :class:`~uplock.errors.InputError` for what is no lock.
    """
    pylock, requirements, _ = plan_paths(plan.after.target)
    if sha256_of(read_bytes(root / pylock, MAX_TEXT)) != plan.after.sha256:
        raise IntegrityError("is not the lock that the plan names", context=pylock, remedy="Plan again.")
    pins = read_requirements(read_bytes(root / requirements, MAX_TEXT), requirements)
    return tuple((name, asked.removeprefix("==")) for name, asked, _ in pins if asked.startswith("=="))


def apply_plan(project: Project, plan: UpliftPlan, seams: Seams, now: datetime) -> LockResult:
    """Lock the project with the plan's pins kept for its target; other targets keep their own.

    Raises :class:`UsageError` if the project does not lock for that target, or its cut-off is before the plan's.
    """
    target = plan.after.target
    wanted = next((each.target for each in project.planned if each.target.name == target), None)
    if wanted is None:
        minor = ".".join(plan.after.python.split(".")[:2])
        raise UsageError(
            f"the project does not lock for {target}",
            context=project.config.file,
            remedy=f'Add "{minor}" to targets, then apply.',
        )
    configured = project.config.exclude_newer
    if configured is not None and configured < plan.after.cut_off:
        raise UsageError(
            f"exclude-newer is {configured:%Y-%m-%dT%H:%M:%SZ}, before the cut-off of the plan",
            context=project.config.file,
            remedy=f'Set exclude-newer = "{plan.after.cut_off:%Y-%m-%dT%H:%M:%SZ}", or plan with --exclude-newer.',
        )
    pins = planned_pins(project.root, plan)
    request = Request(now=now, as_of=now, planned=((target, pins),), exclude_newer=plan.after.cut_off)
    result = run_lock(project, request, seams)
    return changed(result, notes=(*result.notes, *_moved(project.root, target, pins)))


def _moved(root: Path, target: str, pins: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """Return a note if what was locked is not what was planned."""
    if not (root / FOLDER).is_dir():
        return ()
    locked = {package.name: package.version for package in committed(root, (target,))[0].packages}
    planned = dict(pins)
    names = sorted(name for name in locked.keys() | planned.keys() if locked.get(name) != planned.get(name))
    if not names:
        return (f"{target}: locked as planned, {len(pins)} packages",)
    told = [f"{name} {planned.get(name, 'not planned')} became {locked.get(name, 'not needed')}" for name in names]
    more = f" and {len(told) - MAX_NAMED} more" if len(told) > MAX_NAMED else ""
    return (f"{target}: not as planned: {', '.join(told[:MAX_NAMED])}{more}",)
