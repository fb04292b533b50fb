"""``uplock verify lock|dir|artifact``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from uplock.cli.context import Context
from uplock.cli.options import (
    archive_option,
    json_option,
    now,
    project_option,
    provenance_dir_option,
    quiet_option,
    root_options,
)
from uplock.cli.output import EXIT_CODES, answer, painter, progress
from uplock.errors import UsageError

if TYPE_CHECKING:
    from uplock.model.digest import Sha256


@click.group(name="verify")
def command() -> None:
    """Verify Sigstore attestations (PEP 740) under one trusted root, without asking Sigstore's services.

    Nothing verified is never "ok": over a lock or a folder of which nothing could be verified the exit code is 3;
    one artifact that is not attested is 1.
    """


@command.command(name="lock")
@click.argument("targets", nargs=-1)
@project_option
@provenance_dir_option
@root_options
@archive_option
@json_option
@quiet_option
def lock_command(  # noqa: PLR0913 - one argument per option
    *,
    targets: tuple[str, ...],
    project: Path,
    provenance_dir: Path | None,
    trusted_root: Path | None,
    staging: bool,
    archive: str | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Verify every artifact of the locks of TARGETS (default: all).

    \b
    Examples:
      uplock verify lock
      uplock verify lock py312-linux-x86_64 --provenance-dir attestations/
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.report.text import verify_text
    from uplock.workflow.locks import committed
    from uplock.workflow.project import Project
    from uplock.workflow.verify import artifacts_of, verify_all

    with progress(quiet=quiet) as on_event:
        context = Context(
            project,
            on_event,
            archive=archive,
            provenance_dir=provenance_dir,
            trusted_root=trusted_root,
            staging=staging,
        )
        config = Project(project, now().date()).config
        source, _ = context.provenance(config.provenance_dir, context.index(context.index_settings(config)))
        result = verify_all(artifacts_of(committed(project, targets)), source, context.verifier())
    answer(result, as_json=as_json, text=lambda value: verify_text(value, painter()))
    return EXIT_CODES[result.status]


@command.command(name="dir")
@click.argument("folder", type=click.Path(path_type=Path))
@provenance_dir_option
@root_options
@json_option
@quiet_option
def dir_command(  # noqa: PLR0913 - one argument per option
    *,
    folder: Path,
    provenance_dir: Path | None,
    trusted_root: Path | None,
    staging: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Verify every wheel and sdist in FOLDER, with the provenance files beside them or in --provenance-dir.

    \b
    Examples:
      uplock verify dir dist/
      uplock verify dir wheelhouse/ --provenance-dir attestations/ --json
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.report.text import verify_text
    from uplock.workflow.verify import artifacts_in, verify_all

    with progress(quiet=quiet) as on_event:
        context = Context(folder, on_event, provenance_dir=provenance_dir, trusted_root=trusted_root, staging=staging)
        artifacts = artifacts_in(folder, on_event)
        source = context.provenance_directory(provenance_dir or folder)
        result = verify_all(artifacts, source, context.verifier())
    answer(result, as_json=as_json, text=lambda value: verify_text(value, painter()))
    return EXIT_CODES[result.status]


@command.command(name="artifact")
@click.argument("artifact", metavar="NAME|FILE")
@click.argument("digest", metavar="[sha256:HEX]", required=False)
@click.option(
    "--provenance",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The provenance or attestation (PEP 740).",
)
@provenance_dir_option
@click.option("--publisher", metavar="JSON", help="Publisher that must have signed, as PEP 740 writes it.")
@root_options
@json_option
def artifact_command(  # noqa: PLR0913 - one argument per option
    *,
    artifact: str,
    digest: str | None,
    provenance: Path | None,
    provenance_dir: Path | None,
    publisher: str | None,
    trusted_root: Path | None,
    staging: bool,
    as_json: bool,
) -> int:
    """Verify one artifact: a file, or a file name with its digest when the bytes are not here.

    \b
    Examples:
      uplock verify artifact dist/shop-1.0-py3-none-any.whl --provenance shop.provenance
      uplock verify artifact shop-1.0.tar.gz sha256:5891... --provenance shop.provenance \\
        --publisher '{"kind": "GitHub", "repository": "o/r", "workflow": "release.yml"}'
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.attest.publisher import parse_publisher
    from uplock.ports import ignore_events
    from uplock.report.text import verification_text
    from uplock.workflow.verify import document_for, verify_artifact

    context = Context(Path(), ignore_events, trusted_root=trusted_root, staging=staging)
    expected = None if publisher is None else parse_publisher(publisher)
    filename, sha256 = _subject(artifact, digest)
    source = None if provenance_dir is None else context.provenance_directory(provenance_dir)
    answered = document_for(filename, provenance, source)
    result = verify_artifact(filename, sha256, answered, context.verifier(), expected)
    answer(result, as_json=as_json, text=lambda value: verification_text(value, painter()))
    return {"verified": 0, "unchecked": 3}.get(result.outcome, 1)


def _subject(artifact: str, digest: str | None) -> tuple[str, Sha256]:
    """Return file name and digest: given, computed from the file, or both and then compared."""
    from uplock.errors import IntegrityError, located
    from uplock.files import digest_file
    from uplock.model.digest import parse_sha256

    path = Path(artifact)
    actual = digest_file(path)
    if digest is None:
        if actual is None:
            raise UsageError(
                "there is no such file, and no digest to know it by",
                context=artifact,
                remedy="Name a file, or give its digest as sha256:HEX after the name.",
            )
        return path.name, actual
    algorithm, _, text = digest.rpartition(":")
    if algorithm not in {"", "sha256"}:
        raise UsageError(f"{algorithm} is not supported", context=digest[:80], remedy="Give the digest as sha256:HEX.")
    with located("digest"):
        given = parse_sha256(text)
    if actual is not None and actual != given:
        raise IntegrityError(
            f"the file has sha256 {actual}, not {given}", context=artifact, remedy="Fetch the file again."
        )
    return path.name, given
