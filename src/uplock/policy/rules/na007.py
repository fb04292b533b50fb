"""NA007: a wheel needs a shared library that nobody brings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.need import Need
from uplock.model.policy import Policy
from uplock.model.results import ArtifactResults
from uplock.policy.linking import needs_of
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject
from uplock.policy.wording import counted, listed, printable

SHOWN = 5
_LENGTH = 100


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield one finding per artifact for what it needs for certain, and one for what its plug-ins need."""
    del as_of
    for artifact, needs in needs_of(subject):
        missing = [need for need in needs if need.kind == "nobody" and not need.delayed]
        for linked in (True, False):
            yield from _missing(subject, policy, artifact, [need for need in missing if need.linked is linked])


def _missing(subject: Subject, policy: Policy, artifact: ArtifactResults, needs: Sequence[Need]) -> Iterator[Finding]:
    """Yield the finding about needs that are all linked, or all not: of the latter nobody knows that they matter."""
    if not needs:
        return
    linked, platform = needs[0].linked, subject.target.platform.name
    yield RULE.finding(
        subject,
        policy,
        about=artifact.filename,
        of=artifact,
        message=(
            f"{artifact.filename} needs {'' if linked else 'for plug-ins '}what neither it nor its dependencies nor "
            f"{platform} bring: {listed((_needed(need) for need in needs), limit=SHOWN)}"
        ),
        remedy="Install what is missing where this is deployed, or choose a version that brings it.",
        place=needs[0].members[0],
        verified=linked,
    )


def _needed(need: Need) -> str:
    member = printable(need.members[0].rpartition("/")[2], _LENGTH)
    more = f" and {counted(len(need.members) - 1, 'other file')}" if len(need.members) > 1 else ""
    return f"{printable(need.soname, _LENGTH)} (for {member}{more})"


RULE = Rule(
    id="NA007",
    description="A wheel needs a shared library that nobody brings",
    severity="error",
    reach="artifact",
    why="""\
What a native file needs must come from its own wheel, from a package that the wheel depends on (also through the
extras of metapackages, as those of CUDA), or from the system. What a Linux system may be relied on for, the manylinux
and musllinux policies say (PEP 513, 600, 656; as auditwheel keeps them); macOS has `/usr/lib` and `/System`, Windows
its own DLLs, and CPython's installers bring the run-time of C there, but not that of C++ (`msvcp140.dll`). Anything
else is on some machines only, and elsewhere the import fails. Libraries to which no module and no program is linked
(plug-ins, or what the package loads by its path) have a finding of their own, a warning at most: whether they are
ever loaded, no header says. What is loaded at first use only, what comes with a driver, and what a dependency that
could not be read may bring is no finding.""",
    example=(
        "pyodbc-5.5.0-cp312-cp312-manylinux_2_28_x86_64.whl needs what neither it nor its dependencies nor "
        "linux-x86_64 bring: libodbc.so.2 (for pyodbc.cpython-312-x86_64-linux-gnu.so)"
    ),
    remedy="""\
Install what is missing where this is deployed (a package of the distribution, or Microsoft's redistributable), or
choose a version or another package that brings it.""",
    waive="""\
Right if the image that this is deployed in has the library, or if the part that needs it is never loaded. Name the
version (`pkg:pypi/NAME@VERSION`) or the digest, and what brings the library.""",
    check=check,
)
