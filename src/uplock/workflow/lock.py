"""Locking: a view, one resolution per target, and the artifact of every pin."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Literal, Protocol

from uplock.errors import Error, ResolutionError
from uplock.lockfile.inputs import Requirements
from uplock.model.digest import Sha256, digest_of
from uplock.model.lock import Agreement, Lock, MissingLock, Shadowed
from uplock.model.target import Target
from uplock.model.value import Value, empty_dict
from uplock.model.view import View
from uplock.ports import Event, OnEvent, Question, Resolution, Resolver, ViewAddress
from uplock.workflow.agreement import cross_check
from uplock.workflow.missing import missing_lock, unlockable
from uplock.workflow.pick import Picker
from uplock.workflow.request import Preferred
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
    records: dict[Sha256, bytes] = empty_dict()
    """Metadata that resolvers were shown, by the key that it is kept under."""
    undated: int
    """How many admitted files have no upload time, so that the cut-off does not hold for them."""
    agreement: tuple[Agreement, ...] = ()
    shadowed: tuple[Shadowed, ...] = ()


MAX_REASONS = 3
"""Most unusable files that an error names."""


class Fitting:
    """The address of a view that shows what fits one target, in the place of the whole."""

    def __init__(self, url: str) -> None:
        self.url = url

    def url_for(self, target: Target) -> str:
        """Return the same address: there is one target."""
        del target
        return self.url


class Locking:
    """One use of resolvers: what is asked, of whom, and in which view."""

    def __init__(  # noqa: PLR0913 - one use case, every argument is a value or a port
        self,
        *,
        requirements: Requirements,
        preferred: Preferred,
        recorder: ViewRecorder,
        resolver: Resolver,
        checker: Resolver | None = None,
        pick: Picker,
        serve: ServeIndex,
        on_event: OnEvent,
        jobs: int = 1,
    ) -> None:
        """``checker`` is asked the same as ``resolver`` and compared; ``jobs`` targets are resolved at once."""
        self._requirements = requirements
        self._asked = requirements.asked()
        self._preferred = preferred
        self._recorder = recorder
        self._resolver = resolver
        self._checker = checker
        self._pick = pick
        self._serve = serve
        self._on_event = on_event
        self._jobs = jobs

    def lock(self, wanted: Iterable[Wanted]) -> Locked:
        """Resolve every target against one view and choose exactly one artifact per package.

        A target without a solution because packages have no file for it becomes a :class:`MissingLock`; any other
        missing solution raises :class:`ResolutionError`. What failed behind the served view is raised as itself.
        """
        targets = tuple(wanted)
        pool = ThreadPoolExecutor(max_workers=self._jobs, thread_name_prefix="resolve")
        with self._serve(self._recorder) as served, pool:
            answers = list(pool.map(lambda want: self._answer(want, served), targets))
            # Taken before the second resolver is asked: what it looks at is no part of what the locks rest on.
            view, pages = self._recorder.view()
            records, undated = self._recorder.records, len(self._recorder.undated)
            compared = list(pool.map(lambda want, answer: self._compared(want, answer, served), targets, answers))
        digest, inputs = digest_of(view), self._requirements.digest
        locks = tuple(
            Lock(
                target=want.target,
                packages=self._pick.packages(answer, want.target),
                exclude_newer=self._recorder.exclude_newer,
                inputs=inputs,
                view=digest,
                resolver=self._resolver.version_for(want.target),
            )
            for want, answer in zip(targets, answers, strict=True)
            if isinstance(answer, Resolution)
        )
        return Locked(
            locks=locks,
            missing=tuple(answer for answer in answers if isinstance(answer, MissingLock)),
            view=view,
            pages=pages,
            records=records,
            undated=undated,
            agreement=tuple(each for each in compared if each is not None),
            shadowed=self._pick.shadowed(package.name for lock in locks for package in lock.packages),
        )

    def _answer(self, want: Wanted, served: Served) -> Resolution | MissingLock:
        self._on_event(Event(stage="lock", message=f"resolving {want.target.name}"))
        try:
            return self._resolve(want.target, served)
        except ResolutionError as error:
            packages = unlockable(self._requirements, self._recorder, want.target, error)
            if not packages:
                reasons = sorted(self._recorder.unusable.values())
                error.message += "".join(f"; {reason}" for reason in reasons[:MAX_REASONS])
                raise
            return missing_lock(want.target, want.role, packages, error)

    def _question(self, target: Target) -> Question:
        return Question(
            requirements=self._asked,
            constraints=self._requirements.constraints,
            preferred=self._preferred.get(target.name, ()),
            target=target,
        )

    def _resolve(self, target: Target, served: Served) -> Resolution:
        """Ask for a target; a second time, and shown only what fits it, if the answer has what does not.

        uv takes of ``Requires-Python`` the lower bound alone, so it may choose what the target cannot install, or read
        the metadata of another file than the one that installers take.
        """
        question = self._question(target)
        try:
            resolution = self._resolver.resolve(question, served)
            if all(self._pick.was_read(pin, target) for pin in resolution.pins):
                return resolution
            return self._resolver.resolve(question, Fitting(served.url_for(target)))
        except Error:
            if served.failures:
                raise served.failures[0] from None
            raise

    def _compared(self, want: Wanted, answer: Resolution | MissingLock, served: Served) -> Agreement | None:
        """Return what the second resolver says of a target, if there is one to ask and a solution to compare."""
        if self._checker is None or isinstance(answer, MissingLock):
            return None
        self._on_event(Event(stage="cross-check", message=f"{self._checker.version}: {want.target.name}"))
        fitting = Fitting(served.url_for(want.target))  # exact, whoever is asked
        agreement = cross_check(answer, self._question(want.target), self._checker, fitting)
        if served.failures and agreement.outcome == "disagrees":
            raise served.failures[0]
        return agreement
