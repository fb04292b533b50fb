"""Solving: the smallest set of version changes with which a whole lock installs from wheels on another target.

Resolvers either keep what there is and say nothing when it cannot be installed, or take the newest of what cannot be
kept. Here every old version is a floor and the lowest solution is asked for, so that what can stay stays and the rest
moves as little as it must. Packages that were not there before would come in their oldest form that way, which nobody
tries any more: with everything known held fast, they are asked for once more, highest first.

The lowest versions are not yet the fewest changes: the lowest release of one package may ask for a newer one of
another where the next would not. So each change is taken back in turn, and stays only if there is no answer without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from uplock.errors import Error, ResolutionError
from uplock.lockfile.inputs import Requirements
from uplock.model.target import Target
from uplock.model.value import Value
from uplock.ports import Question, Resolution, Resolver
from uplock.workflow.lock import Fitting, Served

MAX_ROUNDS = 8
"""How often packages that come in late are taken in turn, before the answer is taken as it is."""

Versions = Mapping[str, str]
"""Versions by normalized name."""


class Solution(Value, frozen=True, kw_only=True):
    """Pins of the target, and for each change that no rule of the ladder decides why it could not be taken back."""

    pins: Resolution
    refusals: dict[str, str]
    """By name: the resolver's words when the old version was asked for."""

    @property
    def versions(self) -> dict[str, str]:
        """Versions by name."""
        return {pin.name: pin.version for pin in self.pins.pins}


class Solver:
    """Asks one resolver about one target, again and again, in one view; each question once."""

    def __init__(
        self, *, requirements: Requirements, old: Versions, target: Target, resolver: Resolver, served: Served
    ) -> None:
        """``old`` are the versions that are left as they are where that can be."""
        self._asked = requirements.asked()
        self._constraints = requirements.constraints
        self.old = dict(old)
        self._target = target
        self._resolver = resolver
        self._served = served
        self._answers: dict[tuple[tuple[str, ...], bool], Resolution | ResolutionError] = {}
        self.questions = 0

    def solve(self, floors: Versions, fixed: Versions) -> Resolution:
        """Return the lowest answer with every old version as a floor, raised by ``floors``, and ``fixed`` as they are.

        Packages that the old lock has not come in their highest version. Raises :class:`ResolutionError` if there is no
        answer.
        """
        lower = {**self.old, **floors}
        answer = self._ask(_bounds(lower, fixed), lowest=True)
        held = {pin.name: pin.version for pin in answer.pins if pin.name in self.old}
        for _ in range(MAX_ROUNDS):
            found = self._ask(_bounds(lower, held), lowest=False)
            late = {pin.name for pin in found.pins if pin.name in self.old} - held.keys()
            if not late:
                return found
            entered = {pin.name: pin.version for pin in found.pins if pin.name not in self.old}
            lowest = self._ask(_bounds(lower, {**held, **entered}), lowest=True)
            held |= {pin.name: pin.version for pin in lowest.pins if pin.name in late}
        return found

    def fewest(self, floors: Versions, decided: Iterable[str]) -> Solution:
        """Return an answer of which no change can be taken back.

        ``decided`` are names whose old version is known not to install, whatever else is chosen: nobody asks about
        those. Raises :class:`ResolutionError` if there is no answer at all.
        """
        best = self.solve(floors, {})
        out = set(decided) | set(floors)
        refusals: dict[str, str] = {}
        while left := sorted(self.changed(best) - out - refusals.keys()):
            name = left[0]
            kept = {each: version for each, version in _versions(best).items() if self.old.get(each) == version}
            try:
                found = self.solve(floors, {**kept, name: self.old[name]})
            except ResolutionError as error:
                refusals[name] = error.message
                continue
            if len(self.changed(found)) < len(self.changed(best)):
                best = found
            else:  # as many changes, only others: then it is no smaller move, and the first one stays
                refusals[name] = f"without it {_others(self.changed(found) - self.changed(best))} would have to change"
        return Solution(pins=best, refusals=refusals)

    def changed(self, answer: Resolution) -> set[str]:
        """Return the names of the old lock that have another version in an answer."""
        return {pin.name for pin in answer.pins if self.old.get(pin.name, pin.version) != pin.version}

    def _ask(self, bounds: tuple[str, ...], *, lowest: bool) -> Resolution:
        key = (bounds, lowest)
        if key not in self._answers:
            self.questions += 1
            question = Question(
                requirements=self._asked,
                constraints=tuple(sorted({*self._constraints, *bounds})),
                lowest=lowest,
                target=self._target,
            )
            try:
                self._answers[key] = self._resolver.resolve(question, Fitting(self._served.url_for(self._target)))
            except ResolutionError as error:
                self._refuse()
                self._answers[key] = error
            except Error:
                self._refuse()
                raise
        answer = self._answers[key]
        if isinstance(answer, ResolutionError):
            raise answer
        return answer

    def _refuse(self) -> None:
        """Raise what failed behind the served view: then no answer means nothing."""
        if self._served.failures:
            raise self._served.failures[0] from None


def _versions(answer: Resolution) -> dict[str, str]:
    return {pin.name: pin.version for pin in answer.pins}


def _others(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "others"


def _bounds(lower: Versions, fixed: Versions) -> tuple[str, ...]:
    """Return constraint lines; a floor has no local part, which PEP 440 knows in no comparison but equality."""
    lines = [f"{name}=={version}" for name, version in fixed.items()]
    lines += [f"{name}>={version.partition('+')[0]}" for name, version in lower.items() if name not in fixed]
    return tuple(sorted(lines))
