"""LK007: several indexes have a locked name, and nothing pins it to one of them (dependency confusion)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.policy import Policy
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield a finding per package that several indexes have: whoever takes the name on one of them is installed."""
    del as_of
    for each in subject.shadowed:
        yield RULE.finding(
            subject,
            policy,
            about=each.name,
            message=(
                f"{each.name} comes from the index {each.index}, and {' and '.join(each.others)} has it too: only the "
                "order of the indexes decides"
            ),
            remedy=f'Pin it: add "{each.name}" to the packages of the index that it belongs to.',
        )


RULE = Rule(
    id="LK007",
    description="Several indexes have a locked package, and nothing pins it to one",
    severity="error",
    check=check,
    at_lock=True,
)
