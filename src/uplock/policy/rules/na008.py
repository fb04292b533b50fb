"""NA008: native code inside a wheel could not be read, so nothing about it was judged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.policy import Policy
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject
from uplock.policy.wording import counted, listed

SHOWN = 3


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield one finding per artifact with members that look native and were not read."""
    del as_of
    for artifact in subject.artifacts:
        skipped = artifact.native.skipped
        if skipped:
            yield RULE.finding(
                subject,
                policy,
                about=artifact.filename,
                of=artifact,
                message=(
                    f"{counted(len(skipped), 'native member')} of {artifact.filename} could not be read: "
                    f"{listed(skipped, limit=SHOWN)}"
                ),
                remedy="Look into the wheel by other means before relying on what is known of its native code.",
            )


RULE = Rule(
    id="NA008",
    description="Native code of a wheel could not be read",
    severity="warning",
    reach="artifact",
    why="""\
What was not read was not judged: it may bundle anything. Files for Linux (ELF), macOS (Mach-O) and Windows (PE) are
read; damaged, hostile and oversized ones are listed with the reason, and no rule about native code has seen them.""",
    example=(
        "1 native member of demo-1.0-cp313-cp313-win_amd64.whl could not be read: demo/_native.pyd: is a damaged PE "
        "file: its sections overlap"
    ),
    remedy="""\
Look into the wheel by other means, or lock a version whose native code can be read.""",
    waive="""\
Right once somebody has looked into that file: name the version (`pkg:pypi/NAME@VERSION`) or the digest, and what was
found.""",
    check=check,
)
