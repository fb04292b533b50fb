"""``uplock build``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from uplock.cli.context import Context
from uplock.cli.options import (
    archive_option,
    as_of_option,
    day,
    json_option,
    now,
    project_option,
    python_option,
    quiet_option,
)
from uplock.cli.output import answer, painter, progress
from uplock.lockfile.names import normalized
from uplock.model.finding import gates

if TYPE_CHECKING:
    from datetime import datetime

_LIMIT = 1800


@click.command(name="build")
@click.argument("target")
@project_option
@click.option("--package", "packages", multiple=True, metavar="NAME", help="Build NAME only. May be repeated.")
@click.option("--again", is_flag=True, help="Build each wheel a second time, in another place, and compare.")
@click.option("--anew", is_flag=True, help="Build what was built before anew, and lock the new wheel.")
@click.option(
    "--time-limit",
    type=click.IntRange(1, 86400),
    default=_LIMIT,
    metavar="SECONDS",
    help=f"Stop a build that takes longer.  [default: {_LIMIT}]",
)
@click.option("--index-url", metavar="URL", help="Index of build requirements.  [default: as of uplock lock]")
@python_option
@as_of_option
@archive_option
@json_option
@quiet_option
def command(  # noqa: PLR0913 - one argument per option
    *,
    target: str,
    project: Path,
    packages: tuple[str, ...],
    again: bool,
    anew: bool,
    time_limit: int,
    index_url: str | None,
    pythons: tuple[tuple[str, Path], ...],
    as_of: datetime | None,
    archive: str | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Build the source distributions in the lock of TARGET once, and let the lock name their wheels.

    A build runs with the target's own interpreter, in a fresh environment with exactly its build requirements, which
    are resolved for the target under the lock's cut-off and pinned by hash. It has no network and can write nowhere
    else; where that cannot be had, nothing is built. The wheel goes into the archive under its digest, and AR016 says
    that it was built here. See docs/build.md.

    \b
    Examples:
      uplock build py312-linux-x86_64
      uplock build py312-linux-x86_64 --package markupsafe --again
      uplock build py39-linux-x86_64 --python 3.9=/opt/python3.9/bin/python --json
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.environment.build import BUILDING, FRONTEND, IsolatedBuilder
    from uplock.host.interpreters import Interpreters
    from uplock.host.isolation import find_isolation
    from uplock.report.build_text import build_text
    from uplock.resolve.uv import find_uv
    from uplock.workflow.build import BuildRequest, Workshop, build_target
    from uplock.workflow.project import Project

    moment = now()
    with progress(quiet=quiet) as on_event:
        context = Context(project, on_event, archive=archive, index_url=index_url, pythons=pythons)
        with context.alone():
            read = Project(context.root, moment.date())
            request = BuildRequest(
                target=target,
                as_of=as_of or day(moment),
                packages=tuple(normalized(name) or name for name in packages),
                again=again,
                anew=anew,
            )
            interpreters = Interpreters(dict(pythons), context.environ, Path.home(), find_uv(), BUILDING)
            shop = Workshop(
                context.seams(read), IsolatedBuilder(find_uv(), find_isolation, time_limit), interpreters.find, FRONTEND
            )
            result = build_target(read, request, shop)
    answer(result, as_json=as_json, text=lambda value: build_text(value, painter()))
    deployed = {each.target.name for each in read.planned if each.deployed}
    return 1 if gates(result.findings, deployed) else 0
