"""Moving: from an old lock to an answer on the target, tried where the target's interpreter is here."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from uplock.errors import InputError, ResolutionError, ToolError, UnaskableError, located
from uplock.lockfile.inputs import Requirements
from uplock.model.content import WheelContent
from uplock.model.digest import Sha256, digest_of
from uplock.model.host import HostPython
from uplock.model.installed import TracedFailure
from uplock.model.lock import Lock, LockedPackage
from uplock.model.target import Target
from uplock.model.uplift import Blocker
from uplock.model.value import Value, changed
from uplock.ports import Event, Resolution, Resolver
from uplock.workflow.environment_content import content_of_artifact
from uplock.workflow.inspect_lock import Shelf
from uplock.workflow.pick import Picker
from uplock.workflow.project import Project
from uplock.workflow.prove import scratch_folder
from uplock.workflow.seams import Seams
from uplock.workflow.side_by_side import side_by_side
from uplock.workflow.uplift.blocking import Blocking
from uplock.workflow.uplift.candidates import Candidates
from uplock.workflow.uplift.ends import Order
from uplock.workflow.uplift.raising import Raise, Raising
from uplock.workflow.uplift.solving import Solution, Solver
from uplock.workflow.uplift.trying import Tried, Trying
from uplock.workflow.view import ViewRecorder
from uplock.workflow.workbench import Workbench

WORKERS = 4
"""Downloads at once."""


class Moved(Value, frozen=True, kw_only=True):
    """Where the move came to."""

    solution: Solution | None
    """``None`` if not even what is left without the blockers has an answer."""
    first: Solution | None
    """Before anything was imported."""
    lock: Lock | None
    """Of the solution; the proposed lock if nothing blocks."""
    tried: Tried | None
    """``None`` if nothing was imported."""
    python: HostPython | None
    """What it was imported with."""
    raises: tuple[Raise, ...] = ()
    blockers: tuple[Blocker, ...] = ()
    requirements: Requirements
    excused: tuple[TracedFailure, ...] = ()
    """Failures that the old lock has on the old interpreter as well."""
    remaining: tuple[str, ...] = ()
    """What could not be tried, and why."""


class Mover:
    """One move: the seams, both ends, and the view that the plan is made in."""

    def __init__(  # noqa: PLR0913 - the seams and values of one use case
        self, *, project: Project, order: Order, old: Lock, target: Target, seams: Seams, bench: Workbench, shelf: Shelf
    ) -> None:
        self._exclusions = project.config.import_exclusions
        self._order = order
        self._old = old
        self._target = target
        self._seams = seams
        self._bench = bench
        self._shelf = shelf
        # Wheels only: what has to be built is a blocker, and building it a way out.
        self._requirements = changed(project.requirements, allow_sdist=())
        self._look(self._requirements)
        self._versions = {package.name: package.version for package in old.packages}
        self._excused: dict[tuple[str, str], TracedFailure] = {}
        self._asked: set[str] = set()
        self.resolver = "uv"

    def moved(self) -> Moved:
        """Find the smallest move, and try it. Raises what resolving, fetching and installing raise."""
        with closing(self._seams.resolver("uv")) as resolver:
            self.resolver = resolver.version
            with self._seams.serve(self.recorder) as served:
                solver = Solver(
                    requirements=self._requirements,
                    old=self._versions,
                    target=self._target,
                    resolver=resolver,
                    served=served,
                )
                self._tell("the smallest move")
                try:
                    first = solver.fewest({}, self.decided())
                except ResolutionError as error:
                    blocked = error
                else:
                    return self._imported(solver, first)
            blocking = self._blocking()
            found = blocking.unblocked(blocked, lambda requirements: self._rest(requirements, resolver))
        return Moved(
            solution=found.solution,
            first=found.solution,
            lock=None if found.solution is None else self.lock_of(found.solution.pins, found.requirements),
            tried=None,
            python=None,
            blockers=found.blockers,
            requirements=found.requirements,
        )

    def decided(self) -> tuple[str, ...]:
        """Return the names whose old version cannot be installed on the target, whatever else is chosen."""
        found = self._versions.items()
        return tuple(name for name, version in found if self.candidates.hindrance(name, version) is not None)

    def lock_of(self, answer: Resolution, requirements: Requirements | None = None) -> Lock:
        """Return an answer as a lock, each pin with its one file."""
        asked = requirements or self._requirements
        return Lock(
            target=self._target,
            packages=self._picker.packages(answer, self._target),
            exclude_newer=self._order.cut_off,
            inputs=asked.digest,
            view=digest_of(self.recorder.view()[0]),
            resolver=self.resolver,
        )

    def fetched(self, lock: Lock) -> dict[Sha256, tuple[Path, WheelContent]]:
        """Return where the wheels of a lock are, fetched if they were not here, and what they install, by digest."""

        def one(package: LockedPackage) -> tuple[Sha256, tuple[Path, WheelContent]]:
            path = self._shelf.path(package.artifact)
            with located(package.artifact.filename):
                content = content_of_artifact(package.artifact, path, self._shelf)
            return package.artifact.sha256, (path, content)

        def tell(done: object, number: int) -> None:
            del done
            self._tell(f"{lock.target.name}: wheel {number} of {len(lock.packages)}")

        return dict(side_by_side(one, lock.packages, WORKERS, tell))

    def _imported(self, solver: Solver, first: Solution) -> Moved:
        lock = self.lock_of(first.pins)
        found = Moved(solution=first, first=first, lock=lock, tried=None, python=None, requirements=self._requirements)
        try:
            python = self._bench.find(self._target)
            self._bench.environments.isolation()
        except UnaskableError as error:
            why = f"Import every top-level module on CPython {self._target.interpreter.minor}: not tried, {error}."
            return changed(found, remaining=(why,))
        with scratch_folder() as scratch:
            raised = Raising(
                solver=solver,
                trying=self._trying(python, scratch),
                decided=self.decided,
                lock_of=self.lock_of,
                newer=self.candidates.newer,
                first=self.candidates.first_declaring,
                excused=lambda failures: self._failing_before(failures, scratch),
            ).raised(first)
        return changed(
            found,
            solution=raised.solution,
            lock=raised.lock,
            tried=raised.tried,
            python=python,
            raises=raised.raises,
            blockers=self._blocking().stuck(raised.stuck),
            excused=tuple(self._excused[key] for key in sorted(self._excused)),
        )

    def _trying(self, python: HostPython, scratch: Path) -> Trying:
        folder = scratch / python.minor
        folder.mkdir(exist_ok=True)
        return Trying(
            bench=self._bench,
            python=python,
            fetch=self.fetched,
            exclusions=self._exclusions,
            scratch=folder,
            on_event=self._seams.on_event,
        )

    def _failing_before(self, failures: Sequence[TracedFailure], scratch: Path) -> list[TracedFailure]:
        """Return those failures that the old lock has on the old interpreter too: the move is not to blame for them.

        Where that cannot be tried, nothing is excused.
        """
        unknown = {each.failure.package for each in failures} - self._asked
        if unknown:
            self._asked |= unknown
            self._tell("what fails before the move as well")
            try:
                python = self._bench.find(self._old.target)
                tried = self._trying(python, scratch).imported(self._old, sorted(unknown))
            except (
                UnaskableError,
                ToolError,
                InputError,
            ):  # as an sdist in the old lock: nobody knows what it installs
                return []
            self._excused |= {(each.failure.package, each.failure.module): each for each in tried.failed()}
        return [each for each in failures if (each.failure.package, each.failure.module) in self._excused]

    def _rest(self, requirements: Requirements, resolver: Resolver) -> Solution:
        """Solve without the blockers, in a view of its own: what is left out is left out there."""
        self._look(requirements)
        with self._seams.serve(self.recorder) as served:
            solver = Solver(
                requirements=requirements, old=self._versions, target=self._target, resolver=resolver, served=served
            )
            return solver.fewest({}, self.decided())

    def _blocking(self) -> Blocking:
        return Blocking(requirements=self._requirements, old=self._old, target=self._target, candidates=self.candidates)

    def _look(self, requirements: Requirements) -> None:
        """Begin a view for these requirements: overrides and what is left out belong to it."""
        self.recorder = ViewRecorder(
            self._seams.index,
            self._seams.cache,
            self._order.cut_off,
            self._seams.on_event,
            requirements=requirements,
            targets=(self._target,),
        )
        self.candidates = Candidates(self.recorder, self._target, self._old.target)
        self._picker = Picker(requirements, self.recorder, self._seams.index)

    def _tell(self, message: str) -> None:
        self._seams.on_event(Event(stage="uplift", message=message))
