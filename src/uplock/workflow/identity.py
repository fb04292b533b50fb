"""What the rules about attestations say of locks alone, without archive and results: for ``uplock verify lock``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from uplock.model.digest import Sha256
from uplock.model.finding import Finding
from uplock.model.identity import KnownPublisher, TrustedRoot
from uplock.model.lock import Lock, LockedPackage, LockSet
from uplock.model.native import NativeProfile
from uplock.model.results import ArtifactResults, CoreMetadata, Verification
from uplock.model.verify_outcome import Baseline
from uplock.policy.evaluate import findings_of, sort_findings
from uplock.policy.lifecycle import in_utc
from uplock.policy.subject import Subject
from uplock.workflow.evidence import baseline_of, missing_baseline, missing_rows
from uplock.workflow.excuse import Excuse
from uplock.workflow.new_targets import known_in_new_targets
from uplock.workflow.project import Project

_GROUP = "AT"
_SHOWN_ANYWAY = frozenset({"AT002"})
"""Every invalid file is a row of the answer, with its class and remedy, and fails it whatever the policy says."""


def judge_attestations(  # noqa: PLR0913 - what the answer is a function of
    project: Project,
    lockset: LockSet,
    locks: Sequence[Lock],
    found: Mapping[Sha256, Verification],
    *,
    root: TrustedRoot,
    as_of: datetime,
    require_baseline: bool,
) -> tuple[Baseline, tuple[Finding, ...]]:
    """Return what today's outcomes could be compared with, and what the rules about attestations find.

    They compare with the publishers that the committed lock set knows, and with what the policy expects. Information
    is left out: the answer counts outcomes itself.
    """
    baseline = baseline_of(lockset.publishers, locks, found)
    missed: tuple[Finding, ...] = ()
    if require_baseline and baseline.state == "none":
        missed = missing_baseline(project.policy)
    elif require_baseline:
        missed = missing_rows(project.policy, locks, lockset.publishers)
    moment, excuse = in_utc(as_of), Excuse(project, as_of)
    known = known_in_new_targets(lockset.publishers, locks, found, lockset.evidence)
    findings = [
        excuse(finding)
        for lock in locks
        for finding in findings_of(_subject(lock, known, found, root), project.policy, moment, group=_GROUP)
        if finding.severity != "info" and finding.rule not in _SHOWN_ANYWAY
    ]
    return baseline, (*missed, *sort_findings(findings))


def _subject(
    lock: Lock, known: tuple[KnownPublisher, ...], found: Mapping[Sha256, Verification], root: TrustedRoot
) -> Subject:
    """Return a target as far as rules about attestations look at it."""
    packages = [package for package in lock.packages if package.artifact.sha256 in found]
    return Subject(
        target=lock.target,
        role="target",
        deployed=True,
        lock=lock,
        missing=None,
        artifacts=tuple(_results(package, found[package.artifact.sha256]) for package in packages),
        lifecycles=(),
        known=known,
        trusted_root=root,
    )


def _results(package: LockedPackage, verification: Verification) -> ArtifactResults:
    """Return what is known of a file of which only name, version, digest and outcome are."""
    return ArtifactResults(
        filename=package.artifact.filename,
        sha256=package.artifact.sha256,
        sha512="",
        size=package.artifact.size or 0,
        metadata=CoreMetadata(name=package.name, version=package.version, metadata_version=""),
        native=NativeProfile(),
        verification=verification,
    )
