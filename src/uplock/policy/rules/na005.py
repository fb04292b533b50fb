"""NA005: a lock holds libraries or wheels of several major versions of CUDA."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from uplock.linkage.cuda import traces
from uplock.model.finding import Finding
from uplock.model.policy import Policy
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject
from uplock.policy.wording import listed, printable

SHOWN = 3
_LENGTH = 80


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield one finding per lock in which more than one major version of CUDA shows."""
    del as_of
    found: dict[int, set[str]] = {}
    for artifact in subject.artifacts:
        for trace in traces(artifact):
            shown = "" if trace.shown_by == trace.package else f" ({printable(trace.shown_by, _LENGTH)})"
            found.setdefault(trace.major, set()).add(f"{trace.package}{shown}")
    if len(found) > 1:
        majors = "; ".join(f"{major} in {listed(found[major], limit=SHOWN)}" for major in sorted(found))
        yield RULE.finding(
            subject,
            policy,
            about="CUDA",
            message=f"the lock mixes {len(found)} major versions of CUDA: {majors}",
            remedy="Choose versions of these packages that are built for the same major version of CUDA.",
        )


RULE = Rule(
    id="NA005",
    description="A lock mixes major versions of CUDA",
    severity="error",
    reach="target",
    why="""\
Libraries of one major version of CUDA do not work with those of another, and what two of them allocate in one process
they cannot share. Such a lock installs, imports, and fails when the graphics processor is first used, or doubles
several gigabytes. The major version shows in the name of a wheel (`-cu12`) or in a library of the toolkit that it needs
or brings. SONAMEs have numbers of their own: CUDA 13 has `libcudart.so.13`, and `libcusparse.so.12` as CUDA 12 has;
names that several major versions have prove nothing.""",
    example=(
        "the lock mixes 2 major versions of CUDA: 12 in cupy-cuda12x, nvidia-cuda-runtime-cu12; "
        "13 in torch (libcudart.so.13)"
    ),
    remedy="""\
Choose versions of these packages that are built for the same major version of CUDA, and that the driver on the machine
supports.""",
    waive="""\
Right if the packages are never used in one process. Name the interpreter or the platform.""",
    check=check,
)
