"""``uplock waivers``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from uplock.cli.options import as_of_option, day, json_option, now, project_argument
from uplock.cli.output import answer, painter


@click.command(name="waivers")
@project_argument
@as_of_option
@json_option
def command(*, project: Path, as_of: datetime | None, as_json: bool) -> int:
    """List the waivers of a project, those that end first before the others.

    Shows what each is worth on a day; judging is what uplock check does.

    \b
    Examples:
      uplock waivers
      uplock waivers --as-of 2027-01-01
      uplock waivers --json
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.report.waivers_text import waivers_text
    from uplock.workflow.project import Project
    from uplock.workflow.waivers import waivers

    moment = now()
    result = waivers(Project(project, moment.date()), as_of or day(moment))
    answer(result, as_json=as_json, text=lambda value: waivers_text(value, painter()))
    return 0
