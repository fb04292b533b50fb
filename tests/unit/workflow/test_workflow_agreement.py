"""Two resolvers, asked the same: what counts as agreement, and how a disagreement is told."""

from __future__ import annotations

import pytest

from support.resolver_simulator import ResolverSimulator, resolution
from support.subjects import make_target
from uplock.errors import Error, NetworkError, ResolutionError, ToolError, UnaskableError
from uplock.model.lock import Difference
from uplock.ports import Pin, Question, Resolution
from uplock.workflow.agreement import MAX_WORDS, compare, cross_check
from uplock.workflow.lock import Fitting

TARGET = make_target("3.12.1")
QUESTION = Question(requirements=("shop",), target=TARGET)
SHOP = resolution({"shop": "1.0", "coin": "1.1"}, {"coin": ("shop",)})


def differences(ours: Resolution, theirs: Resolution) -> list[tuple[str, str, str]]:
    return [(each.package, each.ours, each.theirs) for each in compare(ours, theirs)]


def asked(answer: Resolution | Error) -> tuple[ResolverSimulator, str, str, tuple[Difference, ...]]:
    resolver = ResolverSimulator({"": answer}, "other 2.0")
    found = cross_check(SHOP, QUESTION, resolver, Fitting("http://127.0.0.1:1/"))
    assert found.target == TARGET.name
    return resolver, found.outcome, found.reason, found.differences


def test_equal_answers_have_no_difference() -> None:
    assert differences(SHOP, SHOP) == []
    assert differences(resolution({}), resolution({})) == []


def test_the_order_of_pins_and_of_those_who_ask_does_not_matter() -> None:
    one = resolution({"a": "1", "b": "1", "c": "1"}, {"c": ("a", "b")})
    other = Resolution(pins=(Pin(name="c", version="1", needed_by=("b", "a")), *one.pins[1::-1]))
    assert differences(one, other) == []


def test_another_version_and_a_package_that_one_side_lacks_are_told() -> None:
    theirs = resolution({"shop": "1.0", "coin": "1.0", "ink": "3"}, {"coin": ("shop",), "ink": ("coin",)})
    assert differences(SHOP, theirs) == [("coin", "1.1", "1.0"), ("ink", "not there", "3")]
    assert differences(theirs, SHOP) == [("coin", "1.0", "1.1"), ("ink", "3", "not there")]


def test_another_edge_is_told_with_both_sides() -> None:
    theirs = resolution({"shop": "1.0", "coin": "1.1"})
    assert differences(SHOP, theirs) == [("coin", "needed by shop", "needed by the project")]


def test_that_a_package_needs_itself_is_no_edge() -> None:
    theirs = resolution({"shop": "1.0", "coin": "1.1"}, {"coin": ("shop", "coin")})
    assert differences(SHOP, theirs) == []


def test_a_pin_that_nobody_asks_for_is_told_so() -> None:
    lost = Resolution(pins=(Pin(name="coin", version="1.1"), Pin(name="shop", version="1.0", direct=True)))
    assert differences(SHOP, lost) == [("coin", "needed by shop", "needed by nobody")]


def test_an_equal_answer_agrees_under_the_version_that_answered() -> None:
    resolver, outcome, reason, found = asked(SHOP)
    assert (outcome, reason, found) == ("agrees", "", ())
    assert resolver.asked == [(QUESTION, "http://127.0.0.1:1/")]
    again = cross_check(SHOP, QUESTION, resolver, Fitting("http://127.0.0.1:1/"))
    assert again.resolver == "other 2.0 for 3.12"


def test_another_answer_disagrees() -> None:
    _, outcome, _, found = asked(resolution({"shop": "1.0"}))
    assert outcome == "disagrees"
    assert [each.package for each in found] == ["coin"]


def test_a_resolver_that_cannot_be_asked_neither_agrees_nor_disagrees() -> None:
    _, outcome, reason, found = asked(UnaskableError("3.12.3 found, 3.12.1 locked"))
    assert (outcome, reason, found) == ("not-asked", "3.12.3 found, 3.12.1 locked", ())


def test_no_solution_is_a_difference_in_its_own_words_kept_short() -> None:
    _, outcome, _, found = asked(ResolutionError("x" * 2000))
    assert outcome == "disagrees"
    assert found == (Difference(package="", ours="a solution", theirs="x" * MAX_WORDS),)


@pytest.mark.parametrize("error", [ToolError("killed"), NetworkError("no route")])
def test_any_other_error_is_no_answer_and_is_raised(error: Error) -> None:
    with pytest.raises(type(error)):
        asked(error)
