"""``uplock sbom``."""

from __future__ import annotations

from pathlib import Path

import click

from uplock.cli.context import Context
from uplock.cli.options import archive_option, json_option, now, project_argument, quiet_option
from uplock.cli.output import answer, progress


@click.command(name="sbom")
@project_argument
@archive_option
@json_option
@quiet_option
def command(*, project: Path, archive: str | None, as_json: bool, quiet: bool) -> int:
    """Write the CycloneDX SBOMs of the newest generation to sboms/TARGET.cdx.json.

    They hold facts, not the verdict. The timestamp is SOURCE_DATE_EPOCH, else the cut-off of the locks.

    \b
    Examples:
      uplock sbom
      uplock sbom services/shop --json
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.report.text import sbom_text
    from uplock.workflow.project import Project
    from uplock.workflow.sbom import write_sboms

    with progress(quiet=quiet) as on_event:
        context = Context(project, on_event, archive=archive)
        context.recorded()
        with context.alone():
            read = Project(project, now().date())
            result = write_sboms(read, context.archive, context.timestamp(), on_event)
    answer(result, as_json=as_json, text=sbom_text)
    return 0
