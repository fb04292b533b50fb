"""``uplock inspect wheel``: a file, a folder, or one version of a package in the index."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from uplock.cli.context import Context
from uplock.cli.inspect_lock import shelf_of
from uplock.cli.options import json_option, now, project_option, quiet_option
from uplock.cli.output import answer, progress
from uplock.errors import InputError, UsageError

if TYPE_CHECKING:
    from uplock.lockfile.config import Config
    from uplock.model.inspect_outcome import InspectResult
    from uplock.model.target import Target
    from uplock.workflow.preview import Named


@click.command(name="wheel")
@click.argument("wheel", type=click.Path(path_type=Path), metavar="WHEEL|DIR|NAME==VERSION")
@click.option("--target", metavar="TARGET", help="Target for NAME==VERSION, as py312-linux-x86_64.")
@click.option(
    "--preview",
    "as_preview",
    is_flag=True,
    help="Read no more of the wheel in the index than its directory, its documents and small files. Never evidence.",
)
@project_option
@click.option("--index-url", metavar="URL", help="Index to take NAME==VERSION from.")
@json_option
@quiet_option
def command(  # noqa: PLR0913 - one argument per option
    *,
    wheel: Path,
    target: str | None,
    as_preview: bool,
    project: Path,
    index_url: str | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Show metadata and native code of wheels: what is in there, and on what evidence.

    WHEEL is a file. Of DIR every wheel is shown. NAME==VERSION is fetched from the index, for a target, and its digest
    compared with what the index lists; with --preview it is looked at from outside, by ranges of its bytes.

    Nothing is executed or extracted, and nothing is verified. Reports and does not judge: what could be read is exit
    code 0, whatever it says.

    \b
    Examples:
      uplock inspect numpy-2.0.2-cp39-cp39-manylinux_2_17_x86_64.manylinux2014_x86_64.whl
      uplock inspect --json cryptography-50.0.2-cp311-abi3-manylinux_2_28_x86_64.whl
      uplock inspect wheelhouse/
      uplock inspect psycopg2-binary==2.9.13 --target py312-linux-x86_64
      uplock inspect --preview torch==2.8.0 --target py39-linux-x86_64
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.report.inspect_text import folder_text, inspect_text
    from uplock.report.preview_text import preview_text
    from uplock.workflow.inspect import inspect_file, inspect_folder
    from uplock.workflow.preview import parse_named, preview
    from uplock.workflow.project import configuration

    named = None if wheel.exists() else parse_named(str(wheel))
    if named is None:
        if as_preview or target:
            raise UsageError(
                "--preview and --target are for wheels of an index",
                context=str(wheel),
                remedy="Name one version, as in torch==2.8.0.",
            )
        if wheel.is_dir():
            folder = inspect_folder(wheel)
            answer(folder, as_json=as_json, text=folder_text)
            return InputError.exit_code if folder.unread else 0
        answer(inspect_file(wheel), as_json=as_json, text=inspect_text)
        return 0
    config = configuration(project)
    chosen = _target(target, project, config)
    with progress(quiet=quiet) as on_event:
        context = Context(project, on_event, index_url=index_url)
        if as_preview:
            seen = preview(context.index(context.index_settings(config)), named, chosen, on_event)
        else:
            whole = _whole(context, config, named, chosen)
    if as_preview:
        answer(seen, as_json=as_json, text=preview_text)
    else:
        answer(whole, as_json=as_json, text=inspect_text)
    return 0


def _target(name: str | None, project: Path, config: Config) -> Target:
    """Return the target by its name, or the only one that the project has."""
    from uplock.policy.lifecycle import load_latest_patches
    from uplock.workflow.preview import choose_target
    from uplock.workflow.project import Project

    known = [each.target for each in Project(project, now().date()).planned] if config.targets else []
    return choose_target(name, known, {row.line: row.version for row in load_latest_patches()})


def _whole(context: Context, config: Config, named: Named, target: Target) -> InspectResult:
    """Return what the wheel of a version for a target contains, fetched unless the cache has it."""
    from uplock.workflow.inspect_lock import inspect_artifact
    from uplock.workflow.preview import artifact_of, locate

    shelf = shelf_of(context, config)
    return inspect_artifact(artifact_of(locate(shelf.index, named, target)), shelf)
