"""What today's rules and waivers say of two generations: findings that appeared, and those that vanished."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from uplock.model.diff_outcome import DiffResult, FindingsChange, TargetSide
from uplock.model.digest import Sha256
from uplock.model.finding import Finding, Status, Verdict
from uplock.model.value import changed
from uplock.policy.evaluate import sort_findings
from uplock.ports import Archive
from uplock.workflow.check import Checked, Question, Rehearsals, check
from uplock.workflow.project import Project


def with_findings(
    found: DiffResult, project: Project, archive: Archive, as_of: datetime, rehearsals: Rehearsals | None = None
) -> DiffResult:
    """Return the same difference with what is found on both sides, judged for one day. Raises as :func:`check`."""
    before = _checked(found.before, project, archive, as_of, rehearsals)
    after = _checked(found.after, project, archive, as_of, rehearsals)
    targets = tuple(
        changed(each, findings=_of_target(_of(before, each.before), _of(after, each.after))) for each in found.targets
    )
    about_project = _change(before.result.status, after.result.status, before.result.findings, after.result.findings)
    return changed(found, targets=targets, findings=about_project, as_of=as_of)


def _checked(
    identity: Sha256, project: Project, archive: Archive, as_of: datetime, rehearsals: Rehearsals | None
) -> Checked:
    return check(project, archive, Question(as_of=as_of, generation=identity), rehearsals)


def _of(checked: Checked, side: TargetSide | None) -> Verdict | None:
    return None if side is None else next((each for each in checked.verdicts if each.target == side.target), None)


def _of_target(before: Verdict | None, after: Verdict | None) -> FindingsChange:
    return _change(
        None if before is None else before.status,
        None if after is None else after.status,
        () if before is None else before.findings,
        () if after is None else after.findings,
    )


def _change(
    before: Status | None, after: Status | None, ones: Iterable[Finding], others: Iterable[Finding]
) -> FindingsChange:
    old, new = _comparable(ones), _comparable(others)
    return FindingsChange(
        before=before,
        after=after,
        appeared=sort_findings(new[key] for key in new.keys() - old.keys()),
        vanished=sort_findings(old[key] for key in old.keys() - new.keys()),
    )


def _comparable(findings: Iterable[Finding]) -> dict[Finding, Finding]:
    """Return findings by what they say, whatever their target is called: one may move to another interpreter."""
    return {changed(each, target=""): each for each in findings}
