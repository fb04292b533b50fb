"""``uplock waive``."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from uplock.cli.options import Moment, json_option, now, project_option
from uplock.cli.output import answer
from uplock.errors import InputError, UsageError
from uplock.model.digest import Sha256, parse_sha256
from uplock.model.value import changed
from uplock.model.waiver import LEVELS, Level, Risk, Waiver, WaiverScope

if TYPE_CHECKING:
    from uplock.workflow.project import Project

LONGEST = 3650
"""Days; what a policy allows is far less."""

_MAX_ABOUT = 50
"""Characters of a package's name that go into the id of its waiver."""


class RiskLevels(click.ParamType[Risk]):
    """Likelihood and impact: ``low/medium``."""

    name = "likelihood/impact"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Risk:
        """Parse it, or fail as click does."""
        if isinstance(value, Risk):
            return value
        found = [_level(each) for each in str(value).split("/")]
        match found:
            case [str() as likelihood, str() as impact]:
                return Risk(likelihood=likelihood, impact=impact)
            case _:
                return self.fail(f"{value!r} is not two of {', '.join(LEVELS)}, as in low/medium", param, ctx)


class Digest(click.ParamType[Sha256]):
    """A SHA-256 in hexadecimal digits."""

    name = "hex"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Sha256:
        """Parse it, or fail as click does."""
        try:
            return parse_sha256(str(value))
        except InputError as error:
            return self.fail(error.message, param, ctx)


def _level(text: str) -> Level | None:
    return next((level for level in LEVELS if level == text), None)


@click.command(name="waive")
@click.argument("rule")
@click.option("--reason", required=True, help="Why the risk is taken, in a sentence.")
@click.option("--risk", type=RiskLevels(), required=True, help="low, medium or high, twice, as in low/medium.")
@click.option("--control", "controls", multiple=True, required=True, help="What is done instead. May be repeated.")
@click.option("--requested-by", required=True, metavar="ROLE", help="Who asks: a role, not a person's name.")
@click.option(
    "--approved-by", required=True, multiple=True, metavar="ROLE", help="Who approves: somebody else. May be repeated."
)
@click.option("--ticket", required=True, metavar="ID", help="Where it was discussed.")
@click.option("--days", type=click.IntRange(0, LONGEST), metavar="N", help="How long it is in force.")
@click.option("--expires", type=Moment(), metavar="DATE", help="The last day in force, in the place of --days.")
@click.option("--approved", type=Moment(), metavar="DATE", help="The first day in force.  [default: today, UTC]")
@click.option("--target", metavar="NAME", help="Target that it is for: its interpreter's line and its platform.")
@click.option("--service", metavar="NAME", help="Service that it is for.  [default: this project, if it has a name]")
@click.option("--interpreter", metavar="VERSION", help="Interpreter that it is for, as 3.9 or 3.9.18.")
@click.option("--platform", metavar="NAME", help="Platform that it is for, as linux-x86_64.")
@click.option("--purl", metavar="PURL", help="Package that it is for, as pkg:pypi/demo or pkg:pypi/demo@1.0.")
@click.option("--sha256", type=Digest(), help="Artifact that it is for.")
@click.option("--supersedes", multiple=True, metavar="ID", help="Waiver that it takes the place of. May be repeated.")
@click.option("--id", "name", metavar="ID", help="Its id, and the name of its file.  [default: rule, scope and day]")
@project_option
@json_option
def command(  # noqa: PLR0913 - one argument per option
    *,
    rule: str,
    reason: str,
    risk: Risk,
    controls: tuple[str, ...],
    requested_by: str,
    approved_by: tuple[str, ...],
    ticket: str,
    days: int | None,
    expires: datetime | None,
    approved: datetime | None,
    target: str | None,
    service: str | None,
    interpreter: str | None,
    platform: str | None,
    purl: str | None,
    sha256: Sha256 | None,
    supersedes: tuple[str, ...],
    name: str | None,
    project: Path,
    as_json: bool,
) -> int:
    """Write a waiver of RULE to waivers/ID.toml: an approved risk that expires.

    What would cover nothing is refused, and nothing is written. It is worth the review of its file.

    \b
    Examples:
      uplock waive PY001 --interpreter 3.9 --days 60 --risk low/medium --ticket SEC-1234 \\
        --reason "The card terminal's driver is certified for 3.9 only" --control "Internal network alone" \\
        --requested-by service-owner --approved-by security-review
      uplock waive NA001 --purl pkg:pypi/opencv-python-headless@4.5.5.64 --expires 2027-01-31 ...
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.report.waivers_text import waive_text
    from uplock.workflow.project import Project
    from uplock.workflow.waivers import waive

    moment = now()
    here = Project(project, moment.date())
    first = (approved or moment).date()
    given = WaiverScope(service=service, interpreter=interpreter, platform=platform, purl=purl, sha256=sha256)
    scope = _scope(here, target, given)
    waiver = Waiver(
        id=name or _named(rule, scope, first),
        rule=rule.upper(),
        scope=scope,
        reason=reason,
        risk=risk,
        compensating_controls=controls,
        requested_by=requested_by,
        approved_by=approved_by,
        ticket=ticket,
        approved_at=first,
        expires_at=_last(first, days, expires),
        supersedes=supersedes,
    )
    answer(waive(here, waiver, moment), as_json=as_json, text=waive_text)
    return 0


def _scope(project: Project, name: str | None, given: WaiverScope) -> WaiverScope:
    """Return a scope with what follows from project and target where it is not given.

    Raises :class:`UsageError` if the project has no target of that name.
    """
    named = changed(given, service=given.service or project.config.project_name)
    if name is None:
        return named
    for each in project.planned:
        if each.target.name == name:
            return changed(
                named,
                interpreter=given.interpreter or each.target.interpreter.minor,
                platform=given.platform or each.target.platform.name,
            )
    known = ", ".join(each.target.name for each in project.planned)
    raise UsageError(f"there is no target {name}", context="--target", remedy=f"Name one of {known}.")


def _last(first: date, days: int | None, expires: datetime | None) -> date:
    """Return the last day in force."""
    if (days is None) == (expires is None):
        raise UsageError("a waiver needs a last day", remedy="Give one of --days and --expires.")
    if expires is not None:
        return expires.date()
    try:
        return first + timedelta(days=days or 0)
    except OverflowError as error:
        raise UsageError("the last day is beyond the calendar", remedy="Give fewer --days.") from error


def _named(rule: str, scope: WaiverScope, first: date) -> str:
    """Return an id that says what the waiver is about: rule, the narrowest part of its scope, and the day."""
    package = (scope.purl or "").rpartition("/")[2].partition("@")[0]
    about = package or (scope.sha256 or "")[:12] or scope.interpreter or scope.platform or "any"
    slug = (
        "".join(each if each.isascii() and each.isalnum() else "-" for each in about.lower()).strip("-")[:_MAX_ABOUT]
        or "any"
    )
    return "-".join(part for part in f"{rule.lower()}-{slug}-{first}".split("-") if part)
