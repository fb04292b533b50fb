"""``uplock lifecycle``."""

from __future__ import annotations

from datetime import datetime
from typing import get_args

import click

from uplock.cli.options import as_of_option, day, json_option, now
from uplock.cli.output import answer, painter
from uplock.model.lifecycle import Product


@click.command(name="lifecycle")
@as_of_option
@click.option(
    "--product",
    "products",
    type=click.Choice(get_args(Product)),
    multiple=True,
    help="Show this product only. May be repeated.",
)
@click.option("--all", "history", is_flag=True, help="Show earlier claims too, and the source of each.")
@json_option
def command(*, as_of: datetime | None, products: tuple[Product, ...], history: bool, as_json: bool) -> int:
    """List when lines of CPython, OpenSSL, distributions and managed runtimes end. Needs no project.

    \b
    Examples:
      uplock lifecycle
      uplock lifecycle --product cpython --as-of 2028-11-01
      uplock lifecycle --product aws-lambda --all
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.report.lifecycle_text import lifecycle_text
    from uplock.workflow.lifecycle import lifecycle

    result = lifecycle(as_of or day(now()), products)
    answer(result, as_json=as_json, text=lambda value: lifecycle_text(value, painter(), history=history))
    return 0
