"""``uplock check``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from uplock.cli.context import Context
from uplock.cli.options import archive_option, as_of_option, day, json_option, now, project_argument
from uplock.cli.output import EXIT_CODES, answer, painter
from uplock.ports import ignore_events


@click.command(name="check")
@project_argument
@as_of_option
@archive_option
@json_option
def command(*, project: Path, as_of: datetime | None, archive: str | None, as_json: bool) -> int:
    """Judge the newest generation for any day, without gathering again.

    \b
    Examples:
      uplock check
      uplock check --as-of 2028-11-01
      uplock check --json
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.report.text import check_text
    from uplock.workflow.check import check
    from uplock.workflow.project import Project

    moment = now()
    context = Context(project, ignore_events, archive=archive)
    context.recorded()
    with context.alone():
        result = check(Project(project, moment.date()), context.archive, as_of or day(moment))
    answer(result, as_json=as_json, text=lambda value: check_text(value, painter()))
    return EXIT_CODES[result.status]
