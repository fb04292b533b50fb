"""Building: every source distribution of a target's lock to one wheel, which the lock then names in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from threading import Event as Flag

from uplock.environment_ports import Builder, BuildOrder
from uplock.errors import IntegrityError, UsageError, located
from uplock.files import is_content
from uplock.inspect.sdist_tree import pyproject_of
from uplock.lockfile.build_system import parse_build_system
from uplock.lockfile.lockset import LOCKSET, write_lockset
from uplock.model.build_outcome import BuildResult, BuildStatus, PackageBuild
from uplock.model.built import BuildSystem, BuiltWheel, Rebuilt
from uplock.model.digest import sha256_of
from uplock.model.host import HostPython
from uplock.model.lock import Lock, LockedPackage, LockSet
from uplock.model.outcome import OutputFile
from uplock.model.target import Target
from uplock.model.value import Value, changed
from uplock.ports import Event
from uplock.workflow.build_requirements import Environment, asked_for, recorded, resolved
from uplock.workflow.built import with_wheels
from uplock.workflow.built_wheel import checked, compared, digest, taken_in
from uplock.workflow.choose import is_sdist
from uplock.workflow.excuse import Excuse
from uplock.workflow.fetch import ensure
from uplock.workflow.judge import judge_locks, subjects_of
from uplock.workflow.locks import committed, committed_set, texts_of
from uplock.workflow.project import Project
from uplock.workflow.replacement import replace_together
from uplock.workflow.seams import Seams

ABOUT = ("AR012", "AR016")
"""Rules whose findings are shown: about sdists and what was built of them."""


class BuildRequest(Value, frozen=True, kw_only=True):
    """What one call asks for."""

    target: str
    as_of: datetime
    packages: tuple[str, ...] = ()
    """Normalized names; all sdists of the lock if none is named."""
    again: bool = False
    """Build each wheel a second time, elsewhere, and compare."""
    anew: bool = False
    """Build what was built before anew, with build requirements as they are resolved now."""


class Workshop:
    """What builds are done with."""

    def __init__(self, seams: Seams, builder: Builder, find: Callable[[Target], HostPython], frontend: str) -> None:
        """``find`` returns the interpreter of a target, or raises UnaskableError; ``frontend`` has a version."""
        self.seams = seams
        self.builder = builder
        self.find = find
        self.frontend = frontend


def build_target(project: Project, request: BuildRequest, shop: Workshop) -> BuildResult:
    """Build what has to be built for a target, and let its lock name the wheels; all of it, or nothing is written.

    Raises :class:`UsageError` for a target without a lock or a package without an sdist,
    :class:`~uplock.errors.UnaskableError` if the interpreter is not here or a build cannot be isolated, and
    :class:`~uplock.errors.ToolError` if a build fails.
    """
    lockset = committed_set(project.root)
    (lock,) = committed(project.root, (request.target,))
    wanted = _wanted(lock, request.packages)
    rows = {(row.package, row.sdist_sha256): row for row in lockset.built if row.target == request.target}
    job = _Job(lock, shop) if wanted else None
    done = (
        []
        if job is None
        else [job.package(each, rows.get((each.name, each.listed.sha256)), request) for each in wanted]
    )
    lockset, files = _named(project, lockset, lock, (each.wheel for each in done))
    new = any(not is_content(project.root / path, data) for path, data in files.items())
    replace_together(project.root, files)
    locks = committed(project.root, (request.target,))
    subjects = subjects_of(project.planned, locks, lockset, {}, project.config)
    judged = judge_locks(
        (each for each in subjects if each.target.name == request.target),
        project.policy,
        request.as_of,
        Excuse(project, request.as_of),
    )
    return BuildResult(
        project=project.name,
        target=request.target,
        python=lock.target.interpreter.version,
        isolation=None if job is None else job.isolation,
        packages=tuple(done),
        files=tuple(OutputFile(path=path, sha256=sha256_of(data)) for path, data in sorted(files.items())),
        changed=new,
        findings=tuple(each for each in judged if each.rule in ABOUT),
        notes=("the locks are newer than the generation: uplock run records them",) if new else (),
    )


def _wanted(lock: Lock, names: tuple[str, ...]) -> list[LockedPackage]:
    """Return the packages that are locked as sdists, or were. Raises :class:`UsageError` for names of others."""
    sources = [package for package in lock.packages if is_sdist(package.listed.filename)]
    if unknown := sorted(set(names) - {package.name for package in sources}):
        raise UsageError(
            f"no sdist of {', '.join(unknown)} is locked for {lock.target.name}",
            remedy="Name packages that are locked as sdists, or none for all of them.",
        )
    return [package for package in sources if not names or package.name in names]


def _named(
    project: Project, lockset: LockSet, lock: Lock, wheels: Iterable[BuiltWheel]
) -> tuple[LockSet, dict[str, bytes]]:
    """Return the lock set and the files of a target whose lock names ``wheels``; all else stays as it is."""
    new = tuple(wheels)
    packages = {row.package for row in new}
    others = tuple(row for row in lockset.built if row.target != lock.target.name or row.package not in packages)
    asked = project.requirements
    (made,), used = with_wheels((lock,), (*others, *new), asked.overrides, asked.excludes)
    entry = next(each for each in lockset.targets if each.target == lock.target.name)
    files, (fresh,) = texts_of((made,), {entry.target: entry.role})
    if (fresh.pylock, fresh.requirements) == (entry.pylock, entry.requirements):
        fresh = entry
    elsewhere = (row for row in others if row.target != lock.target.name)
    lockset = changed(
        lockset,
        targets=tuple(fresh if each is entry else each for each in lockset.targets),
        built=tuple(sorted((*elsewhere, *used), key=lambda row: (row.target, row.package))),
    )
    return lockset, {**files, LOCKSET: write_lockset(lockset)}


class _Job:
    """The builds of one target."""

    def __init__(self, lock: Lock, shop: Workshop) -> None:
        self._lock = lock
        self._shop = shop
        self._seams = shop.seams
        self._python = shop.find(lock.target)
        self.isolation = shop.builder.isolation()

    def package(self, package: LockedPackage, row: BuiltWheel | None, request: BuildRequest) -> PackageBuild:
        """Return what became of one sdist."""
        status: BuildStatus = "kept"
        if row is None or request.anew:
            row, status = self._built(package), "built"
        elif not self._seams.archive.has(row.wheel_sha256):
            self._restore(package, row)
            status = "restored"
        again = self._again(package, row) if request.again else None
        if again is not None:
            row = changed(row, reproducible=again.equal, differing=tuple(each.path for each in again.differences))
        return PackageBuild(status=status, wheel=row, again=again)

    def _built(self, package: LockedPackage) -> BuiltWheel:
        sdist, system = package.listed, self._system(package)
        environment = resolved(system.requires, self._lock, self._seams, sdist.filename)
        self._say(f"{sdist.filename}: asking its backend")
        more = asked_for(self._shop.builder.requirements(self._order(package, system, environment)), sdist.filename)
        if set(more) - set(system.requires):
            environment = resolved((*system.requires, *more), self._lock, self._seams, sdist.filename)
        self._say(f"{sdist.filename}: building")
        with self._shop.builder.build(self._order(package, system, environment)) as wheel, located(sdist.filename):
            sha256, size = digest(wheel), wheel.stat().st_size
            metadata = checked(wheel, self._lock, package)
            taken_in(wheel, sha256, self._seams.archive)
        return BuiltWheel(
            target=self._lock.target.name,
            python=self._lock.target.interpreter.version,
            package=package.name,
            version=package.version,
            sdist=sdist.filename,
            sdist_sha256=sdist.sha256,
            wheel=wheel.name,
            wheel_sha256=sha256,
            wheel_size=size,
            frontend=self._shop.frontend,
            requirements=tuple(pin for pin, _ in environment),
            requires_dist=metadata.requires_dist,
        )

    def _restore(self, package: LockedPackage, row: BuiltWheel) -> None:
        """Build a wheel that is gone from the archive: only the very bytes that are locked can take its place."""
        environment = recorded(row.requirements, self._seams)
        self._say(f"{row.sdist}: building again")
        with self._shop.builder.build(self._order(package, self._system(package), environment)) as wheel:
            if digest(wheel) != row.wheel_sha256:
                raise IntegrityError(
                    "the wheel that is locked is not in this archive, and building it again gives other bytes",
                    context=row.wheel,
                    remedy="Import the archive that has it, or lock another wheel with uplock build --anew.",
                )
            taken_in(wheel, row.wheel_sha256, self._seams.archive)

    def _again(self, package: LockedPackage, row: BuiltWheel) -> Rebuilt:
        environment = recorded(row.requirements, self._seams)
        self._say(f"{row.sdist}: building again, to compare")
        order = self._order(package, self._system(package), environment, label="built-again")
        with self._shop.builder.build(order) as wheel:
            return compared(self._seams.archive.path(row.wheel_sha256), row.wheel, wheel)

    def _system(self, package: LockedPackage) -> BuildSystem:
        sdist = package.listed
        path = ensure(sdist, self._seams.archive, self._seams.cache, self._seams.index, Flag())
        with path.open("rb") as stream, located(sdist.filename):
            return parse_build_system(pyproject_of(stream, sdist.filename))

    def _order(
        self, package: LockedPackage, system: BuildSystem, environment: Environment, label: str = "build"
    ) -> BuildOrder:
        return BuildOrder(
            sdist=self._seams.archive.path(package.listed.sha256),
            filename=package.listed.filename,
            system=system,
            python=self._python,
            wheels=tuple((pin.filename, path) for pin, path in environment),
            epoch=int(self._lock.exclude_newer.timestamp()),
            label=label,
        )

    def _say(self, message: str) -> None:
        self._seams.on_event(Event(stage="build", message=message))
