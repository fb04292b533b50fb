"""``uplock sbom validate``."""

from __future__ import annotations

from pathlib import Path

import click

from uplock.cli.options import json_option, quiet_option
from uplock.cli.output import EXIT_CODES, answer, painter, progress


@click.command(name="validate")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option("--schema-only", is_flag=True, help="Ask the official schema alone, not the linter.")
@json_option
@quiet_option
def command(*, files: tuple[Path, ...], schema_only: bool, as_json: bool, quiet: bool) -> int:
    """Check documents against the official schema, and what no schema can say.

    Any CycloneDX document from 1.4 to 1.7, in JSON or XML, whoever made it. The schema comes first, then the linter:
    references are unique and lead somewhere, package URLs agree with names and versions, every component is reached
    from the subject, and nothing tells of a machine or carries a credential. Exit code 1: a document is invalid or
    objected to; 3: one could not be read.

    \b
    Examples:
      uplock sbom validate sboms/*.cdx.json
      uplock sbom validate --schema-only vendor.cdx.xml
      uplock sbom validate --json vendor.cdx.json
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.report.sbom_validate_text import sbom_validate_text
    from uplock.workflow.sbom_validate import validate_files

    with progress(quiet=quiet) as on_event:
        result = validate_files(files, on_event, schema_only=schema_only)
    answer(result, as_json=as_json, text=lambda value: sbom_validate_text(value, painter()))
    return EXIT_CODES[result.verdict]
