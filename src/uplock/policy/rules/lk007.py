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
            package=each.name,
            message=(
                f"{each.name} comes from the index {each.index}, and {' and '.join(each.others)} "
                f"{'has' if len(each.others) == 1 else 'have'} it too: only the "
                "order of the indexes decides"
            ),
            remedy=f'Pin it: add "{each.name}" to the packages of the index that it belongs to.',
        )


RULE = Rule(
    id="LK007",
    description="Several indexes have a locked package, and nothing pins it to one",
    severity="error",
    reach="package",
    why="""\
With several indexes the first that has a name wins. If two have it, only their order keeps a stranger's package of the
same name out (dependency confusion). Pinning the name to its index makes that a decision.""",
    example="acme-tools comes from the index internal, and default has it too: only the order of the indexes decides",
    remedy="""\
Add the name, or a pattern as `acme-*`, to the `packages` of the index that it belongs to.""",
    waive="""\
Seldom right: pinning the name is shorter than a waiver. While the name is being claimed or removed on the other index,
name the package. `severities = { LK007 = "warning" }`, if the indexes mirror one another.""",
    check=check,
    at_lock=True,
)
