"""Describing a move: how far every package got on the ladder, parity, native code, and what remains to be tried."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from uplock.model.lock import Lock
from uplock.model.target import Target
from uplock.model.uplift import Declares, Parity, Rung
from uplock.workflow.uplift.candidates import Candidates
from uplock.workflow.uplift.moving import Moved

Imports = Literal["imported", "failed", "nothing", "excluded", "not-tried"]

MAX_NAMED = 10
"""Most packages that one sentence names."""


class Described:
    """What is told of one move, from what was found."""

    def __init__(
        self, *, moved: Moved, old: Lock, target: Target, candidates: Candidates, exclusions: dict[str, str]
    ) -> None:
        """``exclusions`` are packages that are not imported, each with the reason."""
        self._moved = moved
        self._old = {package.name: package for package in old.packages}
        self._target = target
        self._candidates = candidates
        self._exclusions = exclusions
        self._packages = () if moved.lock is None else moved.lock.packages

    def ladder(self) -> tuple[Rung, ...]:
        """Return one rung for each package of the plan, sorted by name."""
        return tuple(
            Rung(
                name=package.name,
                version=package.version,
                direct=package.direct,
                requires_python=package.requires_python,
                wheel=package.artifact.filename,
                declares=self._declares(package.name, package.version),
                imports=(state := self._imports(package.name))[0],
                detail=state[1],
            )
            for package in self._packages
        )

    def _declares(self, name: str, version: str) -> Declares:
        metadata = self._candidates.metadata(name, version)
        minors = {
            minor
            for each in (() if metadata is None else metadata.classifiers)
            if (minor := each.removeprefix("Programming Language :: Python :: ")) != each and "." in minor
        }
        if not minors:
            return "none"
        return "target" if self._target.interpreter.minor in minors else "others"

    def _imports(self, name: str) -> tuple[Imports, str]:
        tried = self._moved.tried
        if name in self._exclusions:
            return "excluded", self._exclusions[name]
        if tried is None:
            return "not-tried", ""
        failed = tried.failed({name})
        if failed:
            return "failed", f"{failed[0].failure.module}: {failed[0].failure.detail}"
        return ("imported", "") if name in tried.modules else ("nothing", "")

    def parity(self) -> tuple[Parity, ...]:
        """Return one row for each direct dependency of either lock, sorted by name."""
        planned = {package.name: package for package in self._packages}
        direct = {each.name for each in (*self._old.values(), *self._packages) if each.direct}
        return tuple(
            Parity(
                name=name,
                now=self._old[name].version if name in self._old else "",
                planned=planned[name].version if name in planned else "",
                declared_since=self._candidates.first_declaring(name, finals),
                newest=finals[-1] if finals else "",
            )
            for name in sorted(direct)
            for finals in [self._candidates.finals(name)]
        )

    def remaining(self, standard: Iterator[str]) -> tuple[str, ...]:
        """Return what remains to be tried or looked at; ``standard`` are sentences about removed modules."""
        return (*self._moved.remaining, *self._untried(), *standard, *self._always())

    def _untried(self) -> Iterator[str]:
        python, wanted = self._moved.python, self._target.interpreter
        if python is not None and python.version != wanted.version:
            yield f"Import on CPython {wanted.version}: it was tried on {python.version}, which is here."
        for each in self._moved.excused:
            failure = each.failure
            yield (
                f"Look at {failure.module} of {failure.package}: it cannot be imported before the move either "
                f"({failure.detail})."
            )
        for name in sorted(self._exclusions):
            if any(package.name == name for package in self._packages):
                yield f"Try {name}, which is not imported: {self._exclusions[name]}."
        missing = [each.name for each in self.ladder() if each.direct and each.declares != "target"]
        if missing:
            named = ", ".join(missing[:MAX_NAMED]) + (
                f" and {len(missing) - MAX_NAMED} more" if len(missing) > MAX_NAMED else ""
            )
            verb = "do" if len(missing) > 1 else "does"
            yield f"Watch {named}: in the planned version {verb} not declare {wanted.minor} (a warning, L2)."

    def _always(self) -> Iterator[str]:
        if self._moved.lock is not None and not self._moved.blockers:
            minor = self._target.interpreter.minor
            yield f"Run the project's own tests on CPython {minor} with the proposed lock: nothing here runs them."
