"""``uplock lock --check``."""

from __future__ import annotations

from datetime import datetime

from uplock.cli.context import Context
from uplock.cli.output import answer, painter
from uplock.model.outcome import Depth, LockCheckResult
from uplock.report.lock_text import lock_check_text
from uplock.workflow.lock_check import check_offline
from uplock.workflow.project import Project


def checked(context: Context, depth: Depth, moment: datetime, *, allow_sdist: bool, as_json: bool) -> int:
    """Check the locks as they are; writes nothing in the project."""
    project = Project(context.root, moment.date(), allow_sdist=allow_sdist)
    result = _checked(context, project, depth)
    answer(result, as_json=as_json, text=lambda value: lock_check_text(value, painter()))
    if result.edited:
        return 4
    return 1 if any(finding.severity == "error" for finding in result.findings) else 0


def _checked(context: Context, project: Project, depth: Depth) -> LockCheckResult:
    match depth:
        case "offline":
            return check_offline(project, context.cache)
        case "resolve":
            from uplock.workflow.lock_recheck import check_resolve

            context.recorded()
            with context.alone():
                return check_resolve(project, context.seams(project))
        case "index":
            from uplock.workflow.lock_served import check_index

            return check_index(project, context.seams(project).index, context.cache, context.on_event)
