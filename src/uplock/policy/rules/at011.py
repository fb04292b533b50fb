"""AT011: a package that could be checked cannot be checked any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.identity import KnownPublisher
from uplock.model.policy import Policy
from uplock.model.results import ArtifactResults
from uplock.policy.ratchet import compared, described, reason
from uplock.policy.ratchet_findings import ratchet_findings
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject
from uplock.policy.wording import counted, listed

ALONE = 10
"""Up to so many files have a finding each; more of them share one per reason."""

_REMEDY = "Run again when the source of provenance can be reached, or give it with --provenance-dir."


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield the files that nobody could be asked about, of packages that were verified in the same target."""
    del as_of
    unasked = [artifact for artifact, _ in compared(subject, "unasked")]
    if len(unasked) <= ALONE:
        yield from ratchet_findings(RULE, subject, policy, "unasked", _say)
        return
    for why in sorted({reason(artifact) for artifact in unasked}):
        names = [artifact.metadata.name for artifact in unasked if reason(artifact) == why]
        yield RULE.finding(
            subject,
            policy,
            about=why,
            message=f"{counted(len(names), 'package')} verified before, unchecked now ({why}): {listed(names)}",
            remedy=_REMEDY,
        )


def _say(artifact: ArtifactResults, was: KnownPublisher) -> tuple[str, str]:
    message = (
        f"{artifact.filename} is unchecked ({reason(artifact)}), and {artifact.metadata.name} was signed by "
        f"{described(was.publisher)} before"
    )
    return message, _REMEDY


RULE = Rule(
    id="AT011",
    description="A package that was verified is unchecked",
    severity="warning",
    reach="target",
    why="""\
Nothing is known against the file: the source of provenance could not be asked. But it could be asked before, and who
wants a missing attestation to go unnoticed makes asking fail. More than ten files share one finding per reason.""",
    example=(
        "demo-2.0-py3-none-any.whl is unchecked (unreachable), and demo was signed by GitHub owner/demo (release.yml) "
        "before"
    ),
    remedy="""\
Run again when the source can be reached, or give the documents with `--provenance-dir`.""",
    waive="""\
Not needed: it is a warning. Where a policy makes it an error (`severities = { AT011 = "error" }`, right for release
jobs), name the package, or the interpreter and the platform, and how it is checked instead.""",
    check=check,
)
