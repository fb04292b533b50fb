"""Rules: an id, one sentence, a default severity, and a check from a subject to findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from uplock.model.finding import SEVERITIES, Finding, Severity
from uplock.model.policy import Policy
from uplock.model.value import Value
from uplock.policy.subject import Subject
from uplock.policy.wording import MAX_SENTENCE, printable

Check = Callable[[Subject, Policy, datetime], Iterator[Finding]]
"""Judges a subject under a policy as of a moment: a pure function of the three."""


class Rule(Value, frozen=True, kw_only=True):
    """One rule. Its module under ``rules/`` binds it to the name ``RULE``; ``docs/rules.md`` has its section."""

    id: str
    description: str
    """What it says when it speaks: one sentence without a full stop."""
    severity: Severity
    """Unless the policy says otherwise."""
    check: Check
    at_lock: bool = False
    """Whether it needs nothing but locks: then it speaks as soon as they are made."""

    def finding(  # noqa: PLR0913 - a finding has these parts, and all but the first two are named
        self,
        subject: Subject,
        policy: Policy,
        *,
        about: str,
        message: str,
        remedy: str,
        place: str = "",
        notice: bool = False,
        verified: bool = True,
    ) -> Finding:
        """Return a finding of this rule about ``about``, with text that is safe to show.

        The severity is the policy's for this rule, else the default. A ``notice`` is always ``info``: an override is
        about what the rule is for, not about its advance notices. What rests on data that is not ``verified`` is a
        warning at most, whatever the policy says.
        """
        severity: Severity = "info" if notice else policy.severities.get(self.id, self.severity)
        if not verified:
            severity = milder(severity, "warning")
        return Finding(
            rule=self.id,
            severity=severity,
            target=subject.target.name,
            subject=printable(about),
            message=printable(message, MAX_SENTENCE),
            remedy=printable(remedy, MAX_SENTENCE),
            place=printable(place),
        )


def milder(one: Severity, other: Severity) -> Severity:
    """Return the less severe of two."""
    return max(one, other, key=SEVERITIES.index)
