"""Options that several commands share, and the types of their values."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


class Moment(click.ParamType[datetime]):
    """A day (``2026-11-22``, its beginning in UTC) or a moment (RFC 3339 with ``Z``)."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Parse it, or fail as click does."""
        if isinstance(value, datetime):
            return value
        for form in ("%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"):
            try:
                return datetime.strptime(value, form).replace(tzinfo=UTC)
            except ValueError:
                continue
        return self.fail(f"{value!r} is neither a day (2026-11-22) nor a moment (2026-11-22T00:00:00Z)", param, ctx)


class Interpreter(click.ParamType[tuple[str, Path]]):
    """A version and where its interpreter is: ``3.9=PATH`` or ``3.9.18=PATH``."""

    name = "version=path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, Path]:
        """Parse it, or fail as click does."""
        if isinstance(value, tuple):
            return value
        version, equals, path = value.partition("=")
        if not equals or not path or not re.fullmatch(r"3\.[0-9]{1,2}(\.[0-9]{1,3})?", version):
            self.fail(f"{value!r} is not VERSION=PATH, as in 3.9=/opt/python3.9/bin/python", param, ctx)
        return version, Path(path)


def json_option(command: F) -> F:
    """``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else on standard output.")(
        command
    )


def quiet_option(command: F) -> F:
    """``--quiet``."""
    return click.option("-q", "--quiet", is_flag=True, help="Show no progress.")(command)


def project_argument(command: F) -> F:
    """``[PROJECT]``."""
    return click.argument("project", type=click.Path(path_type=Path), default=Path(), required=False)(command)


def project_option(command: F) -> F:
    """``--project``, for commands whose arguments are something else."""
    return click.option(
        "--project",
        type=click.Path(path_type=Path),
        default=Path(),
        metavar="DIR",
        help="Project folder.  [default: .]",
    )(command)


def archive_option(command: F) -> F:
    """``--archive``."""
    return click.option(
        "--archive",
        metavar="DIR",
        help="Archive folder.  [default: UPLOCK_ARCHIVE, else .uplock in the project]",
    )(command)


def lock_options(command: F) -> F:
    """What becomes of the pins that are there, and the two ways to look at locks."""
    command = click.option(
        "--from-lock",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="Keep the versions of another tool's lock where they fit: uv.lock, poetry.lock, pylock.toml or a "
        "requirements file.",
    )(command)
    command = click.option(
        "--fresh", is_flag=True, help="Choose every version anew at the same cut-off, as if there were no lock."
    )(command)
    command = click.option(
        "--upgrade-package",
        multiple=True,
        metavar="NAME",
        help="Choose NAME anew, with the cut-off moved to now, and keep the others. May be repeated.",
    )(command)
    command = click.option(
        "--explain", metavar="NAME", help="Say why a package is locked at its version, and what there was to choose."
    )(command)
    return click.option(
        "--check",
        type=click.Choice(["offline", "resolve", "index"]),
        is_flag=False,
        flag_value="offline",
        help="Check the locks as they are: against their inputs (offline, as a bare --check), by resolving again from "
        "the archived view (resolve), or against what the index serves now (index). Name PROJECT before a bare "
        "--check.",
    )(command)


def resolve_options(command: F) -> F:
    """``--allow-sdist``, ``--cross-check``, ``--python`` and ``--jobs``."""
    command = click.option(
        "--jobs", type=click.IntRange(1, 32), default=1, metavar="N", help="Resolve N targets at once.  [default: 1]"
    )(command)
    command = click.option(
        "--python",
        "pythons",
        type=Interpreter(),
        multiple=True,
        help="An interpreter for pip-tools to run under, as 3.9=PATH or 3.9.18=PATH. May be repeated.",
    )(command)
    command = click.option(
        "--cross-check", is_flag=True, help="Ask the other resolver too; a disagreement is a finding (LK009)."
    )(command)
    return click.option("--allow-sdist", is_flag=True, help="Lock source distributions where no wheel fits (AR012).")(
        command
    )


def python_option(command: F) -> F:
    """``--python``, for commands that install."""
    return click.option(
        "--python",
        "pythons",
        type=Interpreter(),
        multiple=True,
        help="An interpreter to install for, as 3.9=PATH or 3.9.18=PATH. May be repeated.",
    )(command)


def index_options(command: F) -> F:
    """``--index-url``, ``--upgrade`` and ``--refresh``."""
    command = click.option("--refresh", is_flag=True, help="As --upgrade, and ask the index for everything again.")(
        command
    )
    command = click.option("--upgrade", is_flag=True, help="Choose every version anew, with the cut-off moved to now.")(
        command
    )
    return index_option(command)


def index_option(command: F) -> F:
    """``--index-url``."""
    return click.option(
        "--index-url",
        metavar="URL",
        help="Index to use.  [default: [tool.uplock], UPLOCK_INDEX_URL, what uv and pip are configured with]",
    )(command)


def as_of_option(command: F) -> F:
    """``--as-of``."""
    return click.option("--as-of", type=Moment(), metavar="DATE", help="Judge for this day.  [default: today, UTC]")(
        command
    )


def root_options(command: F) -> F:
    """``--trusted-root`` and ``--staging``."""
    command = click.option("--staging", is_flag=True, help="Use Sigstore's staging root instead of production.")(
        command
    )
    return click.option(
        "--trusted-root",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="Trusted root to verify under.  [default: the one inside the sigstore package]",
    )(command)


def require_baseline_option(command: F) -> F:
    """``--require-baseline``."""
    return click.option(
        "--require-baseline",
        is_flag=True,
        help="Fail if locks/lockset.json knows no publisher from before, so that nothing could be compared.",
    )(command)


def provenance_dir_option(command: F) -> F:
    """``--provenance-dir``."""
    return click.option(
        "--provenance-dir",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="DIR",
        help="Take provenance from NAME.provenance or NAME.publish.attestation in DIR, and from nowhere else.",
    )(command)


def now() -> datetime:
    """Return the current moment in UTC."""
    return datetime.now(UTC)


def day(moment: datetime) -> datetime:
    """Return the beginning of a moment's day: what is judged by default, so that a day's verdicts are equal."""
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)
