"""Checks of locks (``uplock lock --check``): ids and severities of what they find, beside those of the rules."""

from __future__ import annotations

from uplock.model.finding import Finding, Severity
from uplock.model.policy import Policy
from uplock.policy.wording import MAX_SENTENCE, printable

CHECKS: dict[str, tuple[str, Severity]] = {
    "AR003": ("A locked artifact is no longer listed by the index", "error"),
    "AR013": ("The index lists other bytes under the name of a locked artifact", "error"),
    "AR014": ("A locked version got another file after the cut-off", "info"),
    "AR015": ("A locked artifact was yanked since it was locked", "warning"),
    "LK005": ("The locks do not answer what the project asks for now", "error"),
    "LK011": ("A pin does not satisfy a requirement", "error"),
    "LK012": ("A package is locked that nothing asks for", "error"),
    "LK013": ("A lock file was changed by hand", "error"),
    "LK014": ("Resolving again gives another lock", "error"),
}
"""Id to what it says when it speaks, and to its severity unless the policy says otherwise."""


def finding(  # noqa: PLR0913 - a finding has these parts
    check: str, policy: Policy, *, target: str, about: str, message: str, remedy: str, place: str = ""
) -> Finding:
    """Return a finding of a check, with the severity that the policy gives it, and text that is safe to show."""
    return Finding(
        rule=check,
        severity=policy.severities.get(check, CHECKS[check][1]),
        target=target,
        subject=printable(about),
        message=printable(message, MAX_SENTENCE),
        remedy=printable(remedy, MAX_SENTENCE),
        place=printable(place),
    )
