"""Builders of what ``uplock check`` answers, by hand: a target, its findings, and who lets them through."""

from __future__ import annotations

from datetime import UTC, date, datetime

from uplock.model.digest import sha256_of
from uplock.model.finding import Finding, Severity, Status, Waived
from uplock.model.outcome import CheckResult, TargetResult
from uplock.model.policy_outcome import Location
from uplock.model.verify_outcome import AttestationCounts

AS_OF = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
GENERATION = sha256_of(b"generation")
TARGET = "cp313-linux-x86_64"


def make_waived(
    *,
    waiver: str = "sec-1",
    file: str = "waivers/sec-1.toml",
    reason: str = "the driver is certified for this version only",
    requested_by: str = "service-owner",
    approved_by: tuple[str, ...] = ("security-review",),
    ticket: str = "SEC-1",
    expires_at: date = date(2026, 12, 31),
) -> Waived:
    return Waived(
        waiver=waiver,
        file=file,
        reason=reason,
        requested_by=requested_by,
        approved_by=approved_by,
        ticket=ticket,
        expires_at=expires_at,
    )


def make_finding(
    rule: str = "AT002",
    severity: Severity = "error",
    *,
    target: str = TARGET,
    subject: str = "wolf",
    message: str = "the attestation does not hold",
    remedy: str = "Lock another version.",
    place: str = "",
    package: str | None = "wolf",
    waived: Waived | None = None,
) -> Finding:
    """Return a finding; a ``package`` of ``None`` makes it about no artifact."""
    return Finding(
        rule=rule,
        severity=severity,
        target=target,
        subject=subject,
        message=message,
        remedy=remedy,
        place=place,
        package=package,
        version=None if package is None else "1.0",
        sha256=None if package is None else sha256_of(package.encode("utf-8", "surrogatepass")),
        waived=waived,
    )


def make_target_result(
    *findings: Finding, target: str = TARGET, gates: bool = True, status: Status | None = None
) -> TargetResult:
    """Return a target with findings; its status follows from them unless it is given."""
    found: Status = "fail" if any(finding.fails for finding in findings) else "pass"
    return TargetResult(
        target=target,
        python="3.13.18",
        platform="linux x86_64, glibc 2.28",
        role="target",
        deployed=gates,
        end_of_life="2029-10-31",
        packages=2,
        native=1,
        glibc="2.17",
        attestations=AttestationCounts(unchecked=2),
        attested=(),
        status=status or found,
        why="made for a test",
        gates=gates,
        findings=findings,
        files=(),
    )


def make_check_result(
    *findings: Finding,
    gates: bool = True,
    status: Status | None = None,
    project_findings: tuple[Finding, ...] = (),
    others: tuple[TargetResult, ...] = (),
) -> CheckResult:
    """Return an answer about one target with ``findings``, and ``others``; its status follows from what gates."""
    targets = (make_target_result(*findings, gates=gates, status=status), *others)
    deciding = {each.status for each in targets if each.gates}
    if any(finding.fails for finding in project_findings):
        deciding.add("fail")
    order: tuple[Status, ...] = ("fail", "undetermined", "pass")
    found: Status = next((each for each in order if each in deciding), "undetermined")
    return CheckResult(
        project="shop",
        generation=GENERATION,
        as_of=AS_OF,
        status=found,
        targets=targets,
        findings=project_findings,
    )


def locate(finding: Finding) -> Location:
    """Show what is about an artifact at a line of a lock, and all else at the beginning of the configuration."""
    if finding.package is None:
        return Location(path="pyproject.toml", line=1)
    return Location(path=f"requirements/{finding.target}.txt", line=7)
