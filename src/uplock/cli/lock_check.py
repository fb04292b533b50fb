"""``uplock lock --check``."""

from __future__ import annotations

from datetime import datetime

from uplock.cli.context import Context
from uplock.cli.output import answer, painter
from uplock.model.outcome import Depth, LockCheckResult
from uplock.report.lock_text import lock_check_text
from uplock.workflow.excuse import excused
from uplock.workflow.lock_check import check_offline
from uplock.workflow.project import Project


def checked(context: Context, depth: Depth, moment: datetime, *, allow_sdist: bool, as_json: bool) -> int:
    """Check the locks as they are; writes nothing in the project."""
    project = Project(context.root, moment.date(), allow_sdist=allow_sdist)
    result = excused(_checked(context, project, depth), project, moment)
    answer(result, as_json=as_json, text=lambda value: lock_check_text(value, painter()))
    if result.edited:
        return 4
    spared = {each.target.name for each in project.planned if not each.deployed}  # as in uplock lock
    return 1 if any(finding.fails and finding.target not in spared for finding in result.findings) else 0


def _checked(context: Context, project: Project, depth: Depth) -> LockCheckResult:
    match depth:
        case "offline":
            return check_offline(project, context.cache)
        case "resolve":
            from uplock.workflow.lock_recheck import check_resolve

            context.recorded(
                "the view that the locks rest on is not here",
                "Use the archive in which the locks were made (--archive), or run uplock lock --fresh.",
            )
            with context.alone():
                return check_resolve(project, context.seams(project))
        case "index":
            from uplock.workflow.lock_served import check_index

            return check_index(project, context.seams(project).index, context.cache, context.on_event)
