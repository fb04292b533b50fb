"""``uplock verify env``."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from uplock.cli.context import Context
from uplock.cli.inspect_lock import shelf_of
from uplock.cli.options import archive_option, json_option, project_option, quiet_option
from uplock.cli.output import answer, painter, progress
from uplock.errors import UsageError

if TYPE_CHECKING:
    from uplock.model.content import EnvironmentResult, WheelContent
    from uplock.model.host import HostPython
    from uplock.model.target import Target

_PLACES = ("PYENV_ROOT", "UV_PYTHON_INSTALL_DIR", "XDG_DATA_HOME")
"""Variables that say where interpreters are."""

_ELSEWHERE = "Run uplock from another place than the environment that it verifies."


@click.command(name="env")
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--target",
    metavar="TARGET",
    help="Lock to compare with.  [default: the one for DIR's version of Python and this machine]",
)
@project_option
@click.option(
    "--python",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="PATH",
    help="The interpreter that the lock is for, outside DIR.  [default: looked for on this machine]",
)
@archive_option
@click.option("--index-url", metavar="URL", help="Index to fetch from what is in neither archive nor cache.")
@json_option
@quiet_option
def command(  # noqa: PLR0913 - one argument per option
    *,
    directory: Path,
    target: str | None,
    project: Path,
    python: Path | None,
    archive: str | None,
    index_url: str | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Compare the environment in DIR, file by file, with what the wheels of a committed lock install.

    DIR is a virtual environment, a prefix or a --target directory, or a link to one, whoever installed it. Every file
    of every wheel must be there and equal, and nothing else may be: no planted file, no bytecode that its source does
    not compile to, no script that its entry point does not generate. Nothing of DIR is run.

    Exit code 0 means that it is equal, 1 that it differs.

    \b
    Examples:
      uplock verify env .venv
      uplock verify env /srv/shop/current --target py312-linux-x86_64 --project shop
      uplock verify env vendored/ --target py312-linux-x86_64 --python /opt/python3.12/bin/python3 --json
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.report.env_text import env_text
    from uplock.workflow.project import configuration
    from uplock.workflow.verify_env import verify_env

    with progress(quiet=quiet) as on_event:
        context = Context(project, on_event, archive=archive, index_url=index_url)
        host = _Host(directory, python, context)
        result = verify_env(
            directory,
            project,
            target,
            shelf=shelf_of(context, configuration(project)),
            runs=host.runs,
            find=host.find,
            compare=host.compare,
            on_event=on_event,
        )
    answer(result, as_json=as_json, text=lambda value: env_text(value, painter()))
    return 0 if result.status == "equal" else 1


class _Host:
    """The programs of this machine that are trusted: none of them lies in the directory that is verified."""

    def __init__(self, directory: Path, python: Path | None, context: Context) -> None:
        self._places = tuple({os.path.abspath(directory), os.path.realpath(directory)})
        self._python = python
        self._environ = {
            **{key: value for key, value in context.environ.items() if key not in _PLACES or not self._inside(value)},
            "PATH": self._trusted_path(context.environ.get("PATH", "")),
        }
        if any(self._inside(place) for place in (sys.prefix, sys.executable, __file__)):
            raise UsageError("uplock itself runs from there", context=str(directory), remedy=_ELSEWHERE)
        if python is not None and self._inside(str(python)):
            raise UsageError(
                "is of the environment that is verified",
                context=f"--python {python}",
                remedy="Name an interpreter outside it, or leave the option out.",
            )

    def runs(self, target: Target) -> bool:
        """Whether this machine is of the platform of ``target``."""
        from uplock.host.interpreters import probe

        here = probe(Path(sys.executable), self._environ)
        return here is not None and here.runs(target)

    def find(self, target: Target) -> HostPython:
        """Return the interpreter of ``target``. Raises :class:`~uplock.errors.UnaskableError`."""
        from uplock.host.interpreters import Interpreters, Purpose
        from uplock.resolve.uv import find_uv

        purpose = Purpose(
            refusal="cannot be verified here",
            elsewhere="Verify it on a machine of that platform.",
            absent="Install CPython {version} or name it with --python: bytecode is held against what it compiles.",
        )
        explicit = {} if self._python is None else {target.interpreter.version: self._python}
        found = Interpreters(explicit, self._environ, Path.home(), find_uv(), purpose).find(target)
        if self._inside(found.path):
            raise UsageError("is of the environment that is verified", context=found.path, remedy=_ELSEWHERE)
        return found

    def compare(
        self, directory: Path, contents: Iterable[WheelContent], target: Target, python: HostPython
    ) -> EnvironmentResult:
        """Compare a directory with what wheels put there."""
        from uplock.environment.verify import verify_environment
        from uplock.resolve.uv import find_uv

        return verify_environment(directory, contents, target, Path(python.path), find_uv())

    def _trusted_path(self, path: str) -> str:
        """Return the search path without what leads into the directory: its interpreter must not even be asked."""
        folders = [folder for folder in path.split(os.pathsep) if os.path.isabs(folder) and not self._inside(folder)]
        return os.pathsep.join(folder for folder in folders if not any(map(self._inside, _pythons(folder))))

    def _inside(self, path: str) -> bool:
        """Whether a path lies in the directory, as it is written or where it leads."""
        forms = (os.path.abspath(path), os.path.realpath(path))
        return any(os.path.commonpath((form, place)) == place for form in forms for place in self._places)


def _pythons(folder: str) -> list[str]:
    """Return the programs in a folder that could be taken for an interpreter."""
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    return [os.path.join(folder, name) for name in names if name.startswith("python")]
