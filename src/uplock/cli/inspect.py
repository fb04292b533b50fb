"""``uplock inspect``."""

from __future__ import annotations

from pathlib import Path

import click

from uplock.cli.options import json_option
from uplock.cli.output import answer


@click.command(name="inspect")
@click.argument("wheel", type=click.Path(path_type=Path))
@json_option
def command(*, wheel: Path, as_json: bool) -> int:
    """Show metadata and native code of a wheel: extension modules, bundled and needed libraries, glibc.

    Nothing is executed or extracted, and nothing is verified: the digest is that of the file as it is.

    \b
    Examples:
      uplock inspect numpy-2.0.2-cp39-cp39-manylinux_2_17_x86_64.manylinux2014_x86_64.whl
      uplock inspect --json cryptography-50.0.2-cp311-abi3-manylinux_2_28_x86_64.whl
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.report.text import inspect_text
    from uplock.workflow.inspect import inspect_file

    answer(inspect_file(wheel), as_json=as_json, text=inspect_text)
    return 0
