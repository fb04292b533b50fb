"""AR007: a wheel needs glibc on a platform that has musl (PEP 656)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.platform import MuslLinux
from uplock.model.policy import Policy
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield a finding per wheel whose objects ask for symbols of glibc.

    No manylinux wheel is ever locked for musl; but a wheel tagged ``linux_x86_64`` or ``any`` says nothing of the C
    library that its objects were linked with, and a musllinux tag may lie.
    """
    del as_of
    platform = subject.target.platform
    if not isinstance(platform, MuslLinux):
        return
    for artifact in subject.artifacts:
        if artifact.native.glibc is not None:
            yield RULE.finding(
                subject,
                policy,
                about=artifact.filename,
                message=f"{platform.name} has musl and no glibc, but {artifact.filename} needs glibc "
                f"{artifact.native.glibc}",
                remedy="Choose a version with a musllinux wheel, or deploy on a platform with glibc.",
            )


RULE = Rule(
    id="AR007",
    description="A wheel needs glibc on a platform that has musl",
    severity="error",
    check=check,
)
