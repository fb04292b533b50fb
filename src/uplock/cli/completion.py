"""``uplock completion``."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command(name="completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> int:
    """Print the completion script of a shell.

    \b
    Examples:
      uplock completion bash > ~/.local/share/bash-completion/completions/uplock
      uplock completion fish | source
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.cli.main import cli

    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101 - click ships the three shells of the choice
    click.echo(kind(cli, {}, "uplock", "_UPLOCK_COMPLETE").source())
    return 0
