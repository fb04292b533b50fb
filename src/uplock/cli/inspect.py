"""``uplock inspect``: of wheels, which need not be said, of what is locked, or of an attestation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from uplock.cli.inspect_lock import command as lock_command
from uplock.cli.inspect_wheel import command as wheel_command
from uplock.cli.options import json_option
from uplock.cli.output import answer, as_unicode, painter

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class WheelUnlessNamed(click.Group):
    """A group of which the command ``wheel`` may be left out: ``uplock inspect FILE`` inspects a wheel."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does, with ``wheel`` put before what is neither a command nor a request for help."""
        if args and args[0] not in {*self.commands, *self.get_help_option_names(ctx)}:
            args = ["wheel", *args]
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """As click does, with what completes ``wheel``: files first, since shells forget what comes before these."""
        offered = super().shell_complete(ctx, incomplete)
        known = {each.value for each in offered}
        wheel = self.commands["wheel"]
        files = [] if incomplete.startswith("-") else wheel.params[0].shell_complete(ctx, incomplete)
        return [*files, *offered, *(each for each in wheel.shell_complete(ctx, incomplete) if each.value not in known)]


@click.group(name="inspect", cls=WheelUnlessNamed)
def command() -> None:
    """Show what wheels or an attestation contain. Nothing is executed or extracted, and nothing is verified.

    Without a command it is a wheel, or a folder of wheels.

    \b
    Examples:
      uplock inspect numpy-2.0.2-cp39-cp39-manylinux_2_17_x86_64.manylinux2014_x86_64.whl
      uplock inspect lock py312-linux-x86_64
      uplock inspect attestation sampleproject-4.0.0.tar.gz.provenance
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped


command.add_command(lock_command)


command.add_command(wheel_command)


@command.command(name="attestation")
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def attestation_command(*, file: Path, as_json: bool) -> int:
    """Show what a provenance or attestation (PEP 740) or a Sigstore bundle says of itself. Nothing is verified.

    Whoever made the file chose every word of it: this is for looking at a document, never for deciding about one.
    What is wrong with a part is told in its place, and exit code 0 means no more than that the file could be read.

    \b
    Examples:
      uplock inspect attestation sampleproject-4.0.0.tar.gz.provenance
      uplock inspect attestation --json app.sigstore.json
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.attest.decode import decode_document
    from uplock.attest.reader import MAX_DOCUMENT
    from uplock.errors import located
    from uplock.files import read_bytes
    from uplock.report.attestation_text import attestation_text

    raw = read_bytes(file, MAX_DOCUMENT)
    with located(str(file)):
        result = decode_document(raw, as_unicode(file.name))
    answer(result, as_json=as_json, text=lambda value: attestation_text(value, painter()))
    return 0
