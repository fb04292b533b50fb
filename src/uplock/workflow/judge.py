"""Judging: each target of a generation for a day, to a verdict and its summary."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Protocol

from uplock.lockfile.config import Config
from uplock.lockfile.overrides import Overrides
from uplock.lockfile.plan import PlannedTarget
from uplock.model.content import Contested
from uplock.model.digest import Sha256
from uplock.model.finding import Finding, Status, Verdict
from uplock.model.identity import KnownPublisher, TrustedRoot
from uplock.model.lock import Agreement, Lock, MissingLock, Shadowed
from uplock.model.outcome import AttestedPackage, OutputFile, TargetResult
from uplock.model.policy import Policy
from uplock.model.results import ArtifactResults, Unchecked, Verified
from uplock.model.waiver import WaiverFile
from uplock.policy.evaluate import EvaluationInput, findings_of, sort_findings
from uplock.policy.lifecycle import find, in_utc, load_latest_patches, load_lifecycles, table_digest
from uplock.policy.subject import Subject
from uplock.workflow.contradictions import contradictions
from uplock.workflow.outcomes import count, outcome_of, reason_of
from uplock.workflow.runs_on import base_of

VERDICTS = "verdicts"


class LockFacts(Protocol):
    """What is known of a lock set beyond its locks: of one on disk, or of one in a generation."""

    @property
    def missing(self) -> tuple[MissingLock, ...]:
        """Targets without a lock."""

    @property
    def agreement(self) -> tuple[Agreement, ...]:
        """What a second resolver said."""

    @property
    def shadowed(self) -> tuple[Shadowed, ...]:
        """Locked packages whose names several indexes have."""

    @property
    def contested(self) -> tuple[Contested, ...]:
        """Packages that bring different bytes for the same paths."""

    @property
    def overrides(self) -> tuple[str, ...]:
        """Requirements that replaced those of packages."""

    @property
    def excludes(self) -> tuple[str, ...]:
        """Packages that were left out."""

    @property
    def publishers(self) -> tuple[KnownPublisher, ...]:
        """Publishers that are known from before."""

    @property
    def trusted_root(self) -> TrustedRoot | None:
        """What attestations were verified under."""


def verdict_path(target: str) -> str:
    """Return where the verdict of a target stands, below the project."""
    return f"{VERDICTS}/{target}.json"


def subjects_of(
    planned: Iterable[PlannedTarget],
    locks: Iterable[Lock],
    lockset: LockFacts,
    results: Mapping[Sha256, ArtifactResults],
    config: Config,
) -> tuple[Subject, ...]:
    """Return what the rules see of every planned target, in the order of the plan.

    ``config`` says what the targets are deployed on: like the policy, that is a matter of today.
    """
    by_target = {lock.target.name: lock for lock in locks}
    absent = {each.target: each for each in lockset.missing}
    checked = {each.target: each for each in lockset.agreement}
    lifecycles, latest_patches = load_lifecycles(), load_latest_patches()
    found = []
    for each in planned:
        name = each.target.name
        lock = by_target.get(name)
        packages = () if lock is None else lock.packages
        names = {package.name for package in packages}
        base = base_of(config, each.target)
        found.append(
            Subject(
                target=each.target,
                role=each.role,
                deployed=each.deployed,
                lock=lock,
                missing=absent.get(name),
                artifacts=tuple(
                    results[package.artifact.sha256] for package in packages if package.artifact.sha256 in results
                ),
                agreement=checked.get(name),
                contradictions=() if lock is None else tuple(contradictions(lock, results, _overrides(lock, lockset))),
                shadowed=tuple(each for each in lockset.shadowed if each.name in names),
                contested=tuple(each for each in lockset.contested if each.target == name),
                lifecycles=lifecycles,
                latest_patches=latest_patches,
                runs_on=base.rows,
                unknown_bases=base.unknown,
                known=tuple(each for each in lockset.publishers if each.package in names),
                trusted_root=lockset.trusted_root,
            )
        )
    return tuple(found)


def _overrides(lock: Lock, lockset: LockFacts) -> Overrides:
    references = (package.name for package in lock.packages if package.index is None)
    return Overrides(lockset.overrides, lockset.excludes, references)


def judge_locks(
    subjects: Iterable[Subject],
    policy: Policy,
    as_of: datetime,
    excuse: Callable[[Finding], Finding] = lambda finding: finding,
) -> tuple[Finding, ...]:
    """Return what the rules that need nothing but locks say of every subject, in order: no verdict.

    ``excuse`` puts waivers on them.
    """
    moment = in_utc(as_of)
    return tuple(
        finding
        for subject in subjects
        for finding in sort_findings(map(excuse, findings_of(subject, policy, moment, at_lock=True)))
    )


def evaluation_input(  # noqa: PLR0913 - everything that a verdict is a function of
    subjects: tuple[Subject, ...],
    *,
    service: str,
    policy: Policy,
    as_of: datetime,
    generation: Sha256,
    waivers: tuple[WaiverFile, ...],
) -> EvaluationInput:
    """Return everything that the verdicts about ``subjects`` are a function of."""
    return EvaluationInput(
        project=service,
        generation=generation,
        as_of=in_utc(as_of),
        policy=policy,
        table=table_digest(),
        lifecycles=load_lifecycles(),
        latest_patches=load_latest_patches(),
        waivers=waivers,
        subjects=subjects,
    )


def project_findings(verdicts: Iterable[Verdict]) -> tuple[Finding, ...]:
    """Return what is wrong with the project as a whole: every verdict of it says the same."""
    return next((verdict.project_findings for verdict in verdicts), ())


def overall(verdicts: Iterable[Verdict]) -> Status:
    """Return the status of a run: that of the worst verdict that gates; without any that gates, undetermined."""
    gating = {verdict.status for verdict in verdicts if verdict.gates}
    for status in ("fail", "undetermined", "pass"):
        if status in gating:
            return status
    return "undetermined"


def summarize(subject: Subject, verdict: Verdict, files: tuple[OutputFile, ...]) -> TargetResult:
    """Return the summary of one target: what text and JSON show."""
    interpreter = subject.target.interpreter
    lifecycle = find(load_lifecycles(), "cpython", interpreter.minor)
    return TargetResult(
        target=subject.target.name,
        python=interpreter.version,
        platform=subject.target.platform.name,
        role=subject.role,
        deployed=subject.deployed,
        end_of_life=None if lifecycle is None else lifecycle.end_of_life.isoformat(),
        packages=0 if subject.lock is None else len(subject.lock.packages),
        native=sum(bool(each.native.members) for each in subject.artifacts),
        glibc=_highest(each.native.glibc for each in subject.artifacts),
        attestations=count(each.verification for each in subject.artifacts),
        attested=tuple(_attested(each) for each in subject.artifacts if not isinstance(each.verification, Unchecked)),
        status=verdict.status,
        why=verdict.why,
        gates=verdict.gates,
        findings=verdict.findings,
        files=files,
    )


def _attested(artifact: ArtifactResults) -> AttestedPackage:
    verification = artifact.verification
    return AttestedPackage(
        package=artifact.metadata.name,
        filename=artifact.filename,
        outcome=outcome_of(verification),
        publisher=verification.publisher if isinstance(verification, Verified) else None,
        reason=reason_of(verification),
    )


def _highest(versions: Iterable[str | None]) -> str | None:
    known = [version for version in versions if version is not None]
    return max(known, key=lambda version: tuple(int(part) for part in version.split(".")), default=None)
