"""``uplock sbom diff``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from uplock.cli.options import json_option, quiet_option
from uplock.cli.output import answer, painter, progress
from uplock.errors import UsageError

if TYPE_CHECKING:
    from uplock.model.sbom_diff_outcome import SbomDiffResult

_FILE = click.Path(path_type=Path)


@click.command(name="diff")
@click.argument("before", metavar="A", type=_FILE)
@click.argument("after", metavar="B", type=_FILE)
@click.option(
    "--format", "form", type=click.Choice(("text", "json", "markdown")), help="How to answer.  [default: text]"
)
@click.option("--exit-code", is_flag=True, help="End with exit code 1 if there are differences.")
@json_option
@quiet_option
def command(  # noqa: PLR0913 - one argument per option
    *, before: Path, after: Path, form: str | None, exit_code: bool, as_json: bool, quiet: bool
) -> int:
    """Show what differs between two documents, of uplock or of anybody: CycloneDX 1.4 to 1.7, JSON or XML.

    Components with their versions, files, digests, licenses and attestations, what is inside them, the interpreter, and
    the dependencies between what both have. Other bytes under the same version come first. Components are known again
    by package URL, else by type, group and name; order, references, time and serial number are no difference.

    \b
    Examples:
      uplock sbom diff sboms/py39-linux-x86_64.cdx.json sboms/py312-linux-x86_64.cdx.json
      uplock sbom diff --exit-code released.cdx.json sboms/py312-linux-x86_64.cdx.json
      uplock sbom diff --format markdown vendor-1.cdx.xml vendor-2.cdx.json
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.workflow.sbom_diff import diff_files

    if as_json and form not in {None, "json"}:
        raise UsageError(f"--json and --format {form} exclude each other", remedy="Give one of them.")
    with progress(quiet=quiet) as on_event:
        result = diff_files(before, after, on_event)
    answer(result, as_json=as_json or form == "json", text=lambda value: _text(value, form))
    return 1 if exit_code and not result.equal else 0


def _text(result: SbomDiffResult, form: str | None) -> str:
    if form == "markdown":
        from uplock.report.sbom_diff_markdown import sbom_diff_markdown

        return sbom_diff_markdown(result)
    from uplock.report.sbom_diff_text import sbom_diff_text

    return sbom_diff_text(result, painter())
