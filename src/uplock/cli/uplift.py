"""``uplock uplift``: the group of what moves a project to another interpreter."""

from __future__ import annotations

import click

SUBCOMMANDS = {
    "plan": "Plan the smallest move of a lock to another interpreter, with the evidence for every change.",
    "apply": "Lock again with the pins of a plan as what is to be kept.",
    "matrix": "Write the test matrix of CI from the locks, or compare the committed one.",
}
"""Name and one line of help, in the order of work; each is imported from ``cli/uplift_NAME.py`` when it is called."""


class _Group(click.Group):
    """Knows its commands by name and loads one when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names in the order of work."""
        return list(SUBCOMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import the command's module, or return ``None`` for an unknown name."""
        match cmd_name:
            case "plan":
                from uplock.cli.uplift_plan import command as found
            case "apply":
                from uplock.cli.uplift_apply import command as found
            case "matrix":
                from uplock.cli.uplift_matrix import command as found
            case _:
                return None
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(SUBCOMMANDS.items()))


@click.group(name="uplift", cls=_Group)
def command() -> None:
    """Move a project from one interpreter to another.

    \b
    Examples:
      uplock uplift plan --from 3.9 --to 3.12
      uplock uplift apply
      uplock uplift matrix --format github
      uplock uplift matrix --format gitlab --check
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
