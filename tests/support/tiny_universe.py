"""A universe of a few packages with whole numbers for versions, and a resolver that tries everything in it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from packaging.requirements import Requirement

from uplock.errors import Error, ResolutionError
from uplock.model.target import Target
from uplock.ports import Pin, Question, Resolution, ViewAddress

Needs = Mapping[str, tuple[int, int]]
"""Lowest and highest version by name."""


@dataclass(frozen=True)
class Universe:
    """Installable versions of each package, each with what it needs."""

    packages: Mapping[str, Mapping[int, Needs]]

    def answers(self, roots: Needs) -> Iterator[dict[str, int]]:
        """Yield every set of versions that is closed: whatever is needed is there and fits, and nothing else is."""
        names = sorted(self.packages)
        for chosen in itertools.product(*([0, *sorted(self.packages[name])] for name in names)):
            found = {name: version for name, version in zip(names, chosen, strict=True) if version}
            if self.holds(found, roots):
                yield found

    def holds(self, found: Mapping[str, int], roots: Needs) -> bool:
        """Whether these versions are such a set."""
        asked = [roots, *(self.packages[name].get(version, {name: (1, 0)}) for name, version in found.items())]
        for needs in asked:
            if any(not low <= found.get(name, 0) <= high for name, (low, high) in needs.items()):
                return False
        return set(found) == self._reached(found, roots)

    def _reached(self, found: Mapping[str, int], roots: Needs) -> set[str]:
        seen, front = set[str](), set(roots)
        while front:
            seen |= front
            front = {need for name in front for need in self.packages[name][found[name]]} - seen
        return seen


class UniverseResolver:
    """Answers questions about one universe: of all answers the one with the lowest versions, or the highest."""

    version = "universe 1"

    def __init__(self, universe: Universe) -> None:
        self._universe = universe
        self.questions = 0

    def version_for(self, target: Target) -> str:
        del target
        return self.version

    def resolve(self, question: Question, served: ViewAddress) -> Resolution:
        del served
        self.questions += 1
        roots = {Requirement(line).name: (1, 99) for line in question.requirements}
        limits = [Requirement(line) for line in question.constraints]
        found = [
            answer
            for answer in self._universe.answers(roots)
            if all(each.name not in answer or each.specifier.contains(str(answer[each.name])) for each in limits)
        ]
        if not found:
            raise ResolutionError("there is no answer")
        best = min(found, key=lambda each: (sum(each.values()), sorted(each.items())))
        if not question.lowest:
            best = max(found, key=lambda each: (sum(each.values()), sorted(each.items())))
        return Resolution(pins=tuple(Pin(name=name, version=str(number)) for name, number in sorted(best.items())))


class Nowhere:
    """The address of a view that nobody asks."""

    url = "http://127.0.0.1/"

    def __init__(self) -> None:
        self.failures: list[Error] = []

    def url_for(self, target: Target) -> str:
        del target
        return self.url
