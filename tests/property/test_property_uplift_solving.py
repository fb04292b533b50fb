"""The smallest move, against every possible one: in universes that are small enough to try all answers."""

from collections.abc import Mapping

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from support.tiny_universe import Needs, Nowhere, Universe, UniverseResolver
from uplock.errors import ResolutionError
from uplock.lockfile.inputs import Requirements
from uplock.model.target import Interpreter, Target, parse_platform
from uplock.workflow.uplift.solving import Solution, Solver

NAMES = ("a", "b", "c", "d")
TARGET = Target(interpreter=Interpreter(version="3.12.1"), platform=parse_platform("linux-x86_64"))


@st.composite
def universes(draw: st.DrawFn) -> tuple[Universe, Universe, Needs]:
    """Return a universe as the old target sees it, as the new one does (fewer versions install), and what is asked."""
    packages: dict[str, Mapping[int, Needs]] = {}
    for place, name in enumerate(NAMES):
        versions: dict[int, Needs] = {}
        for number in range(1, draw(st.integers(1, 3)) + 1):
            needs = {}
            for other in NAMES[place + 1 :]:
                if draw(st.integers(0, 2)) == 0:
                    low = draw(st.integers(1, 3))
                    needs[other] = (low, draw(st.integers(low, 4)))
            versions[number] = needs
        packages[name] = versions
    left: Mapping[str, Mapping[int, Needs]] = {
        name: {number: needs for number, needs in versions.items() if draw(st.integers(0, 3))}
        for name, versions in packages.items()
    }
    roots = dict.fromkeys(draw(st.sets(st.sampled_from(NAMES), min_size=1, max_size=3)), (1, 99))
    return Universe(packages), Universe(left), roots


def solver(universe: Universe, roots: Needs, old: Mapping[str, int]) -> Solver:
    return Solver(
        requirements=Requirements(requirements=tuple(sorted(roots))),
        old={name: str(number) for name, number in old.items()},
        target=TARGET,
        resolver=UniverseResolver(universe),
        served=Nowhere(),
    )


def moves(solution: Solution, old: Mapping[str, int]) -> set[str]:
    return {name for name, version in solution.versions.items() if name in old and version != str(old[name])}


@settings(max_examples=150, deadline=None)
@given(universes())
def test_an_answer_fits_lowers_nothing_and_no_change_of_it_can_be_taken_back(
    world: tuple[Universe, Universe, Needs],
) -> None:
    before, after, roots = world
    old = next(iter(before.answers(roots)), None)
    assume(old is not None)
    assert old is not None
    allowed = [
        answer for answer in after.answers(roots) if all(answer.get(name, 99) >= low for name, low in old.items())
    ]
    made = solver(after, roots, old)
    gone = {name for name, number in old.items() if number not in after.packages[name]}
    if not allowed:
        with pytest.raises(ResolutionError):
            made.fewest({}, gone)
        return
    found = made.fewest({}, gone)
    versions = {name: int(version) for name, version in found.versions.items()}
    assert after.holds(versions, roots)
    assert all(versions.get(name, 99) >= number for name, number in old.items())
    changed = moves(found, old)
    kept = {name for name in versions if name in old} - changed
    for name in changed:
        better = [
            answer
            for answer in allowed
            if answer.get(name) == old[name] and all(answer.get(each, old[each]) == old[each] for each in kept)
        ]
        smaller = [
            answer
            for answer in better
            if len({each for each in answer if each in old and answer[each] != old[each]}) < len(changed)
        ]
        assert not smaller, (found, smaller)
