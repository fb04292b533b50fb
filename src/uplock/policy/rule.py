"""Rules: an id, one sentence, a default severity, a page of documentation, and a check from a subject to findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Literal

from uplock.model.digest import Sha256
from uplock.model.finding import SEVERITIES, Finding, Severity
from uplock.model.lock import LockedPackage
from uplock.model.policy import Policy
from uplock.model.results import ArtifactResults
from uplock.model.value import Value
from uplock.policy.subject import Subject
from uplock.policy.wording import MAX_SENTENCE, printable

Check = Callable[[Subject, Policy, datetime], Iterator[Finding]]
"""Judges a subject under a policy as of a moment: a pure function of the three."""

Reach = Literal["interpreter", "target", "package", "artifact", "bytes", "nothing"]
"""How narrow a waiver of a rule must be: it names at least

- ``interpreter``: an interpreter;
- ``target``: an interpreter, a platform, a package or a digest;
- ``package``: a package (in any version) or a digest;
- ``artifact``: one version of a package, or a digest;
- ``bytes``: a digest;
- ``nothing``: the rule cannot be waived.
"""


class Statement(Value, frozen=True, kw_only=True):
    """What can be found, whoever finds it: all of a rule but its check. ``docs/rules.md`` is made of these."""

    id: str
    description: str
    """What it says when it speaks: one sentence without a full stop."""
    severity: Severity
    """Unless the policy says otherwise."""
    reach: Reach
    why: str
    """What is at stake: plain paragraphs of Markdown."""
    example: str
    """A message as it is really given, without backticks."""
    remedy: str
    """What to do: plain paragraphs of Markdown."""
    waive: str
    """When an exception can be right, and what to write into it; or which setting is the better way."""

    def severity_under(self, policy: Policy) -> Severity:
        """Return the severity that the policy gives it."""
        return policy.severities.get(self.id, self.severity)

    def found(  # noqa: PLR0913 - a finding has these parts
        self,
        policy: Policy,
        *,
        target: str,
        about: str,
        message: str,
        remedy: str,
        place: str = "",
        of: LockedPackage | ArtifactResults | None = None,
        package: str | None = None,
        severity: Severity | None = None,
    ) -> Finding:
        """Return a finding with text that is safe to show. ``of`` is the artifact, else ``package`` the name of one."""
        name, version, sha256 = _named(of) if of is not None else (package, None, None)
        return Finding(
            rule=self.id,
            severity=severity or self.severity_under(policy),
            target=target,
            subject=printable(about),
            message=printable(message, MAX_SENTENCE),
            remedy=printable(remedy, MAX_SENTENCE),
            place=printable(place),
            package=name,
            version=version,
            sha256=sha256,
        )


class Rule(Statement, frozen=True, kw_only=True):
    """One rule. Its module under ``rules/`` binds it to the name ``RULE``."""

    check: Check
    at_lock: bool = False
    """Whether it needs nothing but locks: then it speaks as soon as they are made."""

    def finding(  # noqa: PLR0913 - a finding has these parts, and all but the first two are named
        self,
        subject: Subject,
        policy: Policy,
        *,
        about: str,
        message: str,
        remedy: str,
        place: str = "",
        of: LockedPackage | ArtifactResults | None = None,
        package: str | None = None,
        notice: bool = False,
        verified: bool = True,
    ) -> Finding:
        """Return a finding of this rule about ``about``, with text that is safe to show.

        ``of`` is the artifact that it is about: locations and waivers go by its name, version and digest. Where there
        is none, ``package`` is the normalized name of the package that it is about.

        The severity is the policy's for this rule, else the default. A ``notice`` is always ``info``: an override is
        about what the rule is for, not about its advance notices. What rests on data that is not ``verified`` is a
        warning at most, whatever the policy says.
        """
        severity: Severity = "info" if notice else self.severity_under(policy)
        if not verified:
            severity = milder(severity, "warning")
        return self.found(
            policy,
            target=subject.target.name,
            about=about,
            message=message,
            remedy=remedy,
            place=place,
            of=of,
            package=package,
            severity=severity,
        )


def milder(one: Severity, other: Severity) -> Severity:
    """Return the less severe of two."""
    return max(one, other, key=SEVERITIES.index)


def _named(of: LockedPackage | ArtifactResults) -> tuple[str, str, Sha256]:
    """Return name, version and digest of an artifact."""
    match of:
        case LockedPackage(name=name, version=version, artifact=artifact):
            return name, version, artifact.sha256
        case ArtifactResults(metadata=metadata, sha256=sha256):
            return metadata.name, metadata.version, sha256
