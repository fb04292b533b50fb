"""``uplock history``."""

from __future__ import annotations

from pathlib import Path

import click

from uplock.cli.context import Context
from uplock.cli.options import archive_option, json_option, project_argument
from uplock.cli.output import answer
from uplock.ports import ignore_events


@click.command(name="history")
@project_argument
@archive_option
@json_option
def command(*, project: Path, archive: str | None, as_json: bool) -> int:
    """List the recorded generations, newest first, each with its id.

    \b
    Examples:
      uplock history
      uplock history --json
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.report.text import history_text
    from uplock.workflow.recall import history

    answer(history(Context(project, ignore_events, archive=archive).archive), as_json=as_json, text=history_text)
    return 0
