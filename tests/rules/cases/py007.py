"""PY007: the age of the claims that a target rests on."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from support.rule_cases import Case
from support.subjects import make_lifecycle, make_subject, make_target
from uplock.model.lifecycle import LatestPatch, Lifecycle
from uplock.model.policy import Policy
from uplock.model.value import changed
from uplock.policy.subject import Subject

READ = datetime(2026, 11, 23, tzinfo=UTC)
DAY = timedelta(days=1)
PYTHON = make_lifecycle("cpython", "3.13", date(2029, 10, 31))


def read(row: Lifecycle, when: date) -> Lifecycle:
    return changed(row, claims=(changed(row.claim, retrieved=when),))


def on(*rows: Lifecycle, runs_on: tuple[Lifecycle, ...] = ()) -> Subject:
    return make_subject(target=make_target("3.13.18"), lifecycles=rows, runs_on=runs_on)


OLD_OPENSSL = read(make_lifecycle("openssl", "3.5", date(2030, 4, 8)), date(2026, 1, 1))
OLD_DEBIAN = read(make_lifecycle("debian", "12", date(2028, 6, 30)), date(2026, 1, 1))


def patched(line: str) -> Subject:
    """Return a target of 3.13 beside an old entry about the newest release of a line."""
    latest = LatestPatch(line=line, version=f"{line}.18", source="a test", retrieved=date(2026, 1, 1))
    return make_subject(target=make_target("3.13.18"), lifecycles=(PYTHON,), latest_patches=(latest,))


SPEAKS: dict[str, Case] = {
    "a day more than the threshold": Case(
        on(PYTHON), as_of=READ + 181 * DAY, says="was read on 2026-11-23, 181 days before", findings=1
    ),
    "a day in the far future": Case(on(PYTHON), as_of=READ + 3650 * DAY, says="3650 days before"),
    "a threshold of one's own": Case(on(PYTHON), Policy(table_days=30), as_of=READ + 31 * DAY, says="31 days before"),
    "older data about OpenSSL": Case(on(PYTHON, OLD_OPENSSL), says="was read on 2026-01-01", findings=1),
    "older data about the newest release of its line": Case(patched("3.13"), says="was read on 2026-01-01"),
    "older data about what it runs on": Case(on(PYTHON, runs_on=(OLD_DEBIAN,)), says="was read on 2026-01-01"),
}

SILENT: dict[str, Case] = {
    "the threshold itself": Case(on(PYTHON), as_of=READ + 180 * DAY),
    "the day of reading": Case(on(PYTHON), as_of=READ),
    "a day before it was read": Case(on(PYTHON), as_of=READ - 3650 * DAY),
    "old data about what it does not run on": Case(on(PYTHON, OLD_DEBIAN)),
    "old data about the newest release of another line": Case(patched("3.12")),
    "a line that is not in the table": Case(on()),
}
