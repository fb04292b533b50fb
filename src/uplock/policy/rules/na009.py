"""NA009: a wheel needs a newer glibc, or another C library, than its own tag says (PEP 600, 656)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.policy import Policy
from uplock.policy.claims import broken_claims
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield one finding per artifact with members that need more than its tags say."""
    del as_of
    remedy = "Choose a version whose tag is true, and report it to the publisher."
    yield from broken_claims(RULE, subject, policy, "glibc", remedy=remedy)


RULE = Rule(
    id="NA009",
    description="A wheel needs a newer C library than its tag says",
    severity="error",
    reach="artifact",
    why="""\
By the tag `manylinux_2_17` (PEP 600) installers put a wheel on every system with glibc 2.17. If a file in it needs
symbols of a newer one, or of musl instead (PEP 656), it installs there all the same and fails when it is imported. The
tag is what every resolver goes by, so it is false for all who use it, also where this target happens to have what is
needed; whether it has is rule AR006.""",
    example=(
        "demo-1.0-cp312-cp312-manylinux_2_17_x86_64.whl does not keep what it promises: demo/_native.so: it needs "
        "symbols of glibc 2.28, and the wheel's tag promises 2.17"
    ),
    remedy="""\
Choose a version whose tag is true, and report it to the publisher: `auditwheel` would have refused that tag.""",
    waive="""\
Right if every machine that this is deployed on has what the file needs. Name the version (`pkg:pypi/NAME@VERSION`) or
the digest, and the platform.""",
    check=check,
)
