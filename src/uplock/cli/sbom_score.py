"""``uplock sbom score``."""

from __future__ import annotations

from pathlib import Path

import click

from uplock.cli.options import json_option
from uplock.cli.output import answer, painter


@click.command(name="score")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--lock",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The pylock.toml that the document was made from.  [default: where the document says]",
)
@click.option(
    "--key",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Public key (PEM) that must have signed the document.",
)
@click.option(
    "--signature",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The envelope.  [default: FILE.intoto.json]",
)
@click.option(
    "--fail-under", type=click.IntRange(0, 40), metavar="N", help="Exit with 1 if fewer than N points are held."
)
@json_option
def command(  # noqa: PLR0913 - one argument per option
    *,
    file: Path,
    lock: Path | None,
    key: Path | None,
    signature: Path | None,
    fail_under: int | None,
    as_json: bool,
) -> int:
    """Hold a document against what is asked of SBOMs, point by point.

    Forty points: of NTIA, CISA, BSI TR-03183-2, SCVS and the Cyber Resilience Act, and what a Python project needs
    beyond them. Any CycloneDX document from 1.4 to 1.7, whoever made it. What nothing decides is not assessed, and
    never counted as held: a lock, a signature or another document that is not at hand is told.

    \b
    Examples:
      uplock sbom score sboms/py312-linux-x86_64.cdx.json
      uplock sbom score --fail-under 36 sboms/py312-linux-x86_64.cdx.json
      uplock sbom score --key sbom.pub sboms/py312-linux-x86_64.cdx.json --json
      uplock sbom score --lock locks/pylock.py312-linux-x86_64.toml vendor.cdx.xml
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.report.sbom_score_text import sbom_score_text
    from uplock.workflow.sbom_score import refuse_contradictions, score_file

    refuse_contradictions(signature, has_key=key is not None)
    public = None
    if key is not None:
        from uplock.errors import located
        from uplock.signing.keys import load_public_key, read_key_file

        with located(str(key)):
            public = load_public_key(read_key_file(key)[0])
    result = score_file(file, lock=lock, signature=signature, key=public, fail_under=fail_under)
    answer(result, as_json=as_json, text=lambda value: sbom_score_text(value, painter()))
    return 0 if fail_under is None or result.held >= fail_under else 1
