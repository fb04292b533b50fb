"""``uplock verify lock|dir|artifact``, and the group with its other commands."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from uplock.cli.context import Context
from uplock.cli.options import (
    as_of_option,
    day,
    json_option,
    now,
    project_option,
    quiet_option,
    require_baseline_option,
    root_options,
)
from uplock.cli.output import EXIT_CODES, answer, painter, progress
from uplock.cli.verify_bundle import command as bundle_command
from uplock.cli.verify_env import command as env_command
from uplock.cli.verify_source import one_source, project_config, source_of, source_options
from uplock.cli.verify_subject import subject_of

if TYPE_CHECKING:
    from uplock.lockfile.config import Config
    from uplock.model.provenance import ProvenanceAnswer


@click.group(name="verify")
def command() -> None:
    """Verify Sigstore attestations (PEP 740), or an environment against its lock (env).

    Attestations are verified under one trusted root, without asking Sigstore's services. Provenance comes from one
    source: the index, a directory, or the archive of the last run. Only the index needs a network.

    Nothing verified is never "ok": over a lock or a folder of which nothing could be verified the exit code is 3;
    one artifact that is not attested is 1.
    """


command.add_command(bundle_command)
command.add_command(env_command)


@command.command(name="lock")
@click.argument("targets", nargs=-1)
@project_option
@source_options
@root_options
@require_baseline_option
@as_of_option
@json_option
@quiet_option
def lock_command(  # noqa: PLR0913 - one argument per option
    *,
    targets: tuple[str, ...],
    project: Path,
    provenance_dir: Path | None,
    from_archive: bool,
    index_url: str | None,
    trusted_root: Path | None,
    staging: bool,
    require_baseline: bool,
    as_of: datetime | None,
    archive: str | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Verify every artifact of the locks of TARGETS (default: all).

    Provenance is asked of the index, or taken from the directory that the project configures, unless an option names
    another source. What is found is compared with the publishers that locks/lockset.json knows, and with those that
    the policy expects, requires or denies.

    \b
    Examples:
      uplock verify lock --require-baseline
      uplock verify lock py312-linux-x86_64 --provenance-dir attestations/
      uplock verify lock --from-archive
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.policy.expected import generic_policies
    from uplock.report.verify_text import verify_text
    from uplock.workflow.artifacts import artifacts_of
    from uplock.workflow.identity import judge_attestations
    from uplock.workflow.locks import committed, committed_set
    from uplock.workflow.project import Project
    from uplock.workflow.verify import check_all, conclude, outcomes_by_digest

    one_source(provenance_dir=provenance_dir, from_archive=from_archive, index_url=index_url)
    with progress(quiet=quiet) as on_event:
        context = Context(
            project, on_event, archive=archive, index_url=index_url, trusted_root=trusted_root, staging=staging
        )
        read = Project(project, now().date())
        context.configure(read.config)
        lockset, locks = committed_set(project), committed(project, targets)
        source = source_of(
            context, read.config, provenance_dir=provenance_dir, from_archive=from_archive, index_url=index_url
        )
        checked = check_all(artifacts_of(locks), source, context.verifier(), on_event, generic_policies(read.policy))
    baseline, findings = judge_attestations(
        read,
        lockset,
        locks,
        outcomes_by_digest(checked),
        root=context.trusted_root,
        as_of=as_of or day(now()),
        require_baseline=require_baseline,
    )
    result = conclude(checked, context.trusted_root, baseline=baseline, findings=findings)
    answer(result, as_json=as_json, text=lambda value: verify_text(value, painter()))
    return EXIT_CODES[result.status]


@command.command(name="dir")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--project",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Project whose archive, indexes and trusted root are used.",
)
@source_options
@root_options
@json_option
@quiet_option
def dir_command(  # noqa: PLR0913 - one argument per option
    *,
    folder: Path,
    project: Path | None,
    provenance_dir: Path | None,
    from_archive: bool,
    index_url: str | None,
    trusted_root: Path | None,
    staging: bool,
    archive: str | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Verify every wheel and sdist in FOLDER, with the provenance files beside them unless an option says otherwise.

    \b
    Examples:
      uplock verify dir dist/
      uplock verify dir wheelhouse/ --provenance-dir attestations/ --json
      uplock verify dir wheelhouse/ --from-archive --project .
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.report.verify_text import verify_text
    from uplock.workflow.artifacts import artifacts_in
    from uplock.workflow.verify import check_all, conclude

    one_source(provenance_dir=provenance_dir, from_archive=from_archive, index_url=index_url)
    beside = None if from_archive or index_url else provenance_dir or folder
    with progress(quiet=quiet) as on_event:
        context = Context(
            project or Path(),
            on_event,
            archive=archive,
            index_url=index_url,
            trusted_root=trusted_root,
            staging=staging,
        )
        config = _config(context, project)
        artifacts = artifacts_in(folder, on_event)
        source = source_of(context, config, provenance_dir=beside, from_archive=from_archive, index_url=index_url)
        checked = check_all(artifacts, source, context.verifier(), on_event)
    result = conclude(checked, context.trusted_root)
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
@click.option(
    "--project",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Project whose locks know the file.  [default: this folder, for a name without a digest]",
)
@source_options
@click.option("--publisher", metavar="JSON", help="Publisher that must have signed, as PEP 740 writes it.")
@root_options
@json_option
def artifact_command(  # noqa: PLR0913 - one argument per option
    *,
    artifact: str,
    digest: str | None,
    provenance: Path | None,
    project: Path | None,
    provenance_dir: Path | None,
    from_archive: bool,
    index_url: str | None,
    publisher: str | None,
    trusted_root: Path | None,
    staging: bool,
    archive: str | None,
    as_json: bool,
) -> int:
    """Verify one artifact: a file, a file name with its digest, or a file name that the project's locks know.

    \b
    Examples:
      uplock verify artifact dist/shop-1.0-py3-none-any.whl --provenance shop.provenance
      uplock verify artifact numpy-2.0.2-cp39-cp39-manylinux_2_17_x86_64.manylinux2014_x86_64.whl
      uplock verify artifact shop-1.0.tar.gz sha256:5891... --provenance shop.provenance \\
        --publisher '{"kind": "GitHub", "repository": "o/r", "workflow": "release.yml"}'
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.attest.publisher import parse_expected
    from uplock.ports import ignore_events
    from uplock.report.verify_text import verification_text
    from uplock.workflow.verify import check_one, row

    one_source(provenance=provenance, provenance_dir=provenance_dir, from_archive=from_archive, index_url=index_url)
    context = Context(
        project or Path(),
        ignore_events,
        archive=archive,
        index_url=index_url,
        trusted_root=trusted_root,
        staging=staging,
    )
    expected, claims = (None, ()) if publisher is None else parse_expected(publisher)
    subject, locked = subject_of(artifact, digest, context.root, in_project=project is not None)
    config = _config(context, context.root if locked else project)

    def answered() -> ProvenanceAnswer:
        from uplock.workflow.verify import NOTHING, ask, document_in

        if provenance is not None:
            return document_in(provenance)
        if not (locked or provenance_dir or from_archive or index_url):
            return NOTHING
        source = source_of(
            context, config, provenance_dir=provenance_dir, from_archive=from_archive, index_url=index_url
        )
        return ask(source, subject)

    result = row(check_one(subject, answered(), context.verifier(), expected, claims), context.trusted_root.sha256)
    answer(result, as_json=as_json, text=lambda value: verification_text(value, painter()))
    return {"verified": 0, "unchecked": 3}.get(result.outcome, 1)


def _config(context: Context, project: Path | None) -> Config:
    """Return the configuration of a project that was named; of none that merely happens to be here.

    A folder that somebody else filled must not choose the trusted root of what is verified in it.
    """
    from uplock.lockfile.config import Config

    return Config(file="") if project is None else project_config(context)
