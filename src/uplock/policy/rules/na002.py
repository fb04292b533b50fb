"""NA002: a wheel brings an OpenSSL 3.x or later whose line is past its end of life."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.native import NativeLibrary
from uplock.model.policy import Policy
from uplock.policy.openssl import copies, past_its_end
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject

_VERSION = re.compile(r"(?P<line>(?:[3-9]|[1-9]\d)\.\d+)\.\d+(?![0-9.])")
"""The scheme since 3.0: the first two numbers are the line."""


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield one finding per artifact and version. A SONAME alone (``.so.3``) does not tell the line."""
    for artifact in subject.artifacts:
        by_version: dict[str, tuple[str, NativeLibrary]] = {}
        for library in copies(artifact):
            if library.version is not None and (match := _VERSION.match(library.version)):
                by_version.setdefault(library.version, (match["line"], library))
        for line, library in by_version.values():
            yield from past_its_end(RULE, subject, policy, as_of, artifact, library, line)


RULE = Rule(
    id="NA002",
    description="A wheel bundles an OpenSSL 3.x or later that is past its end of life",
    severity="error",
    reach="artifact",
    why="""\
Lines of OpenSSL since 3.0 are supported for little more than a year, long-term ones (3.0, 3.5) for five. A copy inside
a wheel stays as it was built, so an old pin keeps an ended line for years, and nothing on the machine tells. The rule
speaks from the day after the line's end of life in the lifecycle table; a line without a row there warns at most.""",
    example=(
        "cryptography-44.0.0-cp39-abi3-manylinux_2_28_x86_64.whl bundles OpenSSL 3.4.0 (string: OpenSSL 3.4.0 22 Oct "
        "2024): support for 3.4 ended on 2026-10-22"
    ),
    remedy="""\
Move to a version of the package that bundles a supported line. Publishers that bundle OpenSSL release often: the newest
version usually does.""",
    waive="""\
Right if a vendor still mends the line for you (distributions do so for longer), or if the package uses OpenSSL for
nothing that an attacker reaches. Name the version (`pkg:pypi/NAME@VERSION`) or the digest.""",
    check=check,
)
