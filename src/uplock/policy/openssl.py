"""Copies of OpenSSL inside wheels, and the lifecycle of their lines: what NA001 and NA002 share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.native import NativeLibrary
from uplock.model.policy import Policy
from uplock.model.results import ArtifactResults
from uplock.policy.lifecycle import days_left, find
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject


def copies(artifact: ArtifactResults) -> Iterator[NativeLibrary]:
    """Yield every copy of OpenSSL that was found in an artifact, with or without a version."""
    return (
        library
        for library in artifact.native.libraries
        if library.project.casefold() == "openssl" and not library.is_crate
    )


def past_its_end(  # noqa: PLR0913, PLR0917 - the rule that speaks, the three of a check, and what was found where
    rule: Rule,
    subject: Subject,
    policy: Policy,
    as_of: datetime,
    artifact: ArtifactResults,
    library: NativeLibrary,
    line: str,
) -> Iterator[Finding]:
    """Yield a finding about a copy whose line gets no fixes any more; one that the table does not know warns."""
    row = find(subject.lifecycles, "openssl", line)
    if row is not None and days_left(row, as_of) >= 0:
        return
    what = f"OpenSSL {library.version}" if library.version else f"OpenSSL with SONAME {library.soname}"
    if row is None:
        since = f"line {line} is not in the lifecycle table"
    else:
        doubt = "" if row.verified else ", which is not verified"
        since = f"support for {line} ended on {row.end_of_life}{doubt}"
    yield rule.finding(
        subject,
        policy,
        about=artifact.filename,
        of=artifact,
        message=f"{artifact.filename} bundles {what} ({library.method}: {library.members[0].evidence}): {since}",
        remedy=f"Choose a version of {artifact.metadata.name} that bundles a supported OpenSSL, or none.",
        place=library.members[0].path,
        verified=row is not None and row.verified,
    )
