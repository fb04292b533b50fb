"""``uplock vault index``."""

from __future__ import annotations

import os
from pathlib import Path

import click

from uplock.cli.context import Context
from uplock.cli.options import archive_option, json_option, project_option, quiet_option
from uplock.cli.output import answer, progress
from uplock.errors import UsageError


@click.command(name="index")
@click.argument("directory", type=click.Path(path_type=Path), metavar="DIR")
@click.argument("generations", nargs=-1, metavar="[GENERATION]...")
@project_option
@archive_option
@json_option
@quiet_option
def command(  # noqa: PLR0913 - one argument per option
    *,
    directory: Path,
    generations: tuple[str, ...],
    project: Path,
    archive: str | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Write the artifacts of kept generations (default: of all) into DIR as a static index.

    pip and uv install from it by file:// or from any web server, and it needs no uplock any more: pages in HTML and
    JSON (PEP 503, 691, 700), core metadata (PEP 658), and provenance (PEP 740) as it was archived. DIR must be new,
    empty, or written by this command before; then it holds exactly these generations afterwards.

    \b
    Examples:
      uplock vault index /srv/index
      uplock vault index /srv/index head 4f1e22a0 --json
      pip install --index-url file:///srv/index/simple --require-hashes -r locks/requirements.py312-linux-x86_64.txt
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.report.vault_index_text import vault_index_text
    from uplock.workflow.heads import HEAD, head_of, identified
    from uplock.workflow.static_index import write_index

    with progress(quiet=quiet) as on_event:
        context = Context(project, on_event, archive=archive)
        context.recorded()
        _outside(directory, context.archive.place)
        named = tuple(
            head_of(project, context.archive) if each == HEAD else identified(context.archive, each)
            for each in generations
        )
        result = write_index(directory, named, context.archive, on_event)
    answer(result, as_json=as_json, text=vault_index_text)
    return 0


def _outside(directory: Path, archive: Path) -> None:
    """Raise :class:`UsageError` for a directory in the archive, in which nobody else may write."""
    if Path(os.path.realpath(directory)).is_relative_to(os.path.realpath(archive)):
        raise UsageError("is inside the archive", context=str(directory), remedy="Name a directory outside of it.")
