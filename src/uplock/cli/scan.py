"""``uplock scan``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from uplock.cli.formats import FORMATS, renderer
from uplock.cli.options import as_of_option, day, json_option, now, quiet_option
from uplock.cli.output import answer, painter, progress, written
from uplock.errors import UsageError

if TYPE_CHECKING:
    from uplock.model.declaration import Role
    from uplock.model.policy import Policy
    from uplock.model.scan_outcome import ScanResult
    from uplock.model.waiver import WaiverFile

ROLES = ("run", "build", "test", "lint")


@click.command(name="scan")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))
@as_of_option
@click.option("--role", "roles", type=click.Choice(ROLES), multiple=True, help="Tell only what is declared for this.")
@click.option("--format", "form", type=click.Choice(FORMATS), help="How to answer.  [default: text]")
@json_option
@quiet_option
def command(  # noqa: PLR0913 - one argument per option
    *,
    paths: tuple[Path, ...],
    as_of: datetime | None,
    roles: tuple[str, ...],
    form: str | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Find where interpreters are declared: file and line, for what, which minors, and how long they are supported.

    Reads packaging files, version files of tools, CI workflows, container files, templates of cloud providers and lock
    files below each PATH (default: this folder), and runs nothing. Ended interpreters, blocked managed runtimes and
    declarations that disagree are findings, by the policy and the waivers of the project in the first folder. Exit code
    1: an error that nobody waived; 3: a file that could not be read.

    \b
    Examples:
      uplock scan
      uplock scan services/api services/worker --role run
      uplock scan --json | jq -r '.[] | select(.minors == ["3.9"]) | "\\(.path):\\(.line)"'
      uplock scan --format sarif > scan.sarif
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.report.scan_text import scan_text
    from uplock.workflow.scan import scan

    if as_json and form not in {None, "json"}:
        raise UsageError(f"--json and --format {form} exclude each other", remedy="Give one of them.")
    moment = now()
    policy, waivers, service = _judged_by(paths[0] if paths else Path())
    with progress(quiet=quiet) as on_event:
        result = scan(
            paths or (Path(),),
            policy=policy,
            waivers=waivers,
            service=service,
            roles=cast("tuple[Role, ...]", roles),
            as_of=as_of or day(moment),
            on_event=on_event,
        )
    if as_json or form == "json":
        answer(result.declarations, as_json=True, text=str)
    elif form in {None, "text"}:
        answer(result, as_json=False, text=lambda value: scan_text(value, painter()))
    else:
        written(_formatted(result, form or ""))
    if any(finding.fails for finding in result.findings):
        return 1
    return 3 if result.unread else 0


def _judged_by(place: Path) -> tuple[Policy, tuple[WaiverFile, ...], str]:
    """Return policy, waivers and name of the project in a folder, the defaults where there is none."""
    from uplock.errors import located
    from uplock.policy.settings import parse_policy
    from uplock.workflow.project import UNNAMED, configuration
    from uplock.workflow.waiver_files import read_waivers

    if not place.is_dir():
        place = place.parent
    config = configuration(place)
    with located(config.file):
        policy = parse_policy(config.policy)
    return policy, read_waivers(place), config.project_name or UNNAMED


def _formatted(result: ScanResult, form: str) -> str:
    """Return the findings in a format of CI services, as those of a generation are told."""
    from uplock.model.digest import Sha256
    from uplock.model.outcome import CheckResult
    from uplock.policy.registry import statements
    from uplock.workflow.scan import locate

    failed = any(finding.fails for finding in result.findings)
    judged = CheckResult(
        project=result.name,
        generation=Sha256(""),
        as_of=result.as_of,
        status="fail" if failed else "undetermined" if result.unread else "pass",
        targets=(),
        findings=result.findings,
    )
    return renderer(form)(judged, locate, statements())
