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
@click.option("--all", "everything", is_flag=True, help="List generations off the chain too: those before a rollback.")
@click.option(
    "--expect-head", metavar="ID", help="Fail if the archive does not have this generation: 8 or more digits."
)
@archive_option
@json_option
def command(*, project: Path, everything: bool, expect_head: str | None, archive: str | None, as_json: bool) -> int:
    """List the recorded generations from the head back, each with its id.

    A generation names its parent by digest, so a chain that was rewritten gives itself away. One that was cut off is
    found out by the head in locks/lockset.json, or by --expect-head with an id that was noted down. The code is then 4.

    \b
    Examples:
      uplock history
      uplock history --all --json
      uplock history --expect-head 4f1e22a0
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.archive.index import opened
    from uplock.report.text import history_text
    from uplock.workflow.archive_history import chain, expected_here, listed
    from uplock.workflow.heads import existing_lockset

    place = Context(project, ignore_events, archive=archive).archive
    entries = opened(place).entries()
    chained = chain(entries, place.recorded(), place.head())
    expected_here(entries, existing_lockset(project), expect_head)
    answer(listed(entries, chained, everything=everything), as_json=as_json, text=history_text)
    return 0
