"""``uplock run``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from uplock.cli.context import Context
from uplock.cli.options import (
    archive_option,
    as_of_option,
    day,
    index_options,
    json_option,
    now,
    project_argument,
    provenance_dir_option,
    quiet_option,
    require_baseline_option,
    resolve_options,
    root_options,
)
from uplock.cli.output import EXIT_CODES, answer, painter, progress
from uplock.model.digest import Sha256
from uplock.model.outcome import RunResult
from uplock.model.value import changed
from uplock.report.check_text import run_text
from uplock.workflow.evidence import now_held
from uplock.workflow.receipt import RECEIPT, Probe, Receipt, receipt_key, unchanged, write_receipt
from uplock.workflow.request import Request


@click.command(name="run")
@project_argument
@as_of_option
@index_options
@resolve_options
@provenance_dir_option
@root_options
@require_baseline_option
@archive_option
@json_option
@quiet_option
def command(  # noqa: PLR0913 - one argument per option
    *,
    project: Path,
    as_of: datetime | None,
    index_url: str | None,
    upgrade: bool,
    refresh: bool,
    allow_sdist: bool,
    cross_check: bool,
    pythons: tuple[tuple[str, Path], ...],
    jobs: int,
    provenance_dir: Path | None,
    trusted_root: Path | None,
    staging: bool,
    require_baseline: bool,
    archive: str | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Lock, gather, judge, write SBOMs and record a generation.

    PROJECT is a folder with a pyproject.toml, an uplock.toml or a requirements.in (default: this one).

    \b
    Examples:
      uplock run
      uplock run fixtures/projects/webshop --as-of 2026-11-22
      uplock run --upgrade --json > run.json
      uplock run --provenance-dir attestations/ --require-baseline
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    moment = now()
    with progress(quiet=quiet) as on_event:
        context = Context(
            project,
            on_event,
            archive=archive,
            index_url=index_url,
            provenance_dir=provenance_dir,
            trusted_root=trusted_root,
            staging=staging,
            pythons=pythons,
        )
        request = Request(
            now=moment,
            as_of=as_of or day(moment),
            mode="upgrade" if upgrade or refresh else "keep",
            cross_check=cross_check,
            refresh=refresh,
            jobs=jobs,
            require_baseline=require_baseline,
            timestamp=context.timestamp(),
        )
        result = _run(context, request, allow_sdist=allow_sdist)
    answer(result, as_json=as_json, text=lambda value: run_text(value, painter()))
    return EXIT_CODES[result.status]


def _run(context: Context, request: Request, *, allow_sdist: bool) -> RunResult:
    call = {
        "allow_sdist": allow_sdist,
        "cross_check": request.cross_check,
        "require_baseline": request.require_baseline,
    }
    key = receipt_key(context.facts(as_of=request.as_of.isoformat(), today=request.now.date().isoformat(), **call))
    place = context.archive.place / RECEIPT
    if not request.resolve:
        known = unchanged(context.root, place, key, context.archive)
        if known is not None:
            return changed(known, changed=False, baseline=now_held(known.baseline))
    with context.alone():
        return _run_whole(context, request, key, allow_sdist=allow_sdist)


def _run_whole(context: Context, request: Request, key: Sha256, *, allow_sdist: bool) -> RunResult:
    from uplock.model.waiver import waivers_digest
    from uplock.workflow.project import Project
    from uplock.workflow.run import run_project

    project = Project(context.root, request.now.date(), renew=request.mode == "upgrade", allow_sdist=allow_sdist)
    seams = context.seams(project)
    ran = run_project(project, request, seams)
    if not ran.settled:
        return ran.result  # what could not be reached is asked again next time
    probes = {**project.probes, **context.probes}
    write_receipt(
        context.archive.place / RECEIPT,
        Receipt(
            key=key,
            probes=tuple(Probe(path=path, sha256=digest) for path, digest in sorted(probes.items())),
            folders=context.folders,
            waivers=waivers_digest(project.waivers),
            outputs=ran.outputs,
            blobs=ran.blobs,
            result=ran.result,
        ),
    )
    return ran.result
