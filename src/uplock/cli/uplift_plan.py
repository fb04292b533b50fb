"""``uplock uplift plan``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from uplock.cli.context import Context
from uplock.cli.options import (
    Moment,
    archive_option,
    index_option,
    json_option,
    now,
    project_argument,
    python_option,
    quiet_option,
)
from uplock.cli.output import answer, painter, progress

if TYPE_CHECKING:
    from uplock.model.uplift import UpliftPlan


@click.command(name="plan")
@project_argument
@click.option("--from", "before", metavar="VERSION", help="Interpreter that is left.  [default: from of [tool.uplock]]")
@click.option(
    "--to", "after", metavar="VERSION", help="Interpreter to move to.  [default: the first target of [tool.uplock]]"
)
@click.option("--platform", metavar="NAME", help="Platform of both locks.  [default: the first one configured]")
@click.option(
    "--exclude-newer",
    type=Moment(),
    metavar="DATE",
    help="Cut-off of the plan: nothing newer is chosen. The old lock keeps its own.  [default: now]",
)
@click.option("--base", metavar="IMAGE", help="Base image that is to run it, as python:3.12-slim-bookworm.")
@click.option("--markdown", metavar="FILE", type=click.Path(path_type=Path), help="Write it for a pull request too.")
@click.option("--html", metavar="FILE", type=click.Path(path_type=Path), help="Write it as one page for people too.")
@click.option("--dry-run", is_flag=True, help="Write nothing below locks/.")
@index_option
@python_option
@archive_option
@json_option
@quiet_option
def command(  # noqa: PLR0913 - one argument per option
    *,
    project: Path,
    before: str | None,
    after: str | None,
    platform: str | None,
    exclude_newer: datetime | None,
    base: str | None,
    markdown: Path | None,
    html: Path | None,
    dry_run: bool,
    index_url: str | None,
    pythons: tuple[tuple[str, Path], ...],
    archive: str | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Plan the smallest move of a lock to another interpreter.

    Answers which versions have to change so that the whole lock installs from wheels on the target, why each of them
    has to, who blocks the move, and what remains to be tried. Where the target's interpreter is here, every top-level
    module is imported without a network, and versions are raised until all of them import. The proposed lock stands in
    locks/uplift/, beside the current ones; uplock uplift apply takes it over. Exit code 1: something blocks.

    \b
    Examples:
      uplock uplift plan --from 3.9 --to 3.12
      uplock uplift plan --to 3.13 --base python:3.13-slim --html uplift.html --markdown uplift.md
      uplock uplift plan --to 3.12 --exclude-newer 2026-11-15 --json
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.cli.bench import workbench
    from uplock.report.uplift_text import uplift_text
    from uplock.workflow.project import Project
    from uplock.workflow.replacement import replace_together
    from uplock.workflow.uplift.ends import Order
    from uplock.workflow.uplift.plan import plan_uplift

    moment = now()
    with progress(quiet=quiet) as on_event:
        context = Context(project, on_event, archive=archive, index_url=index_url, pythons=pythons)
        with context.alone():
            read = Project(project, moment.date())
            order = Order(
                before=before,
                after=after,
                platform=platform,
                cut_off=exclude_newer or moment.replace(microsecond=0),
                now=moment,
                base=base,
            )
            planned = plan_uplift(read, order, context.seams(read), workbench(context, pythons, any_patch=True))
            if not dry_run:
                replace_together(project, planned.files, planned.stale)
        _written(planned.plan, markdown, html)
    answer(planned.plan, as_json=as_json, text=lambda value: uplift_text(value, painter()))
    return 1 if planned.plan.status == "blocked" else 0


def _written(plan: UpliftPlan, markdown: Path | None, html: Path | None) -> None:
    """Write the plan for people, where they asked for it."""
    from uplock.workflow.named_output import write_named

    if markdown is not None:
        from uplock.report.uplift_markdown import uplift_markdown

        write_named(markdown, uplift_markdown(plan).encode(), "--markdown")
    if html is not None:
        from uplock.report.uplift_page import uplift_page

        write_named(html, uplift_page(plan).encode(), "--html")
