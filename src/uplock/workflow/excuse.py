"""Excusing: the waivers of a project put on findings about its locks, where no verdict is made."""

from __future__ import annotations

from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.outcome import LockCheckResult
from uplock.model.value import changed
from uplock.policy.lifecycle import utc_day
from uplock.policy.registry import statements
from uplock.policy.waivers.cover import Cover
from uplock.policy.waivers.standing import standings
from uplock.workflow.project import Project


class Excuse:
    """The waivers that are in force on a day. What is wrong with others is said by ``uplock check``."""

    def __init__(self, project: Project, moment: datetime) -> None:
        """Look at all waivers of ``project`` as they stand on the day of ``moment``."""
        self._targets = {each.target.name: each.target for each in project.planned}
        self._cover = Cover(
            standings(
                project.waivers,
                service=project.service,
                statements=statements(),
                policy=project.policy,
                day=utc_day(moment),
            )
        )

    def __call__(self, finding: Finding) -> Finding:
        """Return the finding, with the waiver that covers it if there is one."""
        target = self._targets.get(finding.target)
        if target is None:
            return finding
        return self._cover.waived(finding, version=target.interpreter.version, platform=target.platform.name)


def excused(result: LockCheckResult, project: Project, moment: datetime) -> LockCheckResult:
    """Return what a check of locks found, with the waivers of the day."""
    return changed(result, findings=tuple(map(Excuse(project, moment), result.findings)))
