"""SU003: what the target runs on has an older C library than the platform that the lock is for (PEP 600)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.platform import GLIBC_FLOORS, GlibcLinux
from uplock.model.policy import Policy
from uplock.model.value import changed
from uplock.policy.bases import named
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject

_GLIBC = re.compile(r"glibc (?P<major>\d{1,4})\.(?P<minor>\d{1,4})")


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Compare the glibc of every base with that of the platform; what has none, or is not known, is left out."""
    del as_of
    platform = subject.target.platform
    if not isinstance(platform, GlibcLinux):
        return
    for row in subject.runs_on:
        match = _GLIBC.fullmatch(row.libc or "")
        has = (int(match["major"]), int(match["minor"])) if match else platform.glibc
        if has < platform.glibc:
            yield RULE.finding(
                subject,
                policy,
                about=named(row),
                message=(
                    f"{named(row)} has {row.libc}, and the lock is for glibc {platform.glibc[0]}.{platform.glibc[1]}: "
                    "it may hold wheels that do not load there"
                ),
                remedy=_remedy(platform, has),
                verified=row.verified,
            )


def _remedy(platform: GlibcLinux, has: tuple[int, int]) -> str:
    """Name the newest platform that fits, if locks can be made for one that old."""
    fitting = [each for each in GLIBC_FLOORS if each <= has]
    if not fitting:
        return "Deploy on a newer base."
    return f"Lock for {changed(platform, glibc=max(fitting)).name}, or deploy on a newer base."


RULE = Rule(
    id="SU003",
    description="What the target runs on has an older glibc than the lock is for",
    severity="error",
    reach="target",
    why="""\
A lock is for a platform with a floor: glibc 2.28 unless another is named. On a base with an older one, installers
refuse such wheels, or an import fails with `version GLIBC_… not found`. The rule speaks about what `runs-on` names,
before anything is deployed; AR006 compares what the locked wheels really need.""",
    example=(
        "amazon-linux 2 has glibc 2.26, and the lock is for glibc 2.28: it may hold wheels that do not load there"
    ),
    remedy="""\
Name the platform with the base's glibc (`linux-x86_64-glibc2.17`) in `platforms` and lock again, or move to a newer
base.""",
    waive="""\
Right if every wheel of the lock is known to need less (AR006 is silent for the older floor). Name the platform.""",
    check=check,
)
