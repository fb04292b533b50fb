"""SU002: distributions in their last year."""

from __future__ import annotations

from datetime import UTC, date, datetime

from support.rule_cases import Case
from support.subjects import make_lifecycle, make_subject
from uplock.model.lifecycle import Blocks, Lifecycle
from uplock.model.policy import Policy
from uplock.model.value import changed
from uplock.policy.subject import Subject

ALPINE = make_lifecycle("alpine", "3.22", date(2027, 5, 1))


def on(*rows: Lifecycle) -> Subject:
    return make_subject(runs_on=rows)


def ending(day: date, *, verified: bool = True) -> Subject:
    return on(make_lifecycle("alpine", "3.22", day, verified=verified))


SPEAKS: dict[str, Case] = {
    "within the threshold": Case(
        on(ALPINE), says="security support for alpine 3.22 ends on 2027-05-01, in 159 days", findings=1
    ),
    "the threshold itself": Case(ending(date(2027, 5, 22)), says="in 180 days"),
    "beyond it, within a year": Case(ending(date(2027, 5, 23)), says="in 181 days", severity="info"),
    "a threshold beyond a year": Case(
        ending(date(2027, 12, 28)), Policy(eol_warning_days=400), says="in 400 days", severity="warning"
    ),
    "a year": Case(ending(date(2027, 11, 23)), says="in 365 days", severity="info"),
    "the last day": Case(on(ALPINE), as_of=datetime(2027, 5, 1, 23, 59, tzinfo=UTC), says="today"),
    "an unverified end": Case(
        ending(date(2027, 1, 1), verified=False),
        Policy(severities={"SU002": "error"}),
        says="not verified",
        severity="warning",
    ),
}

SILENT: dict[str, Case] = {
    "more than a year": Case(ending(date(2027, 11, 24))),
    "after the end": Case(ending(date(2026, 11, 22))),
    "a managed runtime": Case(
        on(changed(ALPINE, claims=(changed(ALPINE.claim, blocks=Blocks(deprecated=date(2027, 5, 2))),)))
    ),
    "nothing is said about where it runs": Case(on()),
}
