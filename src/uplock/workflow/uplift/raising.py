"""Raising: a package that cannot be imported on the target gets a higher floor, until everything imports or cannot.

A module that fails names, by the frames of its failure, in whose code it failed: the innermost package is tried first,
then those that called it. Of a package the lowest newer version is looked for with which the failing modules import:
the first one that declares the target is tried before others, and versions between are halved. That a later version
works where an earlier one did is assumed for the search alone; that the version just below the one that was chosen
fails is tried, and is the evidence for the change.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

from uplock.errors import ResolutionError
from uplock.model.installed import TracedFailure
from uplock.model.lock import Lock
from uplock.model.value import Value, changed
from uplock.ports import Resolution
from uplock.workflow.uplift.solving import Solution, Solver, Versions
from uplock.workflow.uplift.trying import Tried, Trying

MAX_RAISES = 40
"""Packages whose floors one plan raises; a lock that needs more is better moved by hand, step by step."""


class Raise(Value, frozen=True, kw_only=True):
    """One floor that was raised because of failing imports, and the failure that shows it."""

    name: str
    version: str
    had: str
    """The version that the failure was seen with."""
    failure: TracedFailure
    below: str
    """The version just below it, if another than :attr:`had`: it was seen to fail too, or has no answer."""


class Stuck(Value, frozen=True, kw_only=True):
    """A failing import that no newer version of any package in its frames mends."""

    name: str
    """The package that was imported."""
    suspects: tuple[str, ...]
    failures: tuple[TracedFailure, ...]


class Raised(Value, frozen=True, kw_only=True):
    """Where raising came to an end."""

    solution: Solution
    lock: Lock
    tried: Tried
    raises: tuple[Raise, ...]
    stuck: tuple[Stuck, ...]


class Raising:
    """One search for floors with which everything imports."""

    def __init__(  # noqa: PLR0913 - a search, and all that it may ask
        self,
        *,
        solver: Solver,
        trying: Trying,
        decided: Callable[[], Sequence[str]],
        lock_of: Callable[[Resolution], Lock],
        newer: Callable[[str, str], Sequence[str]],
        first: Callable[[str, Sequence[str]], str | None],
        excused: Callable[[Sequence[TracedFailure]], Collection[TracedFailure]],
    ) -> None:
        """``newer`` returns the versions of a package above one that install on the target, ascending.

        ``first`` returns which of them to try first, ``decided`` what :meth:`Solver.fewest` is told, and ``excused``
        those failures that have nothing to do with the move: the old lock fails so on the old interpreter.
        """
        self._solver = solver
        self._trying = trying
        self._decided = decided
        self._lock_of = lock_of
        self._newer = newer
        self._first = first
        self._excused = excused
        self._raises: dict[str, Raise] = {}
        self._stuck: set[str] = set()
        self._seen: dict[tuple[tuple[tuple[str, str], ...], str, tuple[str, ...]], Tried | None] = {}

    def raised(self, solution: Solution) -> Raised:
        """Try a solution, and raise floors until it imports; raises what :meth:`Trying.imported` raises."""
        while True:
            lock = self._lock_of(solution.pins)
            tried = self._trying.imported(lock)
            known = len(self._raises)
            if failing := self._left(tried):
                solution = self._mended(solution, tried, failing)
                if len(self._raises) == known:
                    break
            elif (idle := self._idle()) is not None:
                del self._raises[idle]
                solution = self._fewest()
            else:
                break
        return Raised(
            solution=solution,
            lock=lock,
            tried=tried,
            raises=tuple(self._raises[name] for name in sorted(self._raises)),
            stuck=self._over(tried),
        )

    @property
    def _floors(self) -> dict[str, str]:
        return {name: each.version for name, each in self._raises.items()}

    def _fewest(self) -> Solution:
        return self._solver.fewest(self._floors, self._decided())

    def _mended(self, solution: Solution, tried: Tried, failing: Sequence[TracedFailure]) -> Solution:
        """Return a solution with which the packages that failed import, but for those that nothing mends."""
        only = sorted({each.failure.package for each in failing})
        while failing and len(self._raises) < MAX_RAISES:
            found = self._raise(solution, tried, failing[0])
            if found is None:
                self._stuck.add(failing[0].failure.package)
                failing = [each for each in failing if each.failure.package not in self._stuck]
                continue
            known = self._raises.get(found.name)
            self._raises[found.name] = found if known is None else changed(found, had=known.had, failure=known.failure)
            solution = self._fewest()
            tried = self._trying.imported(self._lock_of(solution.pins), only)
            failing = self._left(tried)
        return solution

    def _left(self, tried: Tried) -> list[TracedFailure]:
        """Return failures that the move is to blame for and that may still be mended.

        Those come first that fail in their own code: what fails in the code of another package is mended, as a rule,
        with that package.
        """
        failing = [each for each in tried.failed() if each.failure.package not in self._stuck]
        excused = self._excused(failing)
        return sorted(
            (each for each in failing if each not in excused),
            key=lambda each: (len(tried.suspects(each)), each.failure.package, each.failure.module),
        )

    def _over(self, tried: Tried) -> tuple[Stuck, ...]:
        """Return what failed at the end, whether a way out was looked for or not."""
        found: dict[str, list[TracedFailure]] = {}
        excused = self._excused(tried.failed())
        for each in tried.failed():
            if each not in excused:
                found.setdefault(each.failure.package, []).append(each)
        return tuple(
            Stuck(name=name, suspects=tried.suspects(failures[0]), failures=tuple(failures))
            for name, failures in sorted(found.items())
        )

    def _raise(self, solution: Solution, tried: Tried, failure: TracedFailure) -> Raise | None:
        """Return the floor that mends a failure, of the first suspect that has one.

        If none does, the one that brings the failure into the code of another package: the next round then looks there.
        """
        for partly in (False, True):
            for name in tried.suspects(failure):
                found = self._lowest(solution, name, tried, failure, partly=partly)
                if found is not None:
                    return found
        return None

    def _lowest(
        self, solution: Solution, name: str, tried: Tried, failure: TracedFailure, *, partly: bool
    ) -> Raise | None:
        """Return the lowest version of a package with which a failing module imports, or ``None``.

        ``partly``: it is enough if it fails in the code of neither this package nor the one that it failed in before.
        """
        versions = self._newer(name, solution.versions.get(name, "0"))
        package, module = failure.failure.package, failure.failure.module
        beside = tried.suspects(failure)

        def works(place: int) -> bool:
            seen = self._glimpsed({**self._floors, name: versions[place]}, package, beside)
            if seen is None:
                return False
            failed = [each for each in seen.failed() if each.failure.module == module]
            return not failed or (partly and all(seen.suspects(each)[0] not in {name, beside[0]} for each in failed))

        low, high = -1, len(versions)
        for place in self._order(name, versions):
            if not low < place < high:
                continue
            if works(place):
                high = place
                break
            low = place
        if high == len(versions):
            return None
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if works(middle) else (middle, high)
        return Raise(
            name=name,
            version=versions[high],
            had=solution.versions.get(name, ""),
            failure=failure,
            below=versions[low] if low >= 0 else "",
        )

    def _order(self, name: str, versions: Sequence[str]) -> Iterator[int]:
        """Yield places to look at until one works: the first that declares the target, then ever larger steps."""
        declared = self._first(name, versions)
        if declared is not None:
            yield versions.index(declared)
        step = 1
        while step - 1 < len(versions):
            yield step - 1
            step *= 2
        if versions:
            yield len(versions) - 1

    def _glimpsed(self, floors: Versions, package: str, beside: Sequence[str]) -> Tried | None:
        """Return how a package imports with these floors, ``None`` if there is no answer with them."""
        key = (tuple(sorted(floors.items())), package, tuple(beside))
        if key not in self._seen:
            try:
                lock = self._lock_of(self._solver.solve(floors, {}))
            except ResolutionError:
                self._seen[key] = None
            else:
                self._seen[key] = self._trying.glimpsed(lock, package, beside=beside)
        return self._seen[key]

    def _idle(self) -> str | None:
        """Return a package whose floor need not be raised any more, since others were after it, or ``None``."""
        if len(self._raises) < 2:  # noqa: PLR2004 - the only one was seen to be needed
            return None
        mended = sorted({each.failure.failure.package for each in self._raises.values()})
        for name in sorted(self._raises):
            floors = {each: version for each, version in self._floors.items() if each != name}
            try:
                lock = self._lock_of(self._solver.fewest(floors, self._decided()).pins)
            except ResolutionError:
                continue
            failures = self._trying.imported(lock, mended).failed()
            if len(self._excused(failures)) == len(failures):
                return name
        return None
