"""Checking locks against what the project asks for today: offline, from committed files alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from uplock.errors import IntegrityError, UsageError
from uplock.lockfile.inputs import Requirements
from uplock.lockfile.lockset import LOCKSET
from uplock.lockfile.plan import PlannedTarget
from uplock.model.finding import Finding
from uplock.model.lock import Lock, LockedPackage, LockSet
from uplock.model.outcome import LockCheckResult
from uplock.model.policy import Policy
from uplock.policy.checks import CHECKS
from uplock.ports import Store
from uplock.workflow.choose import is_sdist, python_admitted
from uplock.workflow.heads import existing_lockset
from uplock.workflow.judge import judge_locks, subjects_of
from uplock.workflow.locks import lock_paths, pinned_locks
from uplock.workflow.project import Project

if TYPE_CHECKING:
    from packaging.requirements import Requirement


def check_offline(project: Project, cache: Store) -> LockCheckResult:
    """Check locks without asking anybody; ``cache`` keeps what was read of lock files.

    Compared are the digests in the lock set, targets, cut-off and inputs; then every requirement with the pin that
    answers it under the target's markers, and every edge; and the rules about locks speak, as they did when these were
    made. Files whose bytes differ from what the lock set pins are findings too, and make the exit code 4. Raises
    :class:`UsageError` if there are no locks.
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
        findings += [*_unmet(project, lock), *_loose(project, lock)]
    subjects = subjects_of(planned_with(project, lockset), locks, lockset, {}, project.config)
    findings += judge_locks(subjects, project.policy, lockset.exclude_newer)
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
    return CHECKS["LK013"].found(
        policy, target=target, about=place, message=error.message, remedy=error.remedy, place=place
    )


def stale(project: Project, lockset: LockSet) -> Iterator[Finding]:
    """Yield what of today's question the locks do not answer (LK005)."""
    for target, message in _other_answers(project, lockset):
        yield CHECKS["LK005"].found(
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
    """Yield requirements and constraints of the project that a target's pins do not satisfy (LK011)."""
    pins = {package.name: package for package in lock.packages}
    for name, message in (*_unanswered(project.requirements, lock), *_unfit(project.requirements, lock)):
        yield CHECKS["LK011"].found(
            project.policy,
            target=lock.target.name,
            about=name,
            of=pins.get(name),
            package=name,
            message=message,
            remedy="Run uplock lock.",
            place=place_of(lock.target.name),
        )


def _unanswered(asked: Requirements, lock: Lock) -> Iterator[tuple[str, str]]:
    """Yield package and sentence for requirements and constraints that no pin answers."""
    pins = {package.name: package for package in lock.packages}
    environment = {**lock.target.marker_environment(), "extra": ""}
    for line, requirement in _holding(asked.asked(), environment):
        pin = pins.get(requirement.name)
        if pin is None:
            yield requirement.name, f"{line} is asked for, and no pin answers it"
        elif not _satisfies(pin, requirement):
            yield pin.name, f"{pin.name} {pin.version} does not satisfy {line}"
    for line, requirement in _holding(asked.constraints, environment):
        pin = pins.get(requirement.name)
        if pin is not None and not _satisfies(pin, requirement):
            yield pin.name, f"{pin.name} {pin.version} is outside the constraint {line}"


def _unfit(asked: Requirements, lock: Lock) -> Iterator[tuple[str, str]]:
    """Yield package and sentence for locked files that are not what is asked for, or not allowed."""
    references = {reference.name: reference for reference in asked.references}
    for package in lock.packages:
        reference = references.get(package.name)
        if reference is not None and (package.listed.url, package.listed.sha256) != (
            reference.url,
            reference.sha256,
        ):
            yield package.name, f"{package.name} is asked for by URL and hash, and another file is locked"
        if is_sdist(package.listed.filename) and not asked.sdist_allowed(package.name):
            kind = "an sdist" if package.is_sdist else "a wheel of an sdist"
            yield package.name, f"{package.name} is locked as {kind}, and none is allowed"
        if not python_admitted(package.requires_python, lock.target.interpreter.version):
            yield package.name, f"{package.name} {package.version} requires Python {package.requires_python}"


def _holding(lines: Iterable[str], environment: dict[str, str]) -> Iterator[tuple[str, Requirement]]:
    """Yield the requirements whose markers hold."""
    from packaging.requirements import Requirement

    for line in lines:
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate(environment):
            yield line, requirement


def _satisfies(pin: LockedPackage, requirement: Requirement) -> bool:
    return requirement.specifier.contains(pin.version, prereleases=True)


def _loose(project: Project, lock: Lock) -> Iterator[Finding]:
    """Yield packages that nothing leads to, and those that say of themselves what the project does not."""
    environment = {**lock.target.marker_environment(), "extra": ""}
    asked = {requirement.name for _, requirement in _holding(project.requirements.asked(), environment)}
    needs = {package.name: package.dependencies for package in lock.packages}
    reached = asked & needs.keys()
    waiting = list(reached)
    while waiting:
        new = set(needs[waiting.pop()]) - reached
        reached |= new
        waiting += new
    words = dict.fromkeys(sorted(needs.keys() - reached), "neither the project nor another package asks for it")
    for package in lock.packages:
        if package.direct != (package.name in asked):
            words.setdefault(package.name, "what it says of being asked for by the project is not so")
    pins = {package.name: package for package in lock.packages}
    for name, reason in words.items():
        yield CHECKS["LK012"].found(
            project.policy,
            target=lock.target.name,
            about=name,
            of=pins[name],
            message=f"{name} is locked, and {reason}",
            remedy="Run uplock lock --fresh.",
            place=place_of(lock.target.name),
        )


def planned_with(project: Project, lockset: LockSet) -> tuple[PlannedTarget, ...]:
    """Return the planned targets that the lock set knows: that it does not know others is a finding of its own."""
    known = {each.target for each in lockset.targets} | {each.target for each in lockset.missing}
    return tuple(each for each in project.planned if each.target.name in known)
