"""AR002: the locked file was yanked by its publisher (PEP 592)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.policy import Policy
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield a finding per yanked file: an exact pin may still name one, or no other version is there."""
    del as_of
    for package in () if subject.lock is None else subject.lock.packages:
        if package.yanked is not None:
            yield RULE.finding(
                subject,
                policy,
                about=package.artifact.filename,
                of=package,
                message=f"{package.artifact.filename} is yanked: {package.yanked or 'no reason given'}",
                remedy=f"Move {package.name} to a version that is not yanked.",
            )


RULE = Rule(
    id="AR002",
    description="A locked artifact was yanked by its publisher",
    severity="warning",
    reach="artifact",
    why="""\
A publisher yanks a release (PEP 592) because it is broken or unsafe. Resolvers leave it out, unless an exact pin names
it or nothing else is there. The reason is kept in the lock, so that it shows on every later day.""",
    example="attrs-21.1.0-py2.py3-none-any.whl is yanked: not importable",
    remedy="""\
Move the package to a version that is not yanked.""",
    waive="""\
Right if the reason of the yank does not concern the project. Name the version (`pkg:pypi/NAME@VERSION`) and repeat the
reason. `severities = { AR002 = "error" }` admits no yanked file at all.""",
    check=check,
    at_lock=True,
)
