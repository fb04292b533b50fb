"""``uplock lock``."""

from __future__ import annotations

from pathlib import Path

import click

from uplock.cli.context import Context
from uplock.cli.options import archive_option, index_options, json_option, now, project_argument, quiet_option
from uplock.cli.output import answer, progress


@click.command(name="lock")
@project_argument
@index_options
@archive_option
@json_option
@quiet_option
def command(  # noqa: PLR0913 - one argument per option
    *,
    project: Path,
    index_url: str | None,
    upgrade: bool,
    refresh: bool,
    archive: str | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Resolve and write hash-pinned locks per interpreter.

    Writes locks/pylock.TARGET.toml (PEP 751), locks/requirements.TARGET.txt and locks/lockset.json. Locks whose
    inputs did not change stand as they are.

    \b
    Examples:
      uplock lock
      uplock lock --upgrade
      uplock lock services/shop --index-url https://index.example/simple/
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.report.text import lock_text
    from uplock.workflow.project import Project
    from uplock.workflow.relock import run_lock
    from uplock.workflow.seams import Request

    moment = now()
    with progress(quiet=quiet) as on_event:
        context = Context(project, on_event, archive=archive, index_url=index_url)
        with context.alone():
            request = Request(now=moment, as_of=moment, renew=upgrade or refresh, refresh=refresh)
            read = Project(project, moment.date(), renew=upgrade or refresh)
            result = run_lock(read, request, context.seams(read))
    answer(result, as_json=as_json, text=lock_text)
    return 1 if any(target.missing and target.deployed for target in result.targets) else 0
