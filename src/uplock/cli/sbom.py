"""``uplock sbom``: writes documents itself, and is the group of what can be done with them."""

from __future__ import annotations

import os
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from uplock.cli.context import Context
from uplock.cli.options import archive_option, json_option, now, project_argument, quiet_option
from uplock.cli.output import answer, progress
from uplock.cli.output import written as written_text
from uplock.errors import UsageError

if TYPE_CHECKING:
    from uplock.model.interpreter_parts import InterpreterParts
    from uplock.workflow.recall import Recalled

SUBCOMMANDS = {
    "validate": "Check documents against the official schema, and what no schema can say.",
    "diff": "Show what differs between two documents.",
    "score": "Hold a document against what is asked of SBOMs, point by point.",
    "sign": "Sign a document with a key of your own, offline.",
    "verify-signature": "Verify such a signature.",
}
"""Name and one line of help; each is imported when it is called. Any other first word is a project."""

WRITE = "write"
STREAM = "-"


class _Group(click.Group):
    """Writes documents unless the first word names another command: ``uplock sbom services/shop`` needs no word."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of work."""
        return list(SUBCOMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; writing has no name of its own."""
        match cmd_name:
            case "validate":
                from uplock.cli.sbom_validate import command as found
            case "diff":
                from uplock.cli.sbom_diff import command as found
            case "score":
                from uplock.cli.sbom_score import command as found
            case "sign":
                from uplock.cli.sbom_sign import command as found
            case "verify-signature":
                from uplock.cli.sbom_verify_signature import command as found
            case _:
                return write if cmd_name == WRITE else None
        return found

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put in the word for writing where no command is named; help is that of the group."""
        if not args or (args[0] not in SUBCOMMANDS and not {"-h", "--help"} & set(args)):
            args = [WRITE, *args]
        return super().parse_args(ctx, args)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Show both ways of calling it."""
        return ["[OPTIONS] [PROJECT]", "|", "COMMAND [ARGS]..."]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the options of writing, then the commands without importing them."""
        write.format_options(ctx, formatter)
        with formatter.section("Commands"):
            formatter.write_dl(list(SUBCOMMANDS.items()))


@click.command(name=WRITE)
@project_argument
@click.option(
    "--target", "targets", multiple=True, metavar="TARGET", help="Only this target, or uplift. May be repeated."
)
@click.option(
    "--generation", metavar="ID", help="Describe this generation, to --output.  [default: the one the locks are at]"
)
@click.option("--spec", type=click.Choice(("1.6", "1.7")), default="1.7", show_default=True, help="Of CycloneDX.")
@click.option(
    "--format", "form", type=click.Choice(("json", "xml")), default="json", show_default=True, help="Of the documents."
)
@click.option(
    "--output", metavar="PATH", help="Write to this file or existing folder; - is standard output.  [default: sboms/]"
)
@click.option(
    "--python",
    "pythons",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Ask this interpreter for its own native parts (OpenSSL, SQLite, ...); it must be a target's very version. "
    "May be repeated.",
)
@archive_option
@json_option
@quiet_option
def write(  # noqa: PLR0913 - one argument per option
    *,
    project: Path,
    targets: tuple[str, ...],
    generation: str | None,
    spec: Literal["1.6", "1.7"],
    form: Literal["json", "xml"],
    output: str | None,
    pythons: tuple[Path, ...],
    archive: str | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Write the CycloneDX SBOMs of a generation, one per target and one of the uplift, from the archive alone.

    They hold facts, not the verdict, and go to sboms/TARGET.cdx.json: with --spec 1.6 to TARGET.1.6.cdx.json, with
    --format xml to TARGET.cdx.xml. The timestamp is SOURCE_DATE_EPOCH, else the cut-off of the locks.

    \b
    Examples:
      uplock sbom
      uplock sbom services/shop --json
      uplock sbom --target py312-linux-x86_64 --format xml
      uplock sbom --target uplift --output -
      uplock sbom --generation 4f1e22a0 --output /srv/audit
      uplock sbom validate sboms/py312-linux-x86_64.cdx.json
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.report.text import sbom_text
    from uplock.workflow.describe import Described
    from uplock.workflow.project import Project
    from uplock.workflow.recall import recall, recall_named
    from uplock.workflow.sbom import described, export_sboms, replace_sboms

    _refuse_contradictions(generation, output, targets, as_json=as_json)
    with progress(quiet=quiet) as on_event:
        context = Context(project, on_event, archive=archive)
        context.recorded()
        read = Project(project, now().date())
        with context.alone() if output is None else nullcontext():
            if generation is None:
                recalled = recall(project, context.archive)
            else:
                recalled = recall_named(project, context.archive, generation)
            parts = _parts(pythons, recalled)
            written = Described(spec=spec, form=form, names=targets, parts=parts)
            files = described(read, recalled, context.timestamp(), written, on_event)
            if output is None:
                result = replace_sboms(read, recalled, files)
            elif output != STREAM:
                result = export_sboms(read, recalled, files, Path(output))
    if output == STREAM:
        written_text(next(iter(files.values())).decode())
    else:
        answer(result, as_json=as_json, text=sbom_text)
    return 0


def _refuse_contradictions(
    generation: str | None, output: str | None, targets: tuple[str, ...], *, as_json: bool
) -> None:
    """An older generation never takes the place of the present documents; a stream holds one document."""
    if generation not in {None, "head"} and output is None:
        raise UsageError(
            "the documents of another generation would stand in the place of the present ones",
            context=f"--generation {generation}",
            remedy="Say where they go with --output.",
        )
    if output == STREAM and (len(targets) != 1 or as_json):
        raise UsageError(
            "standard output takes one document and nothing else",
            context="--output -",
            remedy="Name one --target, and leave out --json.",
        )


def _parts(pythons: tuple[Path, ...], recalled: Recalled) -> tuple[InterpreterParts, ...]:
    """Ask the named interpreters what they bring. Raises :class:`UsageError` for one that no target is locked for."""
    if not pythons:
        return ()
    from uplock.host.parts import parts_of

    found = []
    for path in pythons:
        parts = parts_of(path, os.environ)
        known = sorted({lock.target.interpreter.version for lock in recalled.locks})
        if parts.version not in known:
            raise UsageError(
                f"is CPython {parts.version}, and the locks are for {', '.join(known)}",
                context=f"--python {path}",
                remedy="Name an interpreter of exactly a target's version.",
            )
        found.append(parts)
    return tuple(found)


command = _Group(name="sbom", help=write.help)
