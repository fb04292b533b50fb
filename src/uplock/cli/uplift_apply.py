"""``uplock uplift apply``."""

from __future__ import annotations

from pathlib import Path

import click

from uplock.cli.context import Context
from uplock.cli.options import archive_option, index_option, json_option, now, project_argument, quiet_option
from uplock.cli.output import answer, painter, progress


@click.command(name="apply")
@project_argument
@click.option("--target", metavar="TARGET", help="Whose plan, as py312-linux-x86_64.  [default: the only one]")
@index_option
@archive_option
@json_option
@quiet_option
def command(  # noqa: PLR0913 - one argument per option
    *, project: Path, target: str | None, index_url: str | None, archive: str | None, as_json: bool, quiet: bool
) -> int:
    """Lock again, with the pins of a plan as what is to be kept.

    Takes the plan that uplock uplift plan left in locks/uplift/. Its target must be among the targets of the project,
    and the project's cut-off, if one is configured, not before that of the plan. Pins of other targets are kept as
    uplock lock keeps them. What could not be kept is named.

    \b
    Examples:
      uplock uplift apply
      uplock uplift apply --target py312-linux-x86_64 --json
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.model.finding import gates
    from uplock.report.lock_text import lock_text
    from uplock.workflow.project import Project
    from uplock.workflow.uplift.apply import apply_plan, read_plan

    moment = now()
    with progress(quiet=quiet) as on_event:
        context = Context(project, on_event, archive=archive, index_url=index_url)
        with context.alone():
            read = Project(project, moment.date())
            result = apply_plan(read, read_plan(project, target), context.seams(read), moment)
    answer(result, as_json=as_json, text=lambda value: lock_text(value, painter()))
    return 1 if gates(result.findings, {each.target for each in result.targets if each.deployed}) else 0
