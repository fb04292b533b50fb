"""Blocking: which packages keep a lock from moving, what waits for them, and what could be done."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from uplock.errors import ResolutionError
from uplock.lockfile.inputs import Requirements
from uplock.model.lock import Lock
from uplock.model.target import Target
from uplock.model.uplift import Blocker, Level, WayOut
from uplock.model.value import Value, changed
from uplock.workflow.requiring import parsed
from uplock.workflow.uplift.candidates import Candidates
from uplock.workflow.uplift.raising import Stuck
from uplock.workflow.uplift.solving import Solution

MAX_BLOCKERS = 40
"""Packages that are left out, one after the other, to find the next blocker."""
MAX_WORDS = 600
"""Characters of a resolver's words that a reason repeats."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class Unblocked(Value, frozen=True, kw_only=True):
    """What can move if the blockers are left out: the rest of the plan."""

    solution: Solution | None
    requirements: Requirements
    """Without the blockers."""
    blockers: tuple[Blocker, ...]


class Blocking:
    """The search for blockers of one plan."""

    def __init__(self, *, requirements: Requirements, old: Lock, target: Target, candidates: Candidates) -> None:
        self._requirements = requirements
        self._old = {package.name: package for package in old.packages}
        self._target = target
        self._candidates = candidates

    def unblocked(self, error: ResolutionError, solve: Callable[[Requirements], Solution]) -> Unblocked:
        """Leave out one blocker after the other until the rest has an answer; ``error`` says why the whole has none."""
        requirements, blockers = self._requirements, list[Blocker]()
        while True:
            found = list(self._named(error, {each.name for each in blockers}))
            blockers += found
            requirements = changed(requirements, excludes=tuple(sorted({*requirements.excludes, *map(_name, found)})))
            if not found or len(blockers) >= MAX_BLOCKERS:
                if not found:
                    blockers.append(self._unnamed(error))
                return Unblocked(solution=None, requirements=requirements, blockers=ranked(blockers))
            try:
                solution = solve(requirements)
            except ResolutionError as next_error:
                error = next_error
                continue
            return Unblocked(solution=solution, requirements=requirements, blockers=ranked(blockers))

    def _named(self, error: ResolutionError, known: set[str]) -> Iterator[Blocker]:
        """Yield the blockers among the packages that the resolver's words name.

        These are packages of which no version from the old one on can be installed, or none that is asked for; if there
        are none of the first kind, the second.
        """
        names = [name for name in self._mentioned(error) if name not in known]
        hard = [name for name in names if self._hard(name)]
        for name in hard:
            yield self._blocker(name, error)
        if hard:
            return
        for name in names:
            lines = self._asked(name)
            if lines and self._hindered(name) and not any(self._fits(line, name) for line in lines):
                yield self._blocker(name, error, lines)
                return
        for name in names:
            if name in self._old and self._hindered(name):
                yield self._blocker(name, error)
                return

    def _mentioned(self, error: ResolutionError) -> list[str]:
        from packaging.utils import canonicalize_name

        words = {str(canonicalize_name(word.rstrip("."))) for word in _NAME.findall(error.message)}
        return sorted(words & (self._old.keys() | self._candidates.names))

    def _hard(self, name: str) -> bool:
        """Whether no version of a package from the old one on has a wheel for the target."""
        old = self._old.get(name)
        if old is None:
            return not self._candidates.versions(name)
        return self._candidates.hindrance(name, old.version) is not None and not self._candidates.newer(
            name, old.version, final=False
        )

    def _hindered(self, name: str) -> bool:
        old = self._old.get(name)
        return old is None or self._candidates.hindrance(name, old.version) is not None

    def _asked(self, name: str) -> tuple[str, ...]:
        """Return the project's own requirements on a package."""
        from packaging.utils import canonicalize_name

        lines = (*self._requirements.asked(), *self._requirements.constraints)
        return tuple(
            line for line in lines if (found := parsed(line)) is not None and canonicalize_name(found.name) == name
        )

    def _fits(self, line: str, name: str) -> bool:
        requirement = parsed(line)
        return requirement is None or any(
            requirement.specifier.contains(version, prereleases=True) for version in self._candidates.versions(name)
        )

    def _blocker(self, name: str, error: ResolutionError, lines: tuple[str, ...] = ()) -> Blocker:
        old = self._old.get(name)
        version = "" if old is None else old.version
        level, reason = self._reason(name, version, error, lines)
        return Blocker(
            name=name,
            version=version,
            level=level,
            reason=reason,
            direct=bool(self._asked(name)),
            blocks=self.waiting(name),
            ways_out=tuple(self._ways_out(name, version, lines)),
        )

    def _reason(self, name: str, version: str, error: ResolutionError, lines: tuple[str, ...]) -> tuple[Level, str]:
        minor = self._target.interpreter.minor
        if lines:
            return "requires", f"the project asks for {' and '.join(lines)}, of which nothing installs on {minor}"
        if not self._hard(name):
            return "requires", f"what the others ask of {name} leaves none that installs on {minor}: {_words(error)}"
        newest = self._candidates.newest(name)
        why = None if newest is None else self._candidates.hindrance(name, newest)
        if newest is None or why is None:
            return "index", f"the index lists no file of {name} that can be installed on {minor}"
        since = f"no version from {version} on" if version else "no version"
        return why.level, f"{since} installs on {minor}; of the newest, {why.evidence}"

    def _unnamed(self, error: ResolutionError) -> Blocker:
        return Blocker(
            name="",
            version="",
            level="requires",
            reason=f"there is no answer, and no single package is to blame: {_words(error)}",
            direct=False,
            blocks=(),
            ways_out=(WayOut(kind="other-requirement", text="Relax a requirement that is named in the reason."),),
        )

    def waiting(self, name: str) -> tuple[str, ...]:
        """Return the packages of the old lock that need one, directly or not, sorted."""
        found: set[str] = set()
        front = {name}
        while front:
            front = {
                each.name for each in self._old.values() if front & set(each.dependencies) and each.name not in found
            } - {name}
            found |= front
        return tuple(sorted(found))

    def _ways_out(self, name: str, version: str, lines: tuple[str, ...]) -> Iterator[WayOut]:
        newer = self._candidates.newer(name, version or "0", final=False)
        if lines and newer:
            yield WayOut(kind="other-requirement", text=f"Ask for {name}>={newer[0]} instead.")
        elif newer:
            yield WayOut(kind="newer-version", text=f"Let the others take {name} {newer[0]} or later.")
        older = [each for each in self._candidates.versions(name) if each not in newer]
        if older and not newer:
            yield WayOut(kind="other-requirement", text=f"Go back to {name} {older[-1]}, the newest that installs.")
        sdist = self._candidates.sdist(name)
        if sdist is not None:
            text = f'Allow its source distribution (allow-sdist = ["{name}"]) and build {sdist} with uplock build.'
            yield WayOut(kind="build", text=text)
        reached = self._candidates.reached(name, version)
        if reached is not None:
            yield WayOut(kind="other-target", text=f"Move to {reached} first: it has wheels up to there.")
        waiting = [each for each in self.waiting(name) if self._old[each].direct]
        whom = f", or {' and '.join(waiting)}, which need it," if waiting else ""
        yield WayOut(kind="other-package", text=f"Replace {name}{whom} with a package that installs there.")
        yield WayOut(kind="waiver", text="Stay, and let a waiver of PY001 cover the old interpreter until it expires.")

    def stuck(self, found: Iterable[Stuck]) -> tuple[Blocker, ...]:
        """Return the packages that install, and cannot be imported in any version that was tried."""
        return ranked(self._failing(each) for each in found)

    def _failing(self, stuck: Stuck) -> Blocker:
        first = stuck.failures[0].failure
        more = f" ({len(stuck.failures) - 1} modules more)" if len(stuck.failures) > 1 else ""
        old = self._old.get(stuck.name)
        return Blocker(
            name=stuck.name,
            version="" if old is None else old.version,
            level="L3",
            reason=f"import {first.module} fails: {first.detail}{more}; no newer version of "
            f"{' or '.join(stuck.suspects)} mends it",
            direct=bool(self._asked(stuck.name)),
            blocks=self.waiting(stuck.name),
            ways_out=(
                WayOut(
                    kind="other-package", text=f"Replace {stuck.name}, or ask its project for a release that works."
                ),
                WayOut(
                    kind="waiver",
                    text=f"If nothing imports {first.module}, name {stuck.name} in import-exclusions with the reason.",
                ),
            ),
        )


def ranked(blockers: Iterable[Blocker]) -> tuple[Blocker, ...]:
    """Return blockers, those first that most packages wait for."""
    return tuple(sorted(blockers, key=lambda each: (-len(each.blocks), not each.direct, each.name)))


def _name(blocker: Blocker) -> str:
    return blocker.name


def _words(error: ResolutionError) -> str:
    return " ".join(error.message.split())[:MAX_WORDS]
