"""``uplock diff``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from uplock.cli.context import Context
from uplock.cli.options import archive_option, as_of_option, day, json_option, now, project_option
from uplock.cli.output import answer, painter
from uplock.ports import ignore_events

if TYPE_CHECKING:
    from uplock.model.diff_outcome import DiffResult


@click.command(name="diff")
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@project_option
@click.option("--findings", is_flag=True, help="Judge both with today's policy and waivers, and compare what is found.")
@as_of_option
@archive_option
@json_option
def command(  # noqa: PLR0913 - one argument per option
    *,
    before: str,
    after: str,
    project: Path,
    findings: bool,
    as_of: datetime | None,
    archive: str | None,
    as_json: bool,
) -> int:
    """Show what changed from generation A to B: each an id, 8 or more digits of one, or head.

    For every target: interpreter, packages and their files, native libraries, publishers, outcomes of attestations, and
    the content digest. A target that moved to another interpreter is compared with where it came from. With --findings
    or --as-of also what rules say of one side and not of the other, for one day. The exit code is 0 whether something
    changed or not.

    \b
    Examples:
      uplock diff 4f1e22a0 head
      uplock diff 4f1e22a0 head --findings --as-of 2027-03-01
      uplock diff 4f1e22a0 93ec26e1 --json
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.report.diff_text import diff_text
    from uplock.workflow.diff import difference
    from uplock.workflow.diff_sides import Side
    from uplock.workflow.heads import HEAD, head_of, identified

    context = Context(project, ignore_events, archive=archive)
    context.recorded()
    ids = [
        head_of(project, context.archive) if name == HEAD else identified(context.archive, name)
        for name in (before, after)
    ]
    one, other = (Side(each, context.archive.generation(each), context.archive) for each in ids)
    found = difference(one, other)
    if findings or as_of is not None:
        found = _judged(found, context, as_of)
    answer(found, as_json=as_json, text=lambda value: diff_text(value, painter()))
    return 0


def _judged(found: DiffResult, context: Context, as_of: datetime | None) -> DiffResult:
    from uplock.archive.proofs import DirectoryProofs
    from uplock.workflow.diff_findings import with_findings
    from uplock.workflow.project import Project

    moment = now()
    here = Project(context.root, moment.date())
    return with_findings(found, here, context.archive, as_of or day(moment), DirectoryProofs(context.archive))
