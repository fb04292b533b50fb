"""PY002: the days before the end of a line."""

from __future__ import annotations

from datetime import UTC, date, datetime

from support.rule_cases import Case
from support.subjects import make_lifecycle, make_subject, make_target
from uplock.model.policy import Policy
from uplock.policy.subject import Subject

ERROR = Policy(severities={"PY002": "error"})


def on(python: str) -> Subject:
    return make_subject(target=make_target(python))


def noon(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 12, tzinfo=UTC)


UNVERIFIED = make_subject(
    target=make_target("3.9.25"), lifecycles=(make_lifecycle("cpython", "3.9", date(2026, 11, 24), verified=False),)
)

SPEAKS: dict[str, Case] = {
    "information within a year": Case(
        on("3.11.18"),
        severity="info",
        says="CPython 3.11 reaches its end of life on 2027-10-31, in 342 days",
        findings=1,
    ),
    "a warning within the threshold": Case(
        on("3.9.25"), as_of=noon(2025, 5, 4), severity="warning", says="in 180 days"
    ),
    "information on the day before": Case(on("3.9.25"), ERROR, noon(2025, 5, 3), severity="info", says="in 181 days"),
    "the last day": Case(on("3.9.25"), as_of=noon(2025, 10, 31), says="2025-10-31, today"),
    "a policy that makes the warning an error": Case(
        on("3.9.25"), ERROR, noon(2025, 10, 30), severity="error", says="in 1 day"
    ),
    "a threshold of its own": Case(
        on("3.9.25"), Policy(eol_warning_days=30), noon(2025, 10, 1), severity="warning", says="in 30 days"
    ),
    "a day outside of that": Case(
        on("3.9.25"), Policy(eol_warning_days=30), noon(2025, 9, 30), severity="info", says="in 31 days"
    ),
    "a threshold beyond a year": Case(
        on("3.9.25"), Policy(eol_warning_days=400), noon(2024, 9, 26), severity="warning", says="in 400 days"
    ),
    "365 days": Case(on("3.9.25"), as_of=noon(2024, 10, 31), severity="info", says="in 365 days"),
    "an unverified end warns at most": Case(
        UNVERIFIED, ERROR, severity="warning", says="on 2026-11-24, in 1 day; this date is not verified"
    ),
}

SILENT: dict[str, Case] = {
    "more than a year": Case(on("3.9.25"), as_of=noon(2024, 10, 30)),
    "a day outside of a threshold beyond a year": Case(on("3.9.25"), Policy(eol_warning_days=400), noon(2024, 9, 25)),
    "the day after the end is for PY001": Case(on("3.9.25"), as_of=noon(2025, 11, 1)),
    "a line that the table does not know": Case(make_subject(target=make_target("3.9.25"), lifecycles=())),
}
