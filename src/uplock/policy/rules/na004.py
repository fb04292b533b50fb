"""NA004: a lock mixes implementations of BLAS, or forms of one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.native import NativeLibrary
from uplock.model.policy import Policy
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject
from uplock.policy.wording import listed, printable

_NAMES = {"openblas": "OpenBLAS", "mkl": "MKL"}
_ILP64 = re.compile(r"USE64BITINT|openblas[a-z0-9]*?_?64_|mkl_[a-z_]*ilp64", re.IGNORECASE)
"""What shows integers of 64 bits: OpenBLAS's own words, or the name of the file."""
_LINE = re.compile(r"(\d{1,4}\.\d{1,4})(?![0-9])")


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield one finding per lock that holds more than one BLAS: another project, interface or line."""
    del as_of
    found: dict[str, set[str]] = {}
    for artifact in subject.artifacts:
        for library in artifact.native.libraries:
            if library.project.casefold() in _NAMES:
                found.setdefault(_kind(library), set()).add(artifact.metadata.name)
    if len(found) > 1:
        kinds = listed(f"{kind} in {listed(packages, limit=3)}" for kind, packages in found.items())
        yield RULE.finding(
            subject,
            policy,
            about="BLAS",
            message=f"the lock mixes {len(found)} kinds of BLAS: {kinds}",
            remedy="Limit the threads of each, or move the packages to versions that bundle the same BLAS.",
        )


def _kind(library: NativeLibrary) -> str:
    """Return project, line and interface: ``OpenBLAS 0.3 (ILP64)``; MKL has both interfaces in one library."""
    name = _NAMES[library.project.casefold()]
    if name == "MKL":
        return name
    line = _LINE.match(library.version or "")
    texts = (library.soname or "", *(text for each in library.members for text in (each.path, each.evidence)))
    interface = "ILP64" if any(map(_ILP64.search, texts)) else "LP64"
    return printable(" ".join(filter(None, (name, line[1] if line else "", f"({interface})"))))


RULE = Rule(
    id="NA004",
    description="A lock mixes several implementations or interfaces of BLAS",
    severity="warning",
    reach="target",
    why="""\
Each copy of a linear algebra library has a pool of threads of its own, usually one thread per processor: with two in a
process, twice as many threads run as there are processors, and programs get slower or stall. Two implementations
(OpenBLAS, MKL) also round differently, so results depend on which package computes them. Copies count as the same if
project, line (`0.3`) and interface agree: integers of 32 bits (LP64) or 64 bits (ILP64). Static copies in other
libraries show only if they say what they are.""",
    example="the lock mixes 2 kinds of BLAS: OpenBLAS 0.3 (ILP64) in numpy, OpenBLAS 0.3 (LP64) in scipy",
    remedy="""\
Limit the threads of each (`OPENBLAS_NUM_THREADS`, `MKL_NUM_THREADS`, or `threadpoolctl` in the program), or move the
packages to versions that bundle the same BLAS. The wheels of numpy and scipy bundle two by design.""",
    waive="""\
Right if the threads are limited where the program is deployed, or if only one of the packages computes anything there.
Name the interpreter or the platform.""",
    check=check,
)
