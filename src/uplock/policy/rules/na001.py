"""NA001: a wheel brings an OpenSSL 1.x (or older) that is past its end of life."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.policy import Policy
from uplock.model.results import ArtifactResults, NativeLibrary
from uplock.policy.lifecycle import days_left, find
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject

_VERSION = re.compile(r"(?P<line>[01]\.\d+\.\d+)[a-z]{0,2}(?![0-9a-z.])")
"""The scheme before 3.0: letters count the fixes of a line, as in 1.0.2zk."""

_SONAMES = ((".so.1.1", "1.1.1"), (".so.1.0.0", "1.0.2"), (".so.10", "1.0.2"))
"""What a SONAME without a version proves: the newest line that it can be."""


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield one finding per artifact and version; a line that was supported at the time is none."""
    for artifact in subject.artifacts:
        for line, library in _old_copies(artifact.native.libraries):
            yield from _judge(subject, policy, as_of, artifact, library, line)


def _old_copies(libraries: tuple[NativeLibrary, ...]) -> Iterator[tuple[str, NativeLibrary]]:
    """Yield line and first copy of every OpenSSL before 3.0. SONAMEs speak only where no version of one is known."""
    by_version: dict[str, tuple[str, NativeLibrary]] = {}
    by_soname: dict[str, tuple[str, NativeLibrary]] = {}
    for library in libraries:
        if library.name.casefold() != "openssl":
            continue
        if library.version is not None:
            if match := _VERSION.match(library.version):
                by_version.setdefault(library.version, (match["line"], library))
        else:
            soname = library.soname or ""
            for line in (line for suffix, line in _SONAMES if soname.endswith(suffix)):
                by_soname.setdefault(line, (line, library))
    yield from (by_version or by_soname).values()


def _judge(  # noqa: PLR0913, PLR0917 - the three of a check, and what was found where
    subject: Subject, policy: Policy, as_of: datetime, artifact: ArtifactResults, library: NativeLibrary, line: str
) -> Iterator[Finding]:
    row = find(subject.lifecycles, "openssl", line)
    if row is not None and days_left(row, as_of) >= 0:
        return
    what = f"OpenSSL {library.version}" if library.version else f"OpenSSL with SONAME {library.soname}"
    if row is None:
        since = f"line {line} is not in the lifecycle table"
    else:
        doubt = "" if row.verified else ", which is not verified"
        since = f"support for {line} ended on {row.end_of_life}{doubt}"
    yield RULE.finding(
        subject,
        policy,
        about=artifact.filename,
        message=f"{artifact.filename} bundles {what} ({library.method}: {library.evidence}): {since}",
        remedy=f"Choose a version of {artifact.metadata.name} that bundles a supported OpenSSL, or none.",
        place=library.path,
        verified=row is not None and row.verified,
    )


RULE = Rule(
    id="NA001",
    description="A wheel bundles an OpenSSL 1.x that is past its end of life",
    severity="error",
    check=check,
)
