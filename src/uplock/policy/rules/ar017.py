"""AR017: nobody can tell what a wheel installs (PEP 427)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.policy import Policy
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield one finding per wheel whose content could not be read."""
    del as_of
    for artifact in subject.artifacts:
        if artifact.uninstallable:
            yield RULE.finding(
                subject,
                policy,
                about=artifact.filename,
                of=artifact,
                message=f"it cannot be told what {artifact.filename} installs: {artifact.uninstallable}",
                remedy="Lock another version, or report the wheel to its owners.",
            )


RULE = Rule(
    id="AR017",
    description="It cannot be told what a wheel installs",
    severity="error",
    reach="artifact",
    why="""\
A member is damaged, lies in a `.data` directory that is not the wheel's own or in a scheme that does not exist, or the
scripts in `entry_points.txt` are malformed. Installers refuse such a wheel, or put its files into different places. So
its target has no content digest, and no environment of it can be verified.""",
    example=(
        "it cannot be told what demo-1.0-py3-none-any.whl installs: demo-1.0.data/extra/x: is in a scheme that does "
        "not exist: 'extra'"
    ),
    remedy="""\
Lock another version, or report the wheel to its owners.""",
    waive="""\
Right if the one installer that is used copes with it: name the version (`pkg:pypi/NAME@VERSION`) or the digest, and
what that installer does. The target stays without a content digest.""",
    check=check,
)
