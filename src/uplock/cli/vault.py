"""``uplock vault``."""

from __future__ import annotations

from pathlib import Path

import click

from uplock.cli.context import Context
from uplock.cli.options import archive_option, json_option, project_option, quiet_option
from uplock.cli.output import answer, progress
from uplock.cli.vault_index import command as index_command


@click.group(name="vault")
def command() -> None:
    """Keep what one needs to go back to a generation, whatever becomes of cache and index.

    \b
    Examples:
      uplock vault add
      uplock vault index /srv/www/index
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped


command.add_command(index_command)


@command.command(name="add")
@click.argument("generation", default="head", required=False)
@project_option
@archive_option
@json_option
@quiet_option
def add_command(*, generation: str, project: Path, archive: str | None, as_json: bool, quiet: bool) -> int:
    """Keep every artifact of GENERATION (default: the head) and its provenance in the project's archive.

    Files are copied from the archive or the user's cache, byte for byte and hashed on the way, and no other name leads
    to the copies. Nothing that is kept is ever collected. Doing it again changes nothing.

    \b
    Examples:
      uplock vault add
      uplock vault add 4f1e22a0 --json
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.report.vault_text import vault_add_text
    from uplock.workflow.recall import recall_named
    from uplock.workflow.vault import add

    with progress(quiet=quiet) as on_event:
        context = Context(project, on_event, archive=archive)
        context.recorded()
        with context.alone():
            recalled = recall_named(project, context.archive, generation)
            result = add(recalled, context.archive, context.cache, context.archive.place, on_event)
    answer(result, as_json=as_json, text=vault_add_text)
    return 0
