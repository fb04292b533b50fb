"""Installing a lock: everything is checked first, made in a fresh place, compared, and switched in by one rename."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from uplock.content.digest import predict
from uplock.environment_ports import Environments, Installer, InstallOrder
from uplock.errors import IntegrityError
from uplock.files import exclusive
from uplock.lockfile.requirements import write_offline
from uplock.model.content import EnvironmentResult, PredictedContent
from uplock.model.digest import Sha256
from uplock.model.finding import Verdict
from uplock.model.host import HostPython
from uplock.model.install_outcome import InstallResult
from uplock.model.lock import Lock, LockEntry
from uplock.model.target import Interpreter, Target
from uplock.model.value import changed
from uplock.policy.evaluate import evaluate
from uplock.policy.subject import Subject
from uplock.ports import Event, OnEvent
from uplock.workflow.inspect_lock import Shelf
from uplock.workflow.judge import evaluation_input
from uplock.workflow.project import Project
from uplock.workflow.verify_env import check_recorded, contents_of_lock


class Judged(NamedTuple):
    """The target as rules see it, and what it was judged by."""

    subject: Subject
    generation: Sha256 | None
    """``None`` where results were gathered now, without a generation."""


class Order(NamedTuple):
    """What is to be installed, from where, and into what."""

    lock: Lock
    entry: LockEntry
    link: Path
    python: HostPython
    keep: int
    """Environments before this one that stay."""


class Means(NamedTuple):
    """The adapters of an installation."""

    installer: Installer
    environments: Environments
    shelf: Shelf
    as_of: datetime
    on_event: OnEvent


def judge(project: Project, judged: Judged, as_of: datetime) -> Verdict:
    """Return the target's own verdict, with today's policy and waivers."""
    given = evaluation_input(
        (changed(judged.subject, deployed=True),),
        service=project.service,
        policy=project.policy,
        as_of=as_of,
        generation=judged.generation or Sha256("0" * 64),
        waivers=project.waivers,
    )
    return evaluate(given)[0]


def install(project: Project, judged: Judged, order: Callable[[], Order], means: Means) -> InstallResult:
    """Install a lock if its verdict passes; ``order`` is only asked for then.

    The environment that was in use stays whole, whatever happens, until the new one is complete, equal to what its
    wheels predict, and on disk. Raises :class:`~uplock.errors.IntegrityError` for bytes that contradict a digest or an
    environment that is not as predicted, and what adapters raise.
    """
    verdict = judge(project, judged, means.as_of)
    result = InstallResult(
        project=project.service,
        target=verdict.target,
        status=verdict.status,
        why=verdict.why,
        as_of=verdict.as_of,
        generation=judged.generation,
        evidence="gathered" if judged.generation is None else "recorded",
        findings=tuple(each for each in (*verdict.findings, *verdict.project_findings) if each.severity == "error"),
        installed=False,
    )
    return result if verdict.status != "pass" else _installed(order(), means, result)


def _installed(order: Order, means: Means, result: InstallResult) -> InstallResult:
    contents = contents_of_lock(order.lock, order.entry, means.shelf, means.on_event)
    check_recorded(order.entry, contents, order.lock.target)
    predicted = _unambiguous(predict(contents, order.lock.target), order.lock.target)
    environments, link = means.environments, order.link
    place = environments.fresh(link, order.lock.target.name)
    with exclusive(place.parent / "lock", "Wait for the other installation to end."):
        environments.sweep(link)
        previous = environments.current(link)
        place = environments.fresh(link, order.lock.target.name)
        means.on_event(Event(stage="install", message=f"{order.lock.target.name}: installing"))
        environments.begin(place)
        try:
            done = means.installer.install(_order(order, place, means.shelf))
            means.on_event(Event(stage="install", message=f"{order.lock.target.name}: comparing"))
            found = environments.compare(place, contents, _target_of(order), order.python)
            _check(found, predicted, place)
            environments.switch(link, place)
        except BaseException:
            # An error, or Ctrl-C, can come after the rename: what the link leads to then stays.
            if environments.current(link) != place:
                environments.discard(place)
            raise
        removed = _pruned(environments, link, place, previous, order.keep)
    return changed(
        result,
        installed=True,
        into=str(link),
        place=str(place),
        previous=None if previous is None else str(previous),
        digest=found.digest,
        packages=len(order.lock.packages),
        python=order.python.version,
        program=order.python.path,
        other_patch=order.python.version != order.lock.target.interpreter.version,
        installer=done.installer,
        removed=removed,
    )


def _unambiguous(predicted: PredictedContent, target: Target) -> PredictedContent:
    for each in predicted.contested:
        if not each.equal:
            raise IntegrityError(
                f"{' and '.join(each.owners)} bring different files {each.path}: the order of installing would decide",
                context=target.name,
                remedy="Exclude one of the packages, or take versions that do not overlap.",
            )
    return predicted


def _order(order: Order, place: Path, shelf: Shelf) -> InstallOrder:
    artifacts = [package.artifact for package in order.lock.packages]
    return InstallOrder(
        place=place,
        python=order.python,
        requirements=write_offline(order.lock),
        wheels=tuple((each.filename, shelf.path(each)) for each in artifacts),
    )


def _target_of(order: Order) -> Target:
    """Return the target with the patch release that is installed for: scripts and links name the interpreter."""
    return changed(order.lock.target, interpreter=Interpreter(version=order.python.version))


def _check(found: EnvironmentResult, predicted: PredictedContent, place: Path) -> None:
    if found.differences or found.digest != predicted.digest:
        first = found.differences[0] if found.differences else None
        what = f": {first.path} {first.kind} {first.detail}".rstrip() if first is not None else ""
        raise IntegrityError(
            f"what was installed is not what the wheels predict{what}",
            context=str(place),
            remedy="Nothing was switched in. Run uplock archive fsck, and try the other --installer.",
        )


def _pruned(environments: Environments, link: Path, place: Path, previous: Path | None, keep: int) -> tuple[str, ...]:
    """Delete older environments beyond those that stay: the one that was in use before is the first of these."""
    others = [each for each in environments.made(link) if each != place]
    if previous in others:
        others.remove(previous)
        others.insert(0, previous)
    for each in others[keep:]:
        environments.discard(each)
    return tuple(str(each) for each in others[keep:])
