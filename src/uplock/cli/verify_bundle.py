"""``uplock verify bundle``."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from uplock.cli.context import Context
from uplock.cli.options import json_option, root_options
from uplock.cli.output import answer, painter
from uplock.errors import InputError, UsageError

if TYPE_CHECKING:
    from uplock.attest.bundle import CertificateIdentity
    from uplock.attest.bundle_key import PublicKey
    from uplock.model.digest import Sha256

_DIGEST = re.compile(r"sha256:[0-9a-fA-F]{64}")


@click.command(name="bundle")
@click.argument("artifact", metavar="FILE|sha256:HEX")
@click.option(
    "--bundle",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE",
    help="The Sigstore bundle, version 0.1 to 0.3.",
)
@click.option("--certificate-identity", metavar="ID", help="Whom the signing certificate must name, exactly.")
@click.option("--certificate-oidc-issuer", metavar="URL", help="Who must have vouched for the identity, exactly.")
@click.option(
    "--key",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Public key (PEM) that must have signed, in place of a certificate.",
)
@root_options
@json_option
def command(  # noqa: PLR0913 - one argument per option
    *,
    artifact: str,
    bundle: Path,
    certificate_identity: str | None,
    certificate_oidc_issuer: str | None,
    key: Path | None,
    trusted_root: Path | None,
    staging: bool,
    as_json: bool,
) -> int:
    """Verify one Sigstore bundle for a file or its digest, without a network.

    The bundle signs the file itself, or an in-toto statement of which the file must be a subject. Exit code 0 means
    that it holds, 1 that it does not.

    \b
    Examples:
      uplock verify bundle --bundle Python-3.13.1.tgz.sigstore \\
        --certificate-identity release@dist.example --certificate-oidc-issuer https://login.example Python-3.13.1.tgz
      uplock verify bundle --bundle app.sigstore.json --key release.pub sha256:5891...
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.attest.bundle import verify_bundle
    from uplock.attest.reader import MAX_DOCUMENT
    from uplock.files import read_bytes
    from uplock.ports import ignore_events
    from uplock.report.bundle_text import bundle_text

    context = Context(Path(), ignore_events, trusted_root=trusted_root, staging=staging)
    signer = _signer(certificate_identity, certificate_oidc_issuer, key)
    sha256 = _digest(artifact)
    result = verify_bundle(read_bytes(bundle, MAX_DOCUMENT), sha256, signer, context.root_bytes)
    answer(result, as_json=as_json, text=lambda value: bundle_text(value, painter()))
    return 0 if result.outcome == "verified" else 1


def _signer(identity: str | None, issuer: str | None, key: Path | None) -> CertificateIdentity | PublicKey:
    """Return who must have signed. Raises :class:`UsageError` unless that is said in exactly one way."""
    from uplock.attest.bundle import CertificateIdentity
    from uplock.attest.bundle_key import MAX_KEY, load_key
    from uplock.errors import located
    from uplock.files import read_bytes

    if key is not None and not identity and not issuer:
        with located(str(key)):
            return load_key(read_bytes(key, MAX_KEY))
    if key is None and identity and issuer:
        return CertificateIdentity(name=identity, issuer=issuer)
    raise UsageError(
        "who must have signed is not said in one way",
        remedy="Give both --certificate-identity and --certificate-oidc-issuer, or --key.",
    )


def _digest(artifact: str) -> Sha256:
    """Return the digest of the input. What is a path is a file, even if it looks like a digest, as the protocol has it.

    Raises :class:`InputError`.
    """
    from uplock.files import digest_file
    from uplock.model.digest import parse_sha256

    if _DIGEST.fullmatch(artifact) and not os.path.lexists(artifact):
        return parse_sha256(artifact.removeprefix("sha256:"))
    digest = digest_file(Path(artifact))
    if digest is None:
        raise InputError(
            "no file that can be read, and no digest",
            context=artifact[:200],
            remedy="Name a file, or give its digest as sha256:HEX with 64 hexadecimal digits.",
        )
    return digest
