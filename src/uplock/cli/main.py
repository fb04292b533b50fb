"""The command line: a group that imports a command only when it is called, and the one boundary for errors."""

from __future__ import annotations

import gc
import importlib
import sys
from itertools import pairwise

import click

from uplock import __version__

COMMANDS = {
    "run": "Lock, gather, judge, write SBOMs and record a generation.",
    "init": "Write a [tool.uplock] table to start from.",
    "lock": "Resolve and write hash-pinned locks per interpreter.",
    "build": "Build the source distributions of a lock once, isolated.",
    "check": "Judge the newest generation for any day.",
    "rules": "List what can be found, or show the page of a rule.",
    "lifecycle": "List when interpreters, distributions and managed runtimes end.",
    "waive": "Write a waiver: an approved risk that expires.",
    "waivers": "List the waivers by days left.",
    "sbom": "Write the CycloneDX SBOMs of the newest generation.",
    "verify": "Verify attestations (PEP 740), or an environment.",
    "trust": "Show the trusted root of Sigstore, or get a newer one.",
    "inspect": "Show what a wheel or an attestation contains, unverified.",
    "vault": "Keep the bytes of a generation, or write them out as an index.",
    "install": "Install a lock into a fresh environment, checked first, and switch to it.",
    "prove": "Install a lock from archived bytes with pip and uv, cut off, and compare.",
    "rollback": "Restore the lock files of a generation, byte for byte.",
    "rehearse": "Decide by trying whether one can go back to a generation.",
    "history": "List the recorded generations, newest first.",
    "archive": "Check, mend and clear the archive, and move generations.",
    "show": "Show one generation: locks, files, publishers, native libraries.",
    "diff": "Show what changed between two generations.",
    "scan": "Find where interpreters are declared, and how long they are supported.",
    "uplift": "Plan the smallest move to another interpreter, apply it, write its test matrix.",
    "completion": "Print the completion script of a shell.",
}
"""Name and one line of help: all that ``uplock --help`` needs, so that it imports no command."""


INTERRUPTED = 130


class LazyGroup(click.Group):
    """Knows its commands by name and loads one when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module, or return ``None`` for an unknown name."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"uplock.cli.{cmd_name.replace('-', '_')}")
        command = module.command
        assert isinstance(command, click.Command)  # noqa: S101 - every command module defines one; a test walks them
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with the nearest command named when there is none."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            import difflib

            near = difflib.get_close_matches(name, COMMANDS, n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            ctx.fail(f"No such command {name!r}.{hint}")
        return super().resolve_command(ctx, args)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 pass, 1 policy failed, 2 usage or configuration, 3 undetermined, 4 integrity, "
    "130 interrupted.",
)
@click.version_option(__version__, prog_name="uplock")
def cli() -> None:
    """Take a Python project from an end-of-life interpreter to a supported one, with evidence.

    \b
    Examples:
      uplock run                        # the whole job for the project in this folder
      uplock run --as-of 2027-03-01     # judged for another day
      uplock inspect numpy-2.0.2-cp39-cp39-manylinux_2_17_x86_64.manylinux2014_x86_64.whl
      uplock history --json
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped


def main() -> None:
    """Run the command line and exit with the documented code; no traceback reaches a user."""
    gc.set_threshold(50_000, 20, 20)  # nearly all that a command makes lives until it ends: look for waste less often
    code = run(sys.argv[1:])
    if code == INTERRUPTED:
        # Downloads that are still waiting for a socket would hold the exit up; everything on disk is whole already.
        import os

        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Run one command; return its exit code. Errors are shown from here and nowhere else."""
    try:
        code = cli.main(args=arguments, prog_name="uplock", standalone_mode=False)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the boundary: the user gets words and a code
        from uplock.cli.output import show

        return show(error, as_json=_wants_json(arguments))
    return code if isinstance(code, int) else 0


def _wants_json(arguments: list[str]) -> bool:
    """Whether the answer was asked for as JSON: then errors are JSON too."""
    return "--json" in arguments or "--format=json" in arguments or ("--format", "json") in pairwise(arguments)
