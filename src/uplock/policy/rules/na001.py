"""NA001: a wheel brings an OpenSSL 1.x (or older) that is past its end of life."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.native import NativeLibrary
from uplock.model.policy import Policy
from uplock.model.results import ArtifactResults
from uplock.policy.openssl import copies, past_its_end
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject

_VERSION = re.compile(r"(?P<line>[01]\.\d+\.\d+)[a-z]{0,2}(?![0-9a-z.])")
"""The scheme before 3.0: letters count the fixes of a line, as in 1.0.2zk."""

_SONAMES = ((".so.1.1", "1.1.1"), (".so.1.0.0", "1.0.2"), (".so.10", "1.0.2"))
"""What a SONAME without a version proves: the newest line that it can be."""


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield one finding per artifact and version; a line that was supported at the time is none."""
    for artifact in subject.artifacts:
        for line, library in _old_copies(artifact):
            yield from past_its_end(RULE, subject, policy, as_of, artifact, library, line)


def _old_copies(artifact: ArtifactResults) -> Iterator[tuple[str, NativeLibrary]]:
    """Yield line and first copy of every OpenSSL before 3.0. SONAMEs speak only where no version of one is known."""
    by_version: dict[str, tuple[str, NativeLibrary]] = {}
    by_soname: dict[str, tuple[str, NativeLibrary]] = {}
    for library in copies(artifact):
        if library.version is not None:
            if match := _VERSION.match(library.version):
                by_version.setdefault(library.version, (match["line"], library))
        else:
            soname = library.soname or ""
            for line in (line for suffix, line in _SONAMES if soname.endswith(suffix)):
                by_soname.setdefault(line, (line, library))
    yield from (by_version or by_soname).values()


RULE = Rule(
    id="NA001",
    description="A wheel bundles an OpenSSL 1.x that is past its end of life",
    severity="error",
    reach="artifact",
    why="""\
A library inside a wheel gets no fixes from the operating system and is listed nowhere. OpenSSL 1.1.1, the last line
before 3.0, has had no public fixes since 2023-09-11. The rule speaks from the day after the line's end of life in the
lifecycle table, about OpenSSL 1.x and older; where only a SONAME was found, it takes the newest line that the SONAME
can be. A line without a row in the table warns at most.""",
    example=(
        "opencv_python_headless-4.5.5.64-cp36-abi3-manylinux_2_17_x86_64.whl bundles OpenSSL 1.1.1w (string: OpenSSL "
        "1.1.1w  11 Sep 2023): support for 1.1.1 ended on 2023-09-11"
    ),
    remedy="""\
Choose a version of the package that bundles a supported OpenSSL, or one that brings none.""",
    waive="""\
Right if the package uses OpenSSL for nothing that an attacker reaches, or if its publisher mends that copy. Name the
version (`pkg:pypi/NAME@VERSION`) or the digest, and what keeps attackers away from it.""",
    check=check,
)
