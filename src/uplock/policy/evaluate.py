"""Evaluation: the targets of a generation under a policy, as of a moment, to verdicts. Pure functions throughout."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from uplock.model.digest import Sha256, digest_of
from uplock.model.finding import SEVERITIES, Finding, Status, Verdict
from uplock.model.lifecycle import LatestPatch, Lifecycle
from uplock.model.policy import Policy
from uplock.model.value import Value, changed
from uplock.model.waiver import WaiverFile, waivers_digest
from uplock.policy.lifecycle import in_utc, utc_day
from uplock.policy.registry import rules, statements
from uplock.policy.subject import Subject
from uplock.policy.waivers.cover import Cover
from uplock.policy.waivers.misuse import misuse_findings
from uplock.policy.waivers.standing import standings
from uplock.policy.wording import counted, listed


class EvaluationInput(Value, frozen=True, kw_only=True):
    """Everything that verdicts are a function of: the document that ``uplock check --export-input`` prints.

    In the document the tables stand once, beside ``subjects``; :meth:`complete` puts them back where rules look.
    """

    format: int = 1
    project: str
    """Name of the service, as waivers name it in their scope."""
    generation: Sha256
    as_of: datetime
    policy: Policy
    table: Sha256
    """Digest over the lifecycle data that comes with uplock."""
    lifecycles: tuple[Lifecycle, ...]
    latest_patches: tuple[LatestPatch, ...]
    waivers: tuple[WaiverFile, ...]
    subjects: tuple[Subject, ...]

    def exported(self) -> EvaluationInput:
        """Return the same with the tables once."""
        return changed(self, subjects=self._with_tables((), ()))

    def complete(self) -> EvaluationInput:
        """Return the same with the tables in every subject."""
        return changed(self, subjects=self._with_tables(self.lifecycles, self.latest_patches))

    def _with_tables(
        self, lifecycles: tuple[Lifecycle, ...], latest_patches: tuple[LatestPatch, ...]
    ) -> tuple[Subject, ...]:
        return tuple(
            changed(subject, lifecycles=lifecycles, latest_patches=latest_patches) for subject in self.subjects
        )


def evaluate(given: EvaluationInput) -> tuple[Verdict, ...]:
    """Judge every target, in order.

    The order of artifacts does not matter, and equal moments in different time zones give equal verdicts. The status
    is ``fail`` with any error that is not waived, else ``undetermined`` if something that rules need is not there (see
    :meth:`~uplock.policy.subject.Subject.gaps`; rule EV001 names it), else ``pass``. What gates is what is deployed:
    all targets unless ``deploy`` says otherwise, and the interpreter being left only if it is listed there. Waivers are
    judged for the same day; what is wrong with them is wrong with the project, and counts for every target.

    Raises :class:`~uplock.errors.UsageError` if ``as_of`` has no time zone.
    """
    moment = in_utc(given.as_of)
    known = standings(
        given.waivers,
        service=given.project,
        statements=statements(),
        policy=given.policy,
        day=utc_day(moment),
    )
    cover = Cover(known)
    found = [
        sort_findings(excused(subject, findings_of(subject, given.policy, moment), cover)) for subject in given.subjects
    ]
    used = {
        waiver
        for subject, findings in zip(given.subjects, found, strict=True)
        for waiver in _used(subject, findings, cover)
    }
    about_project = sort_findings(misuse_findings(known, used, given.policy))
    policy, waivers = digest_of(given.policy), waivers_digest(given.waivers)
    return tuple(
        Verdict(
            target=subject.target.name,
            python=subject.target.interpreter.version,
            status=_status(subject, (*findings, *about_project)),
            why=_why(subject, (*findings, *about_project)),
            gates=subject.deployed,
            as_of=moment,
            generation=given.generation,
            policy=policy,
            lifecycle=given.table,
            waivers=waivers,
            findings=findings,
            project_findings=about_project,
        )
        for subject, findings in zip(given.subjects, found, strict=True)
    )


def findings_of(
    subject: Subject, policy: Policy, moment: datetime, *, at_lock: bool = False, group: str = ""
) -> set[Finding]:
    """Return what the rules say of a target; with ``at_lock`` only those that need nothing but a lock.

    ``group`` is what the ids of the rules begin with, ``AT``.
    """
    return {
        finding
        for rule in rules()
        if (rule.at_lock or not at_lock) and rule.id.startswith(group)
        for finding in rule.check(subject, policy, moment)
    }


def excused(subject: Subject, findings: Iterable[Finding], cover: Cover) -> Iterable[Finding]:
    """Return the findings, those that a waiver covers with who approved that, and until when."""
    version, platform = subject.target.interpreter.version, subject.target.platform.name
    return (cover.waived(finding, version=version, platform=platform) for finding in findings)


def _used(subject: Subject, findings: Iterable[Finding], cover: Cover) -> Iterator[str]:
    """Yield the ids of all waivers that fit a finding about a target, whichever of them is named there."""
    version, platform = subject.target.interpreter.version, subject.target.platform.name
    for finding in findings:
        yield from cover.used(finding, version=version, platform=platform)


def sort_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings in the order of verdicts and reports: worst first, waived last, then by rule and subject."""
    return tuple(
        sorted(
            findings,
            key=lambda each: (
                each.waived is not None,
                SEVERITIES.index(each.severity),
                each.rule,
                each.subject,
                each.place,
                each.message,
                each.target,
                each.remedy,
                each.sha256 or "",
            ),
        )
    )


def _status(subject: Subject, findings: Sequence[Finding]) -> Status:
    if any(finding.fails for finding in findings):
        return "fail"
    return "undetermined" if subject.lock is None or any(subject.gaps()) else "pass"


def _why(subject: Subject, findings: Sequence[Finding]) -> str:
    """Return the status in a sentence: the rules that decide it, and the waivers that it rests on."""
    failing = [finding for finding in findings if finding.fails]
    if failing:
        return f"{counted(len(failing), 'error')} without a waiver: {listed(each.rule for each in failing)}"
    gaps = sum(1 for _ in subject.gaps())
    if subject.missing is not None and not gaps:
        return "there is no lock, so nothing else was judged: AR001"
    if gaps:
        return f"{counted(gaps, 'thing')} that rules need {'is' if gaps == 1 else 'are'} not there: EV001"
    waived = [finding for finding in findings if finding.severity == "error" and finding.waived is not None]
    if not waived:
        return "no rule finds an error"
    until = min(finding.waived.expires_at for finding in waived if finding.waived is not None)
    what = listed(f"{each.rule} by {each.waived.waiver}" for each in waived if each.waived is not None)
    return f"every error is waived, until {until} at least: {what}"
