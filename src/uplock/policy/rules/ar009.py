"""AR009: what a locked artifact requires of Python excludes the next line (PEP 345, PEP 440)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache

from uplock.model.finding import Finding
from uplock.model.policy import Policy
from uplock.policy.lifecycle import supported_lines
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject
from uplock.policy.wording import listed

ALONE = 10
"""Up to so many artifacts have a finding each; more of them share one."""

MAX_REQUIRES = 4096
"""Longest requirement that is read, in characters: as of indexes."""

_CAPS = ("<", "!=", "=")
"""What an upper bound needs: ``<``, ``<=``, ``!=``, ``==`` or ``~=``; ``>=``, which is none, is cut out first."""


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield the locked packages that exclude the smallest line above the target's that is supported on the day.

    Indexes need not tell what an artifact requires: where the lock does not have it, its own metadata is asked.
    """
    if subject.lock is None:
        return
    following = _next(subject, as_of)
    if following is None:
        return
    line, version = following
    stated = {artifact.sha256: artifact.metadata.requires_python for artifact in subject.artifacts}
    capped = [
        (package, requires)
        for package in subject.lock.packages
        if (requires := package.requires_python or stated.get(package.artifact.sha256))
        and len(requires) <= MAX_REQUIRES
        and _excludes(requires, version)
    ]
    remedy = f"Before moving to CPython {line}, look for versions that admit it."
    if len(capped) > ALONE:
        yield RULE.finding(
            subject,
            policy,
            about=subject.target.name,
            message=f"{len(capped)} packages exclude CPython {line}: {listed(package.name for package, _ in capped)}",
            remedy=remedy,
        )
        return
    for package, requires in capped:
        yield RULE.finding(
            subject,
            policy,
            about=package.artifact.filename,
            of=package,
            message=f"{package.name} {package.version} requires Python {requires}, which excludes CPython {line}",
            remedy=remedy,
        )


def _next(subject: Subject, as_of: datetime) -> tuple[str, str] | None:
    """Return the next line and a version of it: the newest one that is known."""
    here = _numbers(subject.target.interpreter.minor)
    later = [line for line in supported_lines(subject.lifecycles, "cpython", as_of) if _numbers(line) > here]
    if not later:
        return None
    line = min(later, key=_numbers)
    latest = {row.line: row.version for row in subject.latest_patches}
    return line, latest.get(line, f"{line}.0")


def _numbers(line: str) -> tuple[int, ...]:
    return tuple(int(part) for part in line.split("."))


@lru_cache(maxsize=4096)
def _excludes(requires: str, version: str) -> bool:
    """Whether a version is excluded. Most requirements have no upper bound and are not parsed; what is none says no."""
    if not any(mark in requires.replace(">=", "") for mark in _CAPS):
        return False
    from packaging.specifiers import SpecifierSet

    try:
        return not SpecifierSet(requires).contains(version, prereleases=True)
    except ValueError:  # no specifier, or a number of more digits than int() takes
        return False


RULE = Rule(
    id="AR009",
    description="A locked package excludes the next line of CPython",
    severity="info",
    reach="target",
    why="""\
An upper bound in `Requires-Python` (`<3.13`) keeps a package from every later line until somebody releases it anew.
Nothing is wrong today; it is the first thing that stands in the way of the next move, and it is known now. Looked at is
the next line that is released and supported on the day that is judged.""",
    example="numpy 1.26.4 requires Python <3.13,>=3.9, which excludes CPython 3.13",
    remedy="""\
Before the next move, look for versions that admit the line, or for another package.""",
    waive="""\
Needed only where the policy makes it an error. Name the package.""",
    check=check,
)
