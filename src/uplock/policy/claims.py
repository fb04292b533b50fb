"""Claims of wheels that do not hold: what NA009, NA010 and NA011 share."""

from __future__ import annotations

from collections.abc import Iterator

from uplock.model.finding import Finding
from uplock.model.native import ClaimKind
from uplock.model.policy import Policy
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject
from uplock.policy.wording import printable

_SHOWN = 600
"""Characters of one detail: symbols in it are the wheel's own words."""


def broken_claims(rule: Rule, subject: Subject, policy: Policy, kind: ClaimKind, *, remedy: str) -> Iterator[Finding]:
    """Yield one finding per artifact that breaks claims of a kind: the first one in full, the members counted."""
    for artifact in subject.artifacts:
        broken = sorted(
            (each for each in artifact.native.claims if each.kind == kind),
            key=lambda each: (each.member, each.claimed, each.found, each.detail),
        )
        if broken:
            first, others = broken[0], len({each.member for each in broken}) - 1
            also = f" (and so {'does 1 other member' if others == 1 else f'do {others} other members'})"
            yield rule.finding(
                subject,
                policy,
                about=artifact.filename,
                of=artifact,
                message=(
                    f"{artifact.filename} does not keep what it promises: {printable(first.member)}: "
                    f"{printable(first.detail, _SHOWN)}{also if others else ''}"
                ),
                remedy=remedy,
                place=first.member,
            )
