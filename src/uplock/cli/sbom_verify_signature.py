"""``uplock sbom verify-signature``."""

from __future__ import annotations

from pathlib import Path

import click

from uplock.cli.options import json_option
from uplock.cli.output import answer, painter


@click.command(name="verify-signature")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--key",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE",
    help="Public key (PEM) that must have signed; what the envelope says about keys is never used.",
)
@click.option(
    "--signature",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The envelope.  [default: FILE.intoto.json]",
)
@click.option(
    "--lock",
    "locks",
    type=click.Path(path_type=Path, dir_okay=False),
    multiple=True,
    metavar="FILE",
    help="Where the lock file is, if not where the document says. May be repeated.",
)
@json_option
def command(
    *,
    file: Path,
    key: Path,
    signature: Path | None,
    locks: tuple[Path, ...],
    as_json: bool,
) -> int:
    """Verify that a key signed a CycloneDX document, and that the lock files beside it are those it was signed for.

    Exit code 0 means that it holds, 1 that it does not, 4 that a lock file contradicts the digest that was signed. A
    lock file that is not there is not compared, and the answer says so.

    \b
    Examples:
      uplock sbom verify-signature --key sbom.pub sboms/py312-linux-x86_64.cdx.json
      uplock sbom verify-signature --key sbom.pub --signature shop.json --lock pylock.toml shop.cdx.json --json
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.errors import located
    from uplock.files import read_bytes
    from uplock.report.sbom_sign_text import sbom_signature_text
    from uplock.signing.keys import load_public_key, read_key_file
    from uplock.workflow.sbom_sign import MAX_ENVELOPE, SUFFIX, verify_document

    with located(str(key)):
        public = load_public_key(read_key_file(key)[0])
    place = Path(f"{file}{SUFFIX}") if signature is None else signature
    envelope = read_bytes(place, MAX_ENVELOPE)
    result = verify_document(read_bytes(file), file, envelope, place, locks=locks, key=public)
    answer(result, as_json=as_json, text=lambda value: sbom_signature_text(value, painter()))
    return 0 if result.outcome == "verified" else 1
