"""Reasons: the evidence for every change of a plan, and what of the old lock it does not need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from uplock.lockfile.inputs import Requirements
from uplock.lockfile.overrides import Overrides
from uplock.model.lock import Lock
from uplock.model.target import Target
from uplock.model.uplift import Change, Entering, Leaving, Why
from uplock.ports import Pin
from uplock.workflow.requiring import asks, parsed
from uplock.workflow.uplift.candidates import Candidates
from uplock.workflow.uplift.raising import Raise
from uplock.workflow.uplift.solving import Solution

MAX_WORDS = 600
"""Characters of a resolver's words that evidence repeats."""


class Reasons:
    """What is known of one plan: the old versions, the solution, the raised floors."""

    def __init__(  # noqa: PLR0913 - what reasons are made of
        self,
        *,
        requirements: Requirements,
        target: Target,
        old: Lock,
        solution: Solution,
        raises: Mapping[str, Raise],
        first: Solution,
        candidates: Candidates,
    ) -> None:
        """``first`` is the solution before anything was imported."""
        self._requirements = requirements
        self._overrides = Overrides(
            requirements.overrides, requirements.excludes, (each.name for each in requirements.references)
        )
        self._environment = target.marker_environment()
        self._target = target
        self._old = {package.name: package for package in old.packages}
        self._solution = solution
        self._pins: dict[str, Pin] = {pin.name: pin for pin in solution.pins.pins}
        self._raises = raises
        self._first = first.versions
        self._candidates = candidates

    def changes(self) -> tuple[Change, ...]:
        """Return every package that has another version, sorted by name, with why."""
        return tuple(
            Change(
                name=pin.name,
                before=self._old[pin.name].version,
                after=pin.version,
                major=is_major(self._old[pin.name].version, pin.version),
                direct=pin.direct,
                why=tuple(self._why(pin)),
            )
            for pin in self._solution.pins.pins
            if pin.name in self._old and self._old[pin.name].version != pin.version
        )

    def added(self) -> tuple[Entering, ...]:
        """Return the packages that the old lock has not, sorted by name."""
        return tuple(
            Entering(name=pin.name, version=pin.version, needed_by=pin.needed_by)
            for pin in self._solution.pins.pins
            if pin.name not in self._old
        )

    def removed(self) -> tuple[Leaving, ...]:
        """Return the packages that the plan does not need, sorted by name."""
        return tuple(
            Leaving(name=name, version=package.version, why=self._left(name))
            for name, package in sorted(self._old.items())
            if name not in self._pins
        )

    def _why(self, pin: Pin) -> Iterator[Why]:
        old = self._old[pin.name].version
        hindrance = self._candidates.hindrance(pin.name, old)
        if hindrance is not None:
            yield hindrance
        raised = self._raises.get(pin.name)
        if raised is not None:
            yield imports_with(raised)
        first = old if hindrance is None else next(iter(self._candidates.newer(pin.name, old)), pin.version)
        if raised is not None:
            if hindrance is None and any(self._told_against(pin.name, old)):
                yield self._forced(pin, old)
            return
        forced = self._forced(pin, first) if first != pin.version else None
        if forced is not None:
            yield forced
        if self._first.get(pin.name) != pin.version:
            yield self._since(() if forced is None else forced.by)

    def _forced(self, pin: Pin, version: str) -> Why:
        """Return who keeps ``version`` of a package, which could be installed, from being the one of the plan."""
        told = list(self._told_against(pin.name, version))
        if told:
            by = tuple(sorted({name for name, _ in told if name}))
            return Why(level="requires", evidence="; ".join(dict.fromkeys(words for _, words in told)), by=by)
        words = " ".join(self._solution.refusals.get(pin.name, "").split())[:MAX_WORDS]
        told_words = f": {words}" if words else ""
        return Why(level="requires", evidence=f"there is no answer with {pin.name} {version}{told_words}")

    def _since(self, by: Sequence[str]) -> Why:
        """Return which failing imports brought about a change that none of its own does: those of ``by``, if any."""
        raised = [self._raises[name] for name in sorted(self._raises.keys() & set(by) or self._raises)]
        words = "; ".join(
            f"{each.name} had to be raised, since import {each.failure.failure.module} failed: "
            f"{each.failure.failure.detail}"
            for each in raised
        )
        return Why(level="L3", evidence=words, by=tuple(sorted({each.failure.failure.package for each in raised})))

    def _told_against(self, name: str, version: str) -> Iterator[tuple[str, str]]:
        """Yield package and sentence for each requirement that does not let a version be part of the plan."""
        for line in (*self._requirements.asked(), *self._requirements.constraints):
            if asks(line, name, self._environment, ()) and not _admits(line, version):
                yield "", f"the project asks for {line}"
        for pin in self._solution.pins.pins:
            for line in self._asked_by(pin.name, pin.version, name):
                if not _admits(line, version):
                    yield pin.name, f"{pin.name} {pin.version} asks for {_short(line)}"
        metadata, extras = self._candidates.metadata(name, version), self._extras(name)
        for line in () if metadata is None else metadata.requires_dist:
            requirement = parsed(line)
            other = None if requirement is None else _normalized(requirement.name)
            if other not in self._pins or other == name:
                continue
            for applied in self._overrides.applied(line):
                there = self._pins[other].version
                if asks(applied, other, self._environment, extras) and not _admits(applied, there):
                    yield other, f"{name} {version} asks for {_short(applied)}, and the plan has {other} {there}"

    def _asked_by(self, parent: str, version: str, name: str) -> Iterator[str]:
        if parent not in self._pins[name].needed_by:
            return
        metadata, extras = self._candidates.metadata(parent, version), self._extras(parent)
        for line in () if metadata is None else metadata.requires_dist:
            if asks(line, name, self._environment, extras):
                yield from self._overrides.applied(line)

    def _extras(self, name: str) -> tuple[str, ...]:
        """Return the extras of a package that the project or another package of the plan asks for."""
        found: set[str] = set()
        lines = list(self._requirements.asked())
        for parent in self._pins[name].needed_by if name in self._pins else ():
            metadata = self._candidates.metadata(parent, self._pins[parent].version)
            lines += () if metadata is None else metadata.requires_dist
        for line in lines:
            requirement = parsed(line)
            if requirement is not None and _normalized(requirement.name) == name:
                found |= requirement.extras
        return tuple(sorted(found))

    def _left(self, name: str) -> str:
        before = sorted(each.name for each in self._old.values() if name in each.dependencies)
        minor = self._target.interpreter.minor
        if not before:
            return f"nothing asks for it on {minor}"
        words = []
        for parent in before:
            pin = self._pins.get(parent)
            if pin is None:
                words.append(f"{parent}, which asked for it, is not needed either")
            elif pin.version != self._old[parent].version:
                words.append(f"{parent} {pin.version} does not ask for it on {minor}")
            else:
                words.append(f"{parent} asks for it on older interpreters only")
        return "; ".join(words)


def imports_with(raised: Raise) -> Why:
    """Return the evidence for a floor that failing imports raised."""
    failure = raised.failure.failure
    before = f"import {failure.module} fails with {raised.name} {raised.had}: {failure.detail}"
    still = f"; {raised.below} does not mend it" if raised.below else ""
    return Why(level="L3", evidence=f"{before}{still}", by=(failure.package,))


def is_major(before: str, after: str) -> bool:
    """Whether the first number of a version, or its epoch, is another (PEP 440)."""
    from packaging.version import Version

    one, two = Version(before), Version(after)
    return (one.epoch, one.major) != (two.epoch, two.major)


def _admits(line: str, version: str) -> bool:
    requirement = parsed(line)
    return requirement is None or requirement.specifier.contains(version, prereleases=True)


def _short(line: str) -> str:
    """Return a requirement without its marker: it held, and says nothing more."""
    return line.partition(";")[0].strip()


def _normalized(name: str) -> str:
    from packaging.utils import canonicalize_name

    return str(canonicalize_name(name))
