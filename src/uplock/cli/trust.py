"""``uplock trust``: the trusted root that attestations are verified under."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import click

from uplock.cli.options import as_of_option, day, json_option, now, project_option, quiet_option, root_options
from uplock.cli.output import answer, painter, progress
from uplock.cli.trust_publishers import forget_command, pin_command
from uplock.model.trust_outcome import Instance


@click.group(name="trust")
def command() -> None:
    """Show or renew the trusted root of Sigstore; say whom one expects to have signed which package.

    \b
    Examples:
      uplock trust show
      uplock trust refresh trusted_root.json
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped


command.add_command(pin_command)
command.add_command(forget_command)


@command.command(name="show")
@project_option
@root_options
@as_of_option
@json_option
def show_command(
    *, project: Path, trusted_root: Path | None, staging: bool, as_of: datetime | None, as_json: bool
) -> int:
    """Show the trusted root that holds here: its digest, TUF version, age, and everybody whom it trusts.

    \b
    Examples:
      uplock trust show
      uplock trust show --trusted-root trusted_root.json --json
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.attest.roots import read_record, sigstore_version
    from uplock.attest.trust_content import read_content
    from uplock.cli.root_choice import RootChoice
    from uplock.errors import located
    from uplock.report.trust_text import trust_show_text
    from uplock.workflow.project import configuration
    from uplock.workflow.trust import show

    choice = RootChoice(project, trusted_root, staging=staging)
    choice.configure(configuration(project))
    path = choice.path
    source = f"sigstore {sigstore_version()}, {choice.instance}" if path is None else str(path)
    with located(source):
        content = read_content(choice.content)
    result = show(
        choice.description,
        content,
        source=source,
        record=None if path is None else read_record(path),
        as_of=as_of or day(now()),
    )
    answer(result, as_json=as_json, text=trust_show_text)
    return 0


@command.command(name="refresh")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--staging", is_flag=True, help="Ask for Sigstore's staging root instead of production.")
@json_option
@quiet_option
def refresh_command(*, file: Path, staging: bool, as_json: bool, quiet: bool) -> int:
    """Get the newest trusted root from Sigstore's update repository (TUF) and write it to FILE, with a record beside.

    This is the only command that asks Sigstore for anything. Commit both files: FILE and FILE.tuf.json.

    \b
    Examples:
      uplock trust refresh trusted_root.json
      uplock trust refresh staging_root.json --staging
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.attest.roots import embedded_root, read_record
    from uplock.attest.trust_update import newest_root, public_repository
    from uplock.cli.downloads import downloads
    from uplock.ports import Event
    from uplock.report.trust_text import trust_refresh_text
    from uplock.workflow.trust import Source, refresh

    instance: Instance = "staging" if staging else "production"
    repository = public_repository(instance)
    fetch = downloads(repository.url, os.environ, Path.home(), Path())
    with progress(quiet=quiet) as on_event:

        def observed(url: str, limit: int) -> bytes | None:
            on_event(Event(stage="trust", message=url))
            return fetch(url, limit)

        source = Source(instance, embedded_root(instance), lambda: newest_root(repository, observed))
        result = refresh(file, source, record=read_record(file), now=now())
    answer(result, as_json=as_json, text=lambda value: trust_refresh_text(value, painter()))
    return 0
