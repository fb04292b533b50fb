"""AR006: a wheel needs a newer glibc than the platform has (PEP 600)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from uplock.errors import InputError
from uplock.model.finding import Finding
from uplock.model.platform import GlibcLinux
from uplock.model.policy import Policy
from uplock.model.results import ArtifactResults
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Compare what the objects need, and what the tag claims to need, with the glibc of the target's platform.

    Where the platform has no glibc, there is nothing to compare with.
    """
    del as_of
    if not isinstance(subject.target.platform, GlibcLinux):
        return
    there = subject.target.platform.glibc
    for artifact in subject.artifacts:
        reasons = [
            f"{verb} {version}"
            for verb, version in (("needs", artifact.native.glibc), ("claims to need", artifact.native.glibc_claimed))
            if version is not None and _release(version, artifact) > there
        ]
        if reasons:
            yield RULE.finding(
                subject,
                policy,
                about=artifact.filename,
                of=artifact,
                message=f"glibc is {there[0]}.{there[1]} on {subject.target.platform.name}, "
                f"but {artifact.filename} {' and '.join(reasons)}",
                remedy="Choose a version with a wheel for an older glibc, or deploy on a platform with a newer one.",
            )


def _release(version: str, artifact: ArtifactResults) -> tuple[int, ...]:
    """Return ``2.2.5`` as numbers: older symbol versions have three parts."""
    parts = version.split(".")
    if not all(part.isascii() and part.isdigit() for part in parts):
        raise InputError(f"{version!r} is not a glibc version", context=artifact.filename, remedy="Inspect it again.")
    return tuple(int(part) for part in parts)


RULE = Rule(
    id="AR006",
    description="A wheel needs a newer glibc than the platform has",
    severity="error",
    reach="artifact",
    why="""\
A manylinux tag (PEP 600) promises the glibc that is enough. Where the objects inside need a newer one, or the tag
itself names a newer one than the target's platform has, the import fails there with `version GLIBC_… not found`. Both
numbers are compared: what the objects need (measured) and what the tag claims.""",
    example="glibc is 2.17 on linux-x86_64-glibc2.17, but demo-1.0-cp312-cp312-manylinux_2_17_x86_64.whl needs 2.28",
    remedy="""\
Choose a version with a wheel for an older glibc, or deploy on a platform with a newer one and name that platform in
the target (`linux-x86_64-glibc2.34`).""",
    waive="""\
Right if the objects that need the newer glibc are known never to be loaded there. Name the version
(`pkg:pypi/NAME@VERSION`) or the digest, and the platform.""",
    check=check,
)
