"""NA010: a wheel needs a newer macOS than its tag says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.policy import Policy
from uplock.policy.claims import broken_claims
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield one finding per artifact with code that needs a newer macOS than its tags say."""
    del as_of
    remedy = "Deploy on a macOS that the code supports, or choose a version whose tag is true."
    yield from broken_claims(RULE, subject, policy, "macos", remedy=remedy)


RULE = Rule(
    id="NA010",
    description="A wheel needs a newer macOS than its tag says",
    severity="warning",
    reach="artifact",
    why="""\
A tag such as `macosx_10_9_universal2` promises the oldest macOS for both processors, and each file says for each of
them what it was built for. Where that is newer, installers put the wheel on machines that its publisher never built it
for: it may load, and fail in whatever is not there yet. For arm64 there is no macOS before 11, whatever a tag says.""",
    example=(
        "cryptography-48.0.1-cp311-abi3-macosx_10_9_universal2.whl does not keep what it promises: "
        "cryptography/hazmat/bindings/_rust.abi3.so: its code for x86_64 needs macOS 10.13, and the wheel's tag "
        "promises 10.9"
    ),
    remedy="""\
Deploy on a macOS that the code supports, or choose a version whose tag is true.""",
    waive="""\
Right if all machines have a macOS that the code supports. Name the version (`pkg:pypi/NAME@VERSION`) or the digest.""",
    check=check,
)
