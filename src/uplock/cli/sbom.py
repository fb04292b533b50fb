"""``uplock sbom``: writes documents itself, and is the group of what can be done with them."""

from __future__ import annotations

import importlib
from pathlib import Path

import click

from uplock.cli.context import Context
from uplock.cli.options import archive_option, json_option, now, project_argument, quiet_option
from uplock.cli.output import answer, progress

SUBCOMMANDS = {
    "validate": "Check documents against the official schema, and what no schema can say.",
    "diff": "Show what differs between two documents.",
    "score": "Hold a document against what is asked of SBOMs, point by point.",
    "sign": "Sign a document with a key of your own, offline.",
    "verify-signature": "Verify such a signature.",
}
"""Name and one line of help; each is imported when it is called. Any other first word is a project."""

WRITE = "write"


class _Group(click.Group):
    """Writes documents unless the first word names another command: ``uplock sbom services/shop`` needs no word."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of work."""
        return list(SUBCOMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; writing has no name of its own."""
        if cmd_name not in SUBCOMMANDS:
            return write if cmd_name == WRITE else None
        module = importlib.import_module(f"uplock.cli.sbom_{cmd_name.replace('-', '_')}")
        command = module.command
        assert isinstance(command, click.Command)  # noqa: S101 - every command module defines one; a test walks them
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(SUBCOMMANDS.items()))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put in the word for writing where no command is named."""
        if not args or (args[0] not in SUBCOMMANDS and args[0] not in {"-h", "--help"}):
            args = [WRITE, *args]
        return super().parse_args(ctx, args)


@click.command(name=WRITE)
@project_argument
@archive_option
@json_option
@quiet_option
def write(*, project: Path, archive: str | None, as_json: bool, quiet: bool) -> int:
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


command = _Group(name="sbom", help=write.help)
