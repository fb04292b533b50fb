"""``uplock init``."""

from __future__ import annotations

from pathlib import Path

import click

from uplock.cli.options import json_option, now, project_argument
from uplock.cli.output import answer


@click.command(name="init")
@project_argument
@click.option("--from", "leaving", metavar="VERSION", help="The interpreter being left, for example 3.9.")
@json_option
def command(*, project: Path, leaving: str | None, as_json: bool) -> int:
    """Write a [tool.uplock] table to start from, into pyproject.toml, else uplock.toml. Changes nothing else.

    \b
    Examples:
      uplock init --from 3.9
      uplock init services/shop
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.report.text import init_text
    from uplock.workflow.init import initialize

    answer(initialize(project, leaving, now().date()), as_json=as_json, text=init_text)
    return 0
