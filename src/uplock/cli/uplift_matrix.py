"""``uplock uplift matrix``."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from uplock.cli.options import json_option, now, project_argument
from uplock.cli.output import answer, painter
from uplock.cli.output import written as written_text
from uplock.errors import UsageError

if TYPE_CHECKING:
    from uplock.model.matrix_outcome import MatrixFormat


class _ForPlatform(click.ParamType[tuple[str, str]]):
    """A platform and a name for it: ``linux-x86_64=NAME``."""

    name = "platform=name"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """Parse it, or fail as click does."""
        if isinstance(value, tuple):
            return value
        platform, equals, name = value.partition("=")
        if not equals or not platform or not name:
            self.fail(f"{value!r} is not PLATFORM=NAME, as in linux-x86_64=NAME", param, ctx)
        return platform, name


@click.command(name="matrix")
@project_argument
@click.option(
    "--format",
    "form",
    type=click.Choice(("github", "github-json", "gitlab")),
    required=True,
    help="strategy of a job at GitHub, the same as JSON for fromJSON, or a file for include at GitLab.",
)
@click.option("--check", is_flag=True, help="Compare the committed matrix with the locks; write nothing.")
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Write to this file; with --check, compare this one.  [default: standard output; with --check, "
    ".github/uplift-matrix.json and .github/workflows, or .gitlab/uplift-matrix.yml and .gitlab-ci.yml]",
)
@click.option(
    "--runner",
    "runners",
    type=_ForPlatform(),
    multiple=True,
    help="Label or tag of the machine for a platform, as linux-aarch64=NAME. May be repeated.",
)
@click.option(
    "--image",
    "images",
    type=_ForPlatform(),
    multiple=True,
    help="Container image for a platform; {python} in it is the full version, {minor} its line. May be repeated.",
)
@json_option
def command(  # noqa: PLR0913 - one argument per option
    *,
    project: Path,
    form: MatrixFormat,
    check: bool,
    output: Path | None,
    runners: tuple[tuple[str, str], ...],
    images: tuple[tuple[str, str], ...],
    as_json: bool,
) -> int:
    """Write the test matrix of CI from the locks, or compare the committed one.

    One row per lock: interpreter, platform, machine, container, lock file with its SHA-256, and whether it is
    experimental, since nothing is deployed on it. What is compared is what the rows say, so that they may stand in a
    workflow written by hand. The code is 1 if they differ.

    \b
    Examples:
      uplock uplift matrix --format github
      uplock uplift matrix --format github-json --output .github/uplift-matrix.json
      uplock uplift matrix --format gitlab --output .gitlab/uplift-matrix.yml --runner linux-aarch64=arm
      uplock uplift matrix --format github --check
      uplock uplift matrix --format github --check --output .github/workflows/test.yml --json
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.report.matrix_text import matrix_checked_text, matrix_written_text
    from uplock.uplift.matrix_text import matrix_text
    from uplock.workflow.project import Project
    from uplock.workflow.uplift_matrix import MatrixRequest, check_matrix, make_matrix, write_matrix

    request = MatrixRequest(form=form, runners=_once("--runner", runners), images=_once("--image", images))
    read = Project(project, now().date())
    result = make_matrix(read, request)
    if check:
        result = check_matrix(read, request, result, output)
        answer(result, as_json=as_json, text=lambda value: matrix_checked_text(value, painter()))
        return 1 if result.differences else 0
    if output is not None:
        answer(write_matrix(result, output), as_json=as_json, text=matrix_written_text)
    elif as_json:
        answer(result, as_json=True, text=matrix_written_text)
    else:
        written_text(matrix_text(result.rows, form))
    return 0


def _once(option: str, given: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for platform, name in given:
        if found.setdefault(platform, name) != name:
            raise UsageError("is given two names", context=f"{option} {platform}", remedy="Give one of them.")
    return found
