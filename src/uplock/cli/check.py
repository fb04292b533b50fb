"""``uplock check``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from uplock.cli.context import Context
from uplock.cli.formats import FORMATS, renderer
from uplock.cli.options import archive_option, as_of_option, day, json_option, now, project_argument
from uplock.cli.output import EXIT_CODES, answer, painter, written
from uplock.errors import UsageError
from uplock.ports import ignore_events

if TYPE_CHECKING:
    from uplock.workflow.check import Checked, Question
    from uplock.workflow.project import Project


@click.command(name="check")
@project_argument
@as_of_option
@click.option(
    "--generation", metavar="ID", help="Judge this generation, by its id or 8 digits of it.  [default: the newest]"
)
@click.option(
    "--recorded-waivers",
    is_flag=True,
    help="Judge with the waivers that the generation recorded, not with those that the project has now.",
)
@click.option("--format", "form", type=click.Choice(FORMATS), help="How to answer.  [default: text]")
@click.option("--export-input", is_flag=True, help="Print everything that is judged as one JSON, and judge nothing.")
@click.option("--write", is_flag=True, help="Replace the files below verdicts/ too.")
@archive_option
@json_option
def command(  # noqa: PLR0913 - one argument per option
    *,
    project: Path,
    as_of: datetime | None,
    generation: str | None,
    recorded_waivers: bool,
    form: str | None,
    export_input: bool,
    write: bool,
    archive: str | None,
    as_json: bool,
) -> int:
    """Judge a generation for any day, without gathering again.

    Nothing is asked of any index and nothing is written, unless --write is given. Targets, what they are deployed on,
    policy and waivers are those of the project as it is now.

    \b
    Examples:
      uplock check
      uplock check --as-of 2028-11-01
      uplock check --generation 4f1e22a0 --recorded-waivers --json
      uplock check --format sarif > uplock.sarif
      uplock check --export-input | opa eval --stdin-input --data policy.rego data.uplock.deny
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.workflow.check import Question
    from uplock.workflow.project import Project

    form = _form(form, as_json=as_json, export_input=export_input, write=write)
    if write and generation is not None:
        raise UsageError("verdicts/ is about the newest generation", remedy="Leave out --generation or --write.")
    moment = now()
    context = Context(project, ignore_events, archive=archive)
    context.recorded()
    here = Project(project, moment.date())
    question = Question(as_of=as_of or day(moment), generation=generation, recorded_waivers=recorded_waivers)
    if export_input:
        return _exported(context, here, question)
    return _checked(context, here, question, form, write=write)


def _form(form: str | None, *, as_json: bool, export_input: bool, write: bool) -> str:
    """Return how to answer. Raises :class:`UsageError` for options that say different things."""
    if as_json and form not in {None, "json"}:
        raise UsageError(f"--json and --format {form} exclude each other", remedy="Give one of them.")
    if export_input and (form or write):
        raise UsageError(
            "--export-input judges nothing, so there is nothing to format or write", remedy="Give it alone."
        )
    return "json" if as_json else form or "text"


def _exported(context: Context, project: Project, question: Question) -> int:
    from uplock.archive.proofs import DirectoryProofs
    from uplock.model.value import encode_pretty
    from uplock.workflow.check import gather_input

    given, _ = gather_input(project, context.archive, question, DirectoryProofs(context.archive))
    written(encode_pretty(given.exported()).decode())
    return 0


def _checked(context: Context, project: Project, question: Question, form: str, *, write: bool) -> int:
    from uplock.archive.proofs import DirectoryProofs
    from uplock.workflow.check import check

    proofs = DirectoryProofs(context.archive)
    if write:
        from uplock.workflow.replacement import replace_together

        with context.alone():  # from judging on: else another run could make a newer generation in between
            found = check(project, context.archive, question, proofs)
            replace_together(project.root, found.files())
    else:
        found = check(project, context.archive, question, proofs)
    if form in {"text", "json"}:
        from uplock.report.check_text import check_text

        answer(found.result, as_json=form == "json", text=lambda value: check_text(value, painter()))
    else:
        written(_formatted(found, form))
    return EXIT_CODES[found.result.status]


def _formatted(found: Checked, form: str) -> str:
    """Return the answer in a format of CI services."""
    from uplock.policy.registry import statements

    return renderer(form)(found.result, found.locate, statements())
