"""``uplock sbom sign``."""

from __future__ import annotations

import os
from pathlib import Path

import click

from uplock.cli.options import json_option
from uplock.cli.output import answer, painter, written
from uplock.errors import UsageError

PASSWORD = "UPLOCK_KEY_PASSWORD"  # noqa: S105 - the name of the variable
STREAM = "-"


@click.command(name="sign")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--key",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE",
    help="Private key (PEM): Ed25519, or ECDSA on P-256 or P-384.",
)
@click.option(
    "--password-file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help=f"Passphrase of the key.  [default: {PASSWORD}]",
)
@click.option("--output", metavar="PATH", help="Envelope to write; - is standard output.  [default: FILE.intoto.json]")
@click.option(
    "--lock",
    "locks",
    type=click.Path(path_type=Path, dir_okay=False),
    multiple=True,
    metavar="FILE",
    help="Where the lock file is, if not where the document says. May be repeated.",
)
@json_option
def command(  # noqa: PLR0913 - one argument per option
    *,
    file: Path,
    key: Path,
    password_file: Path | None,
    output: str | None,
    locks: tuple[Path, ...],
    as_json: bool,
) -> int:
    """Sign a CycloneDX document in JSON with a key of your own, offline.

    What is signed is an in-toto statement about the lock files, with the document in it, in a DSSE envelope. A lock
    file that is not the one the document was made of is never signed (exit code 4).

    \b
    Examples:
      openssl genpkey -algorithm ed25519 -out sbom.key
      openssl pkey -in sbom.key -pubout -out sbom.pub
      uplock sbom sign --key sbom.key sboms/py312-linux-x86_64.cdx.json
      uplock sbom sign --key sbom.key --output - --lock pylock.toml vendor.cdx.json
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.errors import located
    from uplock.files import read_bytes
    from uplock.model.sbom_sign_outcome import SbomSignResult
    from uplock.report.sbom_sign_text import sbom_sign_text
    from uplock.signing.keys import load_private_key, read_key_file
    from uplock.workflow.named_output import write_named
    from uplock.workflow.sbom_sign import SUFFIX, sign_document

    destination = _destination(output, Path(f"{file}{SUFFIX}"), (file, key, *locks), as_json=as_json)
    pem, shared = read_key_file(key)
    with located(str(key)):
        signer = load_private_key(pem, _passphrase(password_file))
    envelope, signed, sha256 = sign_document(read_bytes(file), file, locks, signer)
    if destination is None:
        written(envelope.decode())
        return 0
    write_named(destination, envelope)
    result = SbomSignResult(
        document=str(file),
        sha256=sha256,
        envelope=str(destination),
        keyid=signer.public.keyid,
        algorithm=signer.public.algorithm,
        locks=signed,
        notes=(f"others than its owner may read {key}: run chmod 600 on it",) if shared else (),
    )
    answer(result, as_json=as_json, text=lambda value: sbom_sign_text(value, painter()))
    return 0


def _destination(output: str | None, default: Path, inputs: tuple[Path, ...], *, as_json: bool) -> Path | None:
    """Return where the envelope goes, ``None`` for standard output. Raises :class:`UsageError`."""
    if output == STREAM:
        if as_json:
            raise UsageError(
                "standard output takes the envelope and nothing else",
                context="--output -",
                remedy="Leave out --json, or name a file with --output.",
            )
        return None
    destination = default if output is None else Path(output)
    if destination.is_dir():
        raise UsageError("is a folder", context=f"--output {destination}", remedy="Name a file.")
    if any(each.resolve() == destination.resolve() or _same(each, destination) for each in inputs):
        raise UsageError(
            "the envelope would stand in the place of what is signed, or of the key",
            context=f"--output {destination}",
            remedy="Name another file.",
        )
    return destination


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def _passphrase(file: Path | None) -> bytes | None:
    """Return the passphrase: a file's content without the end of its line, else the variable."""
    from uplock.signing.keys import read_key_file

    if file is not None:
        return read_key_file(file)[0].removesuffix(b"\n").removesuffix(b"\r")
    return os.environb.get(PASSWORD.encode())
