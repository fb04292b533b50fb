"""Judgements for people: targets, findings and waivers of ``uplock run`` and ``uplock check``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from uplock.model.finding import Finding, Status
from uplock.model.outcome import CheckResult, RunResult, TargetResult
from uplock.report.identity_text import baseline_text, root_text
from uplock.report.text import COLOURS, Paint, counts_text, day_text, join, moment, plain, publisher_text


def run_text(result: RunResult, paint: Paint) -> str:
    """Render ``uplock run``."""
    state = "recorded" if result.changed else "unchanged"
    lines = [
        f"uplock run · {result.project} · as of {day_text(result.as_of)} · cut-off {moment(result.exclude_newer)}",
        f"index {result.index} ({result.index_from}) · {result.resolver}",
        root_text(result.trusted_root),
        "",
        *_targets(result.targets, paint),
        *_findings(result.targets, result.findings, paint),
        *(plain(f"note: {note}") for note in result.notes),
        baseline_text(result.baseline),
        *([f"uplift {result.uplift.path}  sha256 {result.uplift.sha256}"] if result.uplift else []),
        f"generation {result.generation} {state}",
        _overall(result.status, result.targets, paint),
    ]
    return join(lines)


def check_text(result: CheckResult, paint: Paint) -> str:
    """Render ``uplock check``."""
    lines = [
        f"uplock check · {result.project} · as of {day_text(result.as_of)} · generation {result.generation}",
        "",
        *_targets(result.targets, paint),
        *_findings(result.targets, result.findings, paint),
        _overall(result.status, result.targets, paint),
    ]
    return join(lines)


def excused_until(target: TargetResult) -> date | None:
    """Return the day until which waivers hold all errors of a target, or ``None`` if it has no waived error."""
    return min(
        (each.waived.expires_at for each in target.findings if each.severity == "error" and each.waived is not None),
        default=None,
    )


def held_until(targets: Iterable[TargetResult]) -> date | None:
    """Return the day until which waivers hold what gates, or ``None`` if nothing of it rests on any."""
    ends = (excused_until(target) for target in targets if target.gates)
    return min((end for end in ends if end is not None), default=None)


def target_state(target: TargetResult) -> str:
    """Return the status of a target in words; see :func:`state`."""
    return state(target.status, excused_until(target), target.attestations.invalid)


def overall_state(status: Status, targets: Sequence[TargetResult]) -> str:
    """Return the status of all targets in words: what gates decides it, and nothing else is in it."""
    return state(status, held_until(targets), sum(each.attestations.invalid for each in targets if each.gates))


def state(status: Status, until: date | None, invalid: int) -> str:
    """Return a status in words; only what is good without an excuse is called ``pass``.

    ``until`` is the day until which waivers hold all errors, if there are any; ``invalid`` is the number of artifacts
    whose attestations do not hold, which no policy makes good.
    """
    if status != "pass":
        return status
    excuses = (f"waived until {until}" if until else "", f"invalid attestations: {invalid}" if invalid else "")
    return ", ".join(each for each in excuses if each) or status


def finding_lines(finding: Finding, paint: Paint) -> list[str]:
    """Return a finding, who lets it through if somebody does, and its remedy."""
    place = f" [{finding.place}]" if finding.place else ""
    about = " ".join(each for each in (finding.rule, finding.target, finding.subject) if each)
    severity = paint(finding.severity, COLOURS[finding.severity])
    waived = finding.waived
    if waived is not None:
        severity = f"{paint('waived', COLOURS['warning'])} {finding.severity}"
    lines = [f"{severity} {plain(about)}: {plain(finding.message + place)}"]
    if waived is not None:
        who = ", ".join(waived.approved_by)
        lines.append(plain(f"  waived until {waived.expires_at} by {who} ({waived.ticket}, {waived.file})"))
        lines.append(plain(f"  because {waived.reason}"))
    return [*lines, f"  remedy: {plain(finding.remedy)}"]


def _overall(status: Status, targets: Sequence[TargetResult], paint: Paint) -> str:
    words = overall_state(status, targets)
    head, *rest = words.split(" ", 1)
    return paint(" ".join([head.upper(), *rest]), _colour(words))


def _colour(state: str) -> str:
    """Return the colour of a status in words: what holds by an excuse is never green."""
    return COLOURS.get(state, COLOURS["warning"])


def _targets(targets: Iterable[TargetResult], paint: Paint) -> list[str]:
    lines = []
    for target in targets:
        role = "leaving" if target.role == "baseline" else "target"
        gate = "gates" if target.gates else "does not gate"
        end = f"supported until {target.end_of_life}" if target.end_of_life else "end of support unknown"
        words = target_state(target)
        status = paint(words, _colour(words))
        lines.append(f"{target.target}  CPython {target.python}  {target.platform}  {role}, {gate}  {status}")
        lines.append(plain(f"  {target.why}"))
        glibc = f", glibc {target.glibc}" if target.glibc else ""
        deployed = "deployed" if target.deployed else "not deployed"
        lines.append(f"  {end}; {target.packages} packages, {target.native} with native code{glibc}; {deployed}")
        lines.append(f"  {counts_text(target.attestations)}")
        for each in target.attested:
            by = f" by {publisher_text(each.publisher)}" if each.publisher else ""
            why = f": {each.reason}" if each.reason else ""
            lines.append(plain(f"    {each.outcome}  {each.package}  {each.filename}{by}{why}"))
        lines.extend(f"  {file.path}  sha256 {file.sha256}" for file in target.files)
        lines.append("")
    return lines


def _findings(targets: Iterable[TargetResult], about_project: Iterable[Finding], paint: Paint) -> list[str]:
    """Return the findings of every target, then those about the project as a whole."""
    found = (*(each for target in targets for each in target.findings), *about_project)
    lines = [line for finding in found for line in finding_lines(finding, paint)]
    return [*lines, ""] if lines else lines
