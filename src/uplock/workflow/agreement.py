"""Agreement: two resolvers, asked the same question against the same view, compared pin by pin and edge by edge."""

from __future__ import annotations

from collections.abc import Iterator

from uplock.errors import ResolutionError, UnaskableError
from uplock.model.lock import Agreement, Difference
from uplock.ports import Pin, Question, Resolution, Resolver, ViewAddress

MAX_WORDS = 500
"""Characters of a resolver's explanation that a difference keeps."""


def cross_check(resolution: Resolution, question: Question, resolver: Resolver, served: ViewAddress) -> Agreement:
    """Ask a second resolver what the first one has answered, and compare.

    That it cannot be asked here is a fact of its own, never agreement; that it finds no solution is a difference.
    """
    target, version = question.target.name, resolver.version
    try:
        version = resolver.version_for(question.target)
        other = resolver.resolve(question, served)
    except UnaskableError as error:
        return Agreement(target=target, resolver=version, outcome="not-asked", reason=error.message)
    except ResolutionError as error:
        nothing = Difference(package="", ours="a solution", theirs=error.message[:MAX_WORDS])
        return Agreement(target=target, resolver=version, outcome="disagrees", differences=(nothing,))
    differences = tuple(compare(resolution, other))
    return Agreement(
        target=target,
        resolver=version,
        outcome="disagrees" if differences else "agrees",
        differences=differences,
    )


def compare(ours: Resolution, theirs: Resolution) -> Iterator[Difference]:
    """Yield what differs, by package: a version, a package that one side lacks, or who asks for it."""
    left, right = ({pin.name: pin for pin in side.pins} for side in (ours, theirs))
    for name in sorted(left.keys() | right.keys()):
        one, other = left.get(name), right.get(name)
        if one is None or other is None or one.version != other.version:
            yield Difference(package=name, ours=_version(one), theirs=_version(other))
        elif _askers(one) != _askers(other):
            yield Difference(package=name, ours=f"needed by {_askers(one)}", theirs=f"needed by {_askers(other)}")


def _version(pin: Pin | None) -> str:
    return "not there" if pin is None else pin.version


def _askers(pin: Pin) -> str:
    return ", ".join([*(["the project"] if pin.direct else []), *sorted({*pin.needed_by} - {pin.name})]) or "nobody"
