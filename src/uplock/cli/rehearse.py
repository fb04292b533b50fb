"""``uplock rehearse``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from uplock.cli.context import Context
from uplock.cli.options import (
    archive_option,
    as_of_option,
    day,
    json_option,
    now,
    project_option,
    python_option,
    quiet_option,
)
from uplock.cli.output import answer, painter, progress


@click.command(name="rehearse")
@click.argument("generation", default="head", required=False)
@project_option
@python_option
@as_of_option
@archive_option
@json_option
@quiet_option
def command(  # noqa: PLR0913 - one argument per option
    *,
    generation: str,
    project: Path,
    pythons: tuple[tuple[str, Path], ...],
    as_of: datetime | None,
    archive: str | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Decide by trying whether one can go back to GENERATION (default: the head): ten statements, all of which count.

    For the head, the way goes from each of its locks for this machine back to the lock of the interpreter being left.
    An earlier generation is gone back to from the head's locks. Nothing is fetched, and nothing of the project is
    touched: installations are made aside, cut off from the network, from the bytes that uplock vault add keeps.

    The result is kept in the archive as an in-toto statement, with a SLSA verification summary. The code is 0 only
    if all ten hold, 1 if one does not, and 3 if none fails and one could not be tried here.

    \b
    Examples:
      uplock vault add && uplock rehearse
      uplock rehearse 4f1e22a0 --json
      uplock rehearse --python 3.9=/opt/python3.9/bin/python --as-of 2027-03-01
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.archive.proofs import DirectoryProofs
    from uplock.attest.verify import SigstoreVerifier
    from uplock.cli.bench import workbench
    from uplock.report.proof_text import rehearsal_text
    from uplock.workflow.project import Project
    from uplock.workflow.recall import recall_named
    from uplock.workflow.rehearsing.rehearse import Means, rehearse

    moment = now()
    with progress(quiet=quiet) as on_event:
        context = Context(project, on_event, archive=archive, pythons=pythons)
        context.recorded()
        result = rehearse(
            Project(project, moment.date()),
            recall_named(project, context.archive, generation),
            recall_named(project, context.archive, None),
            Means(
                archive=context.archive,
                proofs=DirectoryProofs(context.archive),
                bench=workbench(context, pythons),
                verifier=SigstoreVerifier,
                as_of=as_of or day(moment),
                now=moment,
                on_event=on_event,
            ),
        )
    answer(result, as_json=as_json, text=lambda value: rehearsal_text(value, painter()))
    if result.ready:
        return 0
    return 1 if any(each.holds is False for each in result.statements) else 3
