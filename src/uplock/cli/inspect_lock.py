"""``uplock inspect lock``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from uplock.cli.context import Context
from uplock.cli.options import archive_option, json_option, project_option, quiet_option
from uplock.cli.output import answer, progress

if TYPE_CHECKING:
    from uplock.lockfile.config import Config
    from uplock.workflow.inspect_lock import Shelf


@click.command(name="lock")
@click.argument("targets", nargs=-1, metavar="[TARGET]...")
@project_option
@archive_option
@click.option("--index-url", metavar="URL", help="Index to fetch from what is in neither archive nor cache.")
@json_option
@quiet_option
def command(  # noqa: PLR0913 - one argument per option
    *,
    targets: tuple[str, ...],
    project: Path,
    archive: str | None,
    index_url: str | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Show the native code of what is locked for each TARGET (default: all), and who provides what it needs.

    Wheels are taken by their locked digests, from the archive or the user's cache; what is in neither is fetched. Each
    is read once: what it contains is kept by its digest. Reports and does not judge: uplock check does.

    \b
    Examples:
      uplock inspect lock
      uplock inspect lock py312-linux-x86_64 --json
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.report.inspect_text import locks_text
    from uplock.workflow.inspect_lock import inspect_locks
    from uplock.workflow.locks import committed
    from uplock.workflow.project import configuration

    with progress(quiet=quiet) as on_event:
        context = Context(project, on_event, archive=archive, index_url=index_url)
        shelf = shelf_of(context, configuration(project))
        result = inspect_locks(committed(project, targets), shelf, on_event)
    answer(result, as_json=as_json, text=locks_text)
    return 0


def shelf_of(context: Context, config: Config) -> Shelf:
    """Return where a command that changes no archive finds artifacts."""
    from uplock.workflow.inspect_lock import Shelf

    archive = context.archive if context.archive.place.is_dir() else None
    return Shelf(archive, context.cache, context.index(context.index_settings(config)))
