"""Checking locks against what the project asks for today: offline, from committed files alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from uplock.errors import IntegrityError, UsageError
from uplock.model.finding import Finding
from uplock.model.lock import Lock, LockedPackage, LockSet
from uplock.model.outcome import LockCheckResult
from uplock.model.policy import Policy
from uplock.policy.checks import finding
from uplock.ports import Store
from uplock.workflow.choose import python_admitted
from uplock.workflow.locks import existing_lockset, lock_paths, pinned_locks
from uplock.workflow.project import LOCKSET, Project

if TYPE_CHECKING:
    from packaging.requirements import Requirement


def check_offline(project: Project, cache: Store) -> LockCheckResult:
    """Check locks without asking anybody; ``cache`` keeps what was read of lock files.

    Compared are the digests in the lock set, targets, cut-off and inputs; then every requirement with the pin that
    answers it under the target's markers, and every edge. Files whose bytes differ from what the lock set pins are
    findings too, and make the exit code 4. Raises :class:`UsageError` if there are no locks.
    """
    lockset = there_must_be_locks(project)
    findings = [*stale(project, lockset)]
    locks: list[Lock] = []
    edited = False
    for name, found in pinned_locks(project.root, lockset, cache):
        if isinstance(found, IntegrityError):
            edited = True
            findings.append(_edited(project.policy, name, found))
        else:
            locks.append(found)
    for lock in locks:
        findings += [*_unmet(project, lock), *_loose(project.policy, lock)]
    return LockCheckResult(
        project=project.name,
        depth="offline",
        targets=tuple(entry.target for entry in lockset.targets),
        packages=sum(len(lock.packages) for lock in locks),
        edited=edited,
        findings=tuple(findings),
    )


def there_must_be_locks(project: Project) -> LockSet:
    """Return the lock set. Raises :class:`UsageError` if there is none."""
    lockset = existing_lockset(project.root)
    if lockset is None:
        raise UsageError("there are no locks", context=LOCKSET, remedy="Run uplock lock first.")
    return lockset


def place_of(target: str) -> str:
    """Return the file that findings about a target's lock point to."""
    return lock_paths(target)[0]


def _edited(policy: Policy, target: str, error: IntegrityError) -> Finding:
    place = error.context or place_of(target)
    return finding("LK013", policy, target=target, about=place, message=error.message, remedy=error.remedy, place=place)


def stale(project: Project, lockset: LockSet) -> Iterator[Finding]:
    """Yield what of today's question the locks do not answer (LK005)."""
    for target, message in _other_answers(project, lockset):
        yield finding(
            "LK005",
            project.policy,
            target=target,
            about=target or LOCKSET,
            message=message,
            remedy="Run uplock lock.",
            place=LOCKSET,
        )


def _other_answers(project: Project, lockset: LockSet) -> Iterator[tuple[str, str]]:
    yield from (("", message) for message in _other_question(project, lockset))
    wanted = {each.target.name: each.target.interpreter.version for each in project.planned}
    answered = {each.target: each.python for each in lockset.targets}
    answered |= {each.target: each.python for each in lockset.missing}
    for name in sorted(wanted.keys() | answered.keys()):
        if wanted.get(name) != answered.get(name):
            locked, asked = answered.get(name, "nothing"), wanted.get(name, "nothing")
            yield name, f"{name} is locked for {locked}, and the project asks for {asked}"


def _other_question(project: Project, lockset: LockSet) -> Iterator[str]:
    if lockset.inputs != project.requirements.digest:
        yield "the locks were made for other requirements than the project has now"
    cut_off = project.config.exclude_newer
    if cut_off is not None and cut_off != lockset.exclude_newer:
        yield "the locks have another cut-off than is configured"
    resolver = lockset.resolver.partition(" ")[0]
    if resolver != project.config.resolver:
        yield f"the locks were made by {resolver}, and {project.config.resolver} is configured"


def _unmet(project: Project, lock: Lock) -> Iterator[Finding]:
    """Yield requirements and constraints of the project that a target's pins do not satisfy."""
    target, pins = lock.target, {package.name: package for package in lock.packages}

    def unsatisfied(name: str, message: str) -> Finding:
        place, remedy = place_of(target.name), "Run uplock lock."
        return finding(
            "LK011", project.policy, target=target.name, about=name, message=message, remedy=remedy, place=place
        )

    environment = {**target.marker_environment(), "extra": ""}
    for line, requirement in _holding(project.requirements.asked(), environment):
        pin = pins.get(requirement.name)
        if pin is None:
            yield unsatisfied(requirement.name, f"{line} is asked for, and no pin answers it")
        elif not _satisfies(pin, requirement):
            yield unsatisfied(pin.name, f"{pin.name} {pin.version} does not satisfy {line}")
    for line, requirement in _holding(project.requirements.constraints, environment):
        pin = pins.get(requirement.name)
        if pin is not None and not _satisfies(pin, requirement):
            yield unsatisfied(pin.name, f"{pin.name} {pin.version} is outside the constraint {line}")
    for package in lock.packages:
        if not python_admitted(package.requires_python, target.interpreter.version):
            message = f"{package.name} {package.version} requires Python {package.requires_python}"
            yield unsatisfied(package.name, message)


def _holding(lines: Iterable[str], environment: dict[str, str]) -> Iterator[tuple[str, Requirement]]:
    """Yield the requirements whose markers hold."""
    from packaging.requirements import Requirement

    for line in lines:
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate(environment):
            yield line, requirement


def _satisfies(pin: LockedPackage, requirement: Requirement) -> bool:
    return requirement.specifier.contains(pin.version, prereleases=True)


def _loose(policy: Policy, lock: Lock) -> Iterator[Finding]:
    """Yield packages that nothing leads to: neither the project nor another package asks for them."""
    needs = {package.name: package.dependencies for package in lock.packages}
    reached = {package.name for package in lock.packages if package.direct}
    waiting = list(reached)
    while waiting:
        new = set(needs[waiting.pop()]) - reached
        reached |= new
        waiting += new
    for name in sorted(needs.keys() - reached):
        yield finding(
            "LK012",
            policy,
            target=lock.target.name,
            about=name,
            message=f"{name} is locked, and neither the project nor another package asks for it",
            remedy="Run uplock lock --fresh.",
            place=place_of(lock.target.name),
        )
