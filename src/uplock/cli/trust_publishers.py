"""``uplock trust pin|forget``: whom one expects to have signed a package."""

from __future__ import annotations

from pathlib import Path

import click

from uplock.cli.context import Context
from uplock.cli.options import archive_option, json_option, now, project_option
from uplock.cli.output import answer


@click.command(name="pin")
@click.argument("packages", nargs=-1, metavar="[PACKAGE]...")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@project_option
@archive_option
@json_option
def pin_command(*, packages: tuple[str, ...], dry_run: bool, project: Path, archive: str | None, as_json: bool) -> int:
    """Write the publishers that the newest generation verified into publishers.toml, as the expected ones.

    From then on a file of the package must be verified, and signed by one of them. With PACKAGE only of these; what
    the file says of others stays. Review and commit the file: it is what accepts a change of publishers.

    \b
    Examples:
      uplock trust pin --dry-run
      uplock trust pin requests urllib3
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.ports import ignore_events
    from uplock.report.publishers_text import pin_text
    from uplock.workflow.pin import pin
    from uplock.workflow.project import Project

    context = Context(project, ignore_events, archive=archive)
    context.recorded()
    with context.alone():
        result = pin(Project(project, now().date()), context.archive, packages, write=not dry_run)
    answer(result, as_json=as_json, text=pin_text)
    return 0


@click.command(name="forget")
@click.argument("packages", nargs=-1, required=True, metavar="PACKAGE...")
@project_option
@archive_option
@json_option
def forget_command(*, packages: tuple[str, ...], project: Path, archive: str | None, as_json: bool) -> int:
    """Forget the known publishers of packages: the next run knows whoever signs them then.

    For a project that stopped attesting, say. Nothing else is forgotten, and locks/lockset.json shows it in review.

    \b
    Examples:
      uplock trust forget leftpad
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.ports import ignore_events
    from uplock.report.publishers_text import forget_text
    from uplock.workflow.pin import forget

    context = Context(project, ignore_events, archive=archive)
    with context.alone():
        result = forget(project, packages)
    answer(result, as_json=as_json, text=forget_text)
    return 0
