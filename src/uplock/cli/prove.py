"""``uplock prove``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from uplock.cli.context import Context
from uplock.cli.options import archive_option, json_option, now, project_option, python_option, quiet_option
from uplock.cli.output import answer, painter, progress
from uplock.errors import UsageError

if TYPE_CHECKING:
    from uplock.workflow.project import Project
    from uplock.workflow.prove import Trial
    from uplock.workflow.recall import Recalled


@click.command(name="prove")
@click.argument("target")
@project_option
@click.option("--generation", metavar="ID", help="Prove a lock of this generation.  [default: the newest]")
@python_option
@archive_option
@json_option
@quiet_option
def command(  # noqa: PLR0913 - one argument per option
    *,
    target: str,
    project: Path,
    generation: str | None,
    pythons: tuple[tuple[str, Path], ...],
    archive: str | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Install the lock of TARGET with pip and with uv from archived bytes, cut off from the network, and import it.

    Both environments must have the content digest that the wheels predict, file by file, and every top-level module
    must import. The proof is kept in the archive as an in-toto statement. What is not imported, and why, stands in
    import-exclusions of the configuration.

    \b
    Examples:
      uplock prove py312-linux-x86_64
      uplock prove py39-linux-x86_64 --python 3.9=/opt/python3.9/bin/python --json
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.archive.proofs import DirectoryProofs
    from uplock.cli.bench import workbench
    from uplock.model.digest import digest_of
    from uplock.model.proof import ProofResult
    from uplock.report.proof_text import proof_text
    from uplock.workflow.project import Project
    from uplock.workflow.prove import prove
    from uplock.workflow.recall import recall, recall_named

    moment = now()
    with progress(quiet=quiet) as on_event:
        context = Context(project, on_event, archive=archive, pythons=pythons)
        context.recorded()
        committed = generation is None
        recalled = recall(project, context.archive) if committed else recall_named(project, context.archive, generation)
        read = Project(project, moment.date())
        trial = _trial(recalled, target, read)
        proof = prove(trial, workbench(context, pythons), context.archive, moment, on_event)
        subjects = (
            (f"locks/pylock.{target}.toml", trial.entry.pylock),
            (f"locks/requirements.{target}.txt", trial.entry.requirements),
        )
        record = DirectoryProofs(context.archive).keep_proof(proof, digest_of(recalled.content), subjects)
    answer(ProofResult(proof=proof, record=record), as_json=as_json, text=lambda value: proof_text(value, painter()))
    return 0 if proof.holds else 1


def _trial(recalled: Recalled, target: str, project: Project) -> Trial:
    """Return the lock of a target of the generation. Raises :class:`UsageError` if there is none."""
    from uplock.workflow.prove import Trial

    for entry, lock in zip(recalled.content.locks, recalled.locks, strict=True):
        if entry.target == target:
            return Trial(
                project=project.service,
                generation=recalled.id,
                entry=entry,
                lock=lock,
                exclusions=project.config.import_exclusions,
            )
    known = ", ".join(each.target for each in recalled.content.locks)
    raise UsageError(f"the generation has no lock of {target}", remedy=f"Name one of {known}.")
