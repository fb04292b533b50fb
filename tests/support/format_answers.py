"""Builders of what ``uplock check`` answers, for the formats: by hand, or by the real evaluation."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Literal

from support.subjects import NOTHING, make_input
from uplock.model.digest import Sha256, sha256_of
from uplock.model.finding import Finding, Severity, Status, Waived
from uplock.model.outcome import CheckResult, TargetResult
from uplock.model.policy import Policy
from uplock.model.policy_outcome import Location
from uplock.model.value import encode_pretty
from uplock.model.verify_outcome import AttestationCounts
from uplock.model.waiver import WaiverFile
from uplock.policy.evaluate import evaluate
from uplock.policy.registry import statements
from uplock.policy.subject import Subject
from uplock.report.check_text import check_text
from uplock.report.formats import github, gitlab, junit, markdown, sarif
from uplock.workflow.judge import overall, project_findings, summarize

TARGET, LEAVING = "py313-linux-x86_64", "py39-linux-x86_64"
AS_OF = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SEC_1 = Waived(
    waiver="demo-until-release",
    file="waivers/demo-until-release.toml",
    reason="the publisher mends its workflow in the next release",
    requested_by="service-owner",
    approved_by=("security-review",),
    ticket="SEC-1",
    expires_at=date(2026, 12, 31),
)

HOSTILE = (
    "::error title=x::y",
    "\n::add-mask::secret",
    "\r\n::stop-commands::token",
    "%0A::error::x %25 a,b:c",
    "##[add-path]/bin",
    "x](https://evil.example) [y](1) {0} {{1}}",
    "</failure></testcase><testcase name='good'/> ]]> &amp; \"'",
    "\x00\x1b[32m\x0b\ufffe\uffff\ud800\u202e\u2028",
    "`code` ``x`` | cell | <img src=x onerror=alert(1)> <!-- ",
    "@security-review #1 GH-1 https://evil.example www.evil.example a@evil.example",
    "**bold** _x_ ![i](x) <details> $x$ :white_check_mark: ",
    "✅ ✔ 🟢 ☑️ \U0001f7e9",
    "\\`|\\",
    "   ",
    "",
)
"""Foreign text that tries to be markup, a command, a mark or another finding in one of the formats."""

Format = Literal["text", "json", "sarif", "junit", "github", "gitlab", "markdown"]
FORMATS: tuple[Format, ...] = ("text", "json", "sarif", "junit", "github", "gitlab", "markdown")


def locate(finding: Finding) -> Location:
    """Stand in for the real one: a line of the lock of the target, or the lock set."""
    path = f"locks/requirements.{finding.target}.txt" if finding.target else finding.place or "locks/lockset.json"
    return Location(path=path, line=7)


def make_finding(
    rule: str = "AT002",
    *,
    severity: Severity = "error",
    target: str = TARGET,
    subject: str = "demo-1.0-py3-none-any.whl",
    message: str = "the attestation of demo does not hold",
    remedy: str = "Do not install the file.",
    place: str = "",
    package: str | None = "demo",
    version: str | None = "1.0",
    sha256: Sha256 | None = NOTHING,
    waived: Waived | None = None,
) -> Finding:
    return Finding(
        rule=rule,
        severity=severity,
        target=target,
        subject=subject,
        message=message,
        remedy=remedy,
        place=place,
        package=package,
        version=version,
        sha256=sha256,
        waived=waived,
    )


def make_target_result(
    *findings: Finding,
    target: str = TARGET,
    status: Status | None = None,
    why: str = "why it is so",
    gates: bool = True,
    attestations: AttestationCounts | None = None,
) -> TargetResult:
    """Return a target with its findings; its status is what they make of it unless one is given."""
    made: Status = "fail" if any(finding.fails for finding in findings) else "pass"
    return TargetResult(
        target=target,
        python="3.13.18",
        platform="linux-x86_64",
        role="target",
        deployed=gates,
        end_of_life="2029-10-31",
        packages=12,
        native=3,
        glibc="2.17",
        attestations=attestations or AttestationCounts(),
        attested=(),
        status=status or made,
        why=why,
        gates=gates,
        findings=findings,
        files=(),
    )


def make_result(
    *targets: TargetResult, findings: Iterable[Finding] = (), status: Status | None = None, project: str = "shop"
) -> CheckResult:
    """Return an answer; its status is that of the worst target that gates unless one is given."""
    gating = {target.status for target in targets if target.gates}
    made: Status = "fail" if "fail" in gating else "pass" if gating == {"pass"} else "undetermined"
    return CheckResult(
        project=project,
        generation=sha256_of(b"generation"),
        as_of=AS_OF,
        status=status or made,
        targets=targets,
        findings=tuple(findings),
    )


def hostile_result(text: str) -> CheckResult:
    """Return an answer in which every field that others write is ``text``, waived and not, gating and not."""
    waived = Waived(
        waiver=text,
        file=text,
        reason=text,
        requested_by=text,
        approved_by=(text, text),
        ticket=text,
        expires_at=date(2026, 12, 31),
    )

    def about(target: str, severity: Severity, excuse: Waived | None = None) -> Finding:
        return make_finding(
            severity=severity,
            target=target,
            subject=text,
            message=text,
            remedy=text,
            place=text,
            package=text,
            version=text,
            waived=excuse,
        )

    severities: tuple[Severity, ...] = ("error", "warning", "info")
    found = [about(TARGET, severity, excuse) for severity in severities for excuse in (None, waived)]
    return make_result(
        make_target_result(*found, why=text),
        make_target_result(about(LEAVING, "error"), target=LEAVING, gates=False, why=text),
        findings=[about("", "error")],
        project=text,
    )


def judged(
    *subjects: Subject,
    policy: Policy | None = None,
    waivers: tuple[WaiverFile, ...] = (),
    as_of: datetime = AS_OF,
) -> CheckResult:
    """Return what ``uplock check`` answers about subjects: the real rules, waivers and summaries."""
    verdicts = evaluate(make_input(*subjects, policy=policy, waivers=waivers, as_of=as_of))
    return CheckResult(
        project="shop",
        generation=NOTHING,
        as_of=as_of,
        status=overall(verdicts),
        targets=tuple(summarize(subject, verdict, ()) for subject, verdict in zip(subjects, verdicts, strict=True)),
        findings=project_findings(verdicts),
    )


def rendered(result: CheckResult, form: Format, paint: Callable[[str, str], str] = lambda text, _: text) -> str:
    """Return the answer in a format."""
    if form == "text":
        return check_text(result, paint)
    if form == "json":
        return encode_pretty(result).decode()
    if form == "sarif":
        return sarif.render(result, locate, statements(), version="1.2.3")
    render = {"junit": junit.render, "github": github.render, "gitlab": gitlab.render, "markdown": markdown.render}[
        form
    ]
    return render(result, locate, statements())
