"""``uplock lock``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from uplock.cli.context import Context
from uplock.cli.options import (
    archive_option,
    index_options,
    json_option,
    lock_options,
    now,
    project_argument,
    quiet_option,
    resolve_options,
)
from uplock.cli.output import answer, painter, progress
from uplock.errors import UsageError
from uplock.lockfile.names import normalized
from uplock.model.finding import gates

if TYPE_CHECKING:
    from uplock.model.outcome import Depth, LockResult
    from uplock.workflow.request import Request


@click.command(name="lock")
@project_argument
@lock_options
@index_options
@resolve_options
@archive_option
@json_option
@quiet_option
def command(  # noqa: PLR0913 - one argument per option
    *,
    project: Path,
    check: Depth | None,
    explain: str | None,
    upgrade: bool,
    upgrade_package: tuple[str, ...],
    fresh: bool,
    refresh: bool,
    from_lock: Path | None,
    index_url: str | None,
    allow_sdist: bool,
    cross_check: bool,
    pythons: tuple[tuple[str, Path], ...],
    jobs: int,
    archive: str | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Resolve and write hash-pinned locks per interpreter.

    Writes locks/pylock.TARGET.toml (PEP 751), requirements.TARGET.txt and lockset.json. Locks whose inputs did not
    change stand; otherwise pins that still fit are kept, and --upgrade, --upgrade-package and --fresh say what is not.
    A configured cut-off (exclude-newer) never moves. --check and --explain only read. PROJECT is as in uplock run.

    \b
    Examples:
      uplock lock
      uplock lock --upgrade-package urllib3
      uplock lock --cross-check --python 3.9=/opt/python3.9/bin/python
      uplock lock --check && uplock lock --check=index
      uplock lock --explain urllib3 --json
      uplock lock --from-lock uv.lock
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    modes = (upgrade, bool(upgrade_package), fresh, from_lock is not None)
    _refuse_contradictions(modes, resolving=any((*modes, refresh, cross_check)), reading=(check, explain))
    if explain is not None:
        from uplock.cli.lock_explain import explained

        return explained(project, explain, archive, as_json=as_json)
    moment = now()
    with progress(quiet=quiet) as on_event:
        context = Context(project, on_event, archive=archive, index_url=index_url, pythons=pythons)
        if check is not None:
            from uplock.cli.lock_check import checked

            return checked(context, check, moment, allow_sdist=allow_sdist, as_json=as_json)
        from uplock.workflow.request import Request

        request = Request(
            now=moment,
            as_of=moment,
            mode="upgrade" if upgrade or (refresh and not any(modes)) else "fresh" if fresh else "keep",
            upgrade_packages=tuple(normalized(name) or name for name in upgrade_package),
            from_lock=from_lock,
            cross_check=cross_check,
            refresh=refresh,
            jobs=jobs,
        )
        return _resolved(context, request, allow_sdist=allow_sdist, as_json=as_json)


def _refuse_contradictions(
    modes: tuple[bool, ...], *, resolving: bool, reading: tuple[Depth | None, str | None]
) -> None:
    """Raise :class:`UsageError` for options that say different things."""
    asked = sum(each is not None for each in reading)
    if asked > 1 or (asked and resolving):
        remedy = "Give one of them, without options that resolve anew."
        raise UsageError("--check and --explain only read locks", remedy=remedy)
    if sum(modes) > 1:
        message = "--upgrade, --upgrade-package, --fresh and --from-lock exclude each other"
        raise UsageError(message, remedy="Give one of them.")


def _resolved(context: Context, request: Request, *, allow_sdist: bool, as_json: bool) -> int:
    from uplock.report.lock_text import lock_text
    from uplock.workflow.project import Project
    from uplock.workflow.relock import run_lock

    with context.alone():
        project = Project(context.root, request.now.date(), renew=request.mode == "upgrade", allow_sdist=allow_sdist)
        result = run_lock(project, request, context.seams(project))
    answer(result, as_json=as_json, text=lambda value: lock_text(value, painter()))
    return _code(result)


def _code(result: LockResult) -> int:
    """Return 1 if an error gates, else 3 if a second resolver was asked for and could be asked for no target."""
    if gates(result.findings, {target.target for target in result.targets if target.deployed}):
        return 1
    agreement = [target.agreement for target in result.targets if target.agreement is not None]
    return 3 if agreement and all(each.outcome == "not-asked" for each in agreement) else 0
