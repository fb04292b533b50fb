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
                of=artifact,
                message=f"{platform.name} has musl and no glibc, but {artifact.filename} needs glibc "
                f"{artifact.native.glibc}",
                remedy="Choose a version with a musllinux wheel, or deploy on a platform with glibc.",
            )


RULE = Rule(
    id="AR007",
    description="A wheel needs glibc on a platform that has musl",
    severity="error",
    reach="artifact",
    why="""\
manylinux wheels are never locked for a musl platform (PEP 656). But a wheel tagged `linux_x86_64` or `any` says nothing
of the C library that its objects were linked with, and a musllinux tag can be wrong. Where they ask for symbols of
glibc (measured), the import fails on musl.""",
    example="linux-x86_64-musl has musl and no glibc, but demo-1.0-cp312-cp312-linux_x86_64.whl needs glibc 2.17",
    remedy="""\
Choose a version with a musllinux wheel, or deploy on a platform with glibc.""",
    waive="""\
Right if the objects are loaded elsewhere only: some wheels for every platform bring one for each. Name the version
(`pkg:pypi/NAME@VERSION`) or the digest, and the platform.""",
    check=check,
)
