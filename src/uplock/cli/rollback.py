"""``uplock rollback``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from uplock.cli.context import Context
from uplock.cli.options import (
    archive_option,
    as_of_option,
    day,
    json_option,
    now,
    project_option,
    quiet_option,
)
from uplock.cli.output import EXIT_CODES, answer, painter, progress


@click.command(name="rollback")
@click.argument("generation")
@project_option
@click.option("--target", metavar="TARGET", help="Target that the install line names.  [default: the deployed one]")
@click.option("--into", default=".venv", metavar="DIR", show_default=True, help="Directory that the line names.")
@as_of_option
@archive_option
@json_option
@quiet_option
def command(  # noqa: PLR0913 - one argument per option
    *,
    generation: str,
    project: Path,
    target: str | None,
    into: str,
    as_of: datetime | None,
    archive: str | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Restore the lock files of GENERATION, byte for byte; forward is the same command.

    GENERATION is an id, or 8 or more digits of one, as uplock history --all lists them. SBOMs and verdicts are written
    again for it, and files of targets that it does not have are removed. Policy, waivers and configuration stay those
    of today: an old lock may rest on an interpreter past its end of life, and then needs a waiver. The code is today's
    verdict of what is deployed; the files are restored whatever it is, and uplock install judges again.

    \b
    Examples:
      uplock rollback 4f1e22a0
      uplock rollback 4f1e22a0 --into /srv/shop/env --json
      uplock rollback 93ec26e1 --target py39-linux-x86_64
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.errors import UsageError
    from uplock.report.rollback_text import rollback_text
    from uplock.workflow.project import Project
    from uplock.workflow.recall import recall_named
    from uplock.workflow.rollback import roll_back

    moment = now()
    with progress(quiet=quiet) as on_event:
        context = Context(project, on_event, archive=archive)
        context.recorded()
        with context.alone():
            wanted = recall_named(project, context.archive, generation)
            known = [each.target for each in wanted.content.locks]
            if target is not None and target not in known:
                raise UsageError(f"the generation has no lock of {target}", remedy=f"Name one of {', '.join(known)}.")
            result = roll_back(
                Project(project, moment.date()),
                wanted,
                context.archive,
                as_of=as_of or day(moment),
                now=moment,
                timestamp=context.timestamp(),
                options=_options(into, project, archive),
                target=target,
                on_event=on_event,
            )
    answer(result, as_json=as_json, text=lambda value: rollback_text(value, painter()))
    return EXIT_CODES[result.status]


def _options(into: str, project: Path, archive: str | None) -> tuple[str, ...]:
    """Return what the line that installs must say of places, as far as it was said here."""
    found: tuple[str, ...] = ("--into", into)
    if project != Path():
        found += ("--project", str(project))
    return found if archive is None else (*found, "--archive", archive)
