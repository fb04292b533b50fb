"""``uplock show``."""

from __future__ import annotations

from pathlib import Path

import click

from uplock.cli.context import Context
from uplock.cli.options import archive_option, json_option, project_option
from uplock.cli.output import answer
from uplock.ports import ignore_events


@click.command(name="show")
@click.argument("generation", default="head", required=False)
@project_option
@archive_option
@json_option
def command(*, generation: str, project: Path, archive: str | None, as_json: bool) -> int:
    """Show GENERATION (default: the head): its locks, files, publishers, native libraries, and what it rests on.

    GENERATION is an id, or 8 or more digits of one. Everything is read from the archive and hashed again; nothing is
    judged (uplock check --generation does that).

    \b
    Examples:
      uplock show
      uplock show 4f1e22a0 --json
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.errors import ArchiveError
    from uplock.report.show_text import show_text
    from uplock.workflow.heads import head_of
    from uplock.workflow.recall import recall_named
    from uplock.workflow.show import show

    context = Context(project, ignore_events, archive=archive)
    context.recorded()
    recalled = recall_named(project, context.archive, generation)
    try:
        head = head_of(project, context.archive)
    except ArchiveError:  # a generation of an archive whose head nobody knows can be shown all the same
        head = None
    answer(show(recalled, context.archive, head), as_json=as_json, text=show_text)
    return 0
