"""Waivers for people: the list with days left, and the file that was written."""

from __future__ import annotations

from collections.abc import Iterator

from uplock.model.policy_outcome import WaiveResult, WaiversResult
from uplock.model.waiver import Standing, State, WaiverScope
from uplock.report.text import Paint, count, day_text, join, plain

_COLOURS: dict[State, str] = {
    "in-force": "yellow",
    "not-yet": "cyan",
    "expired": "red",
    "superseded": "cyan",
    "refused": "red",
    "elsewhere": "cyan",
}


def waivers_text(result: WaiversResult, paint: Paint) -> str:
    """Render ``uplock waivers``."""
    files = count(len(result.waivers), "file")
    head = f"uplock waivers · {plain(result.project)} · as of {day_text(result.as_of)} · {files}"
    return join([head, *(line for each in result.waivers for line in _standing(each, paint))])


def waive_text(result: WaiveResult) -> str:
    """Render ``uplock waive``."""
    return join(
        [
            f"Wrote {result.path}:",
            "",
            *map(plain, result.text.splitlines()),
            "",
            *(plain(f"note: {note}") for note in result.notes),
            "It is worth as much as the review of this file: commit it, and have it reviewed by who approves.",
        ]
    )


def _standing(each: Standing, paint: Paint) -> Iterator[str]:
    waiver = each.file.waiver
    state = paint(each.state, _COLOURS[each.state])
    yield ""
    if waiver is None or each.days_left is None:
        yield f"{state}  {plain(each.file.path)}"
    else:
        when = f"{count(each.days_left, 'day')} left" if each.days_left >= 0 else f"{count(-each.days_left, 'day')} ago"
        yield f"{state}  {waiver.id}  {waiver.rule}  until {waiver.expires_at}, {when}"
        yield plain(f"  {_scope(waiver.scope)}")
        who = ", ".join(waiver.approved_by)
        yield plain(
            f"  approved by {who} on {waiver.approved_at}, asked for by {waiver.requested_by} ({waiver.ticket})"
        )
        yield plain(f"  because {waiver.reason}")
        yield plain(
            f"  risk: {waiver.risk.likelihood} likelihood, {waiver.risk.impact} impact; "
            f"instead: {'; '.join(waiver.compensating_controls)}"
        )
    yield from (plain(f"  {rule}: {sentence}") for rule, sentence in each.misuse)


def _scope(scope: WaiverScope) -> str:
    named = (
        ("service", scope.service),
        ("CPython", scope.interpreter),
        ("platform", scope.platform),
        ("package", scope.purl),
        ("sha256", scope.sha256),
    )
    return "scope: " + ", ".join(f"{label} {value}" for label, value in named if value)
