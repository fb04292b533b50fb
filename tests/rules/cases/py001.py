"""PY001: the days around the end of a line, and an end that nobody verified."""

from __future__ import annotations

from datetime import UTC, date, datetime

from support.rule_cases import Case
from support.subjects import make_lifecycle, make_subject, make_target
from uplock.model.policy import Policy

PAST_ITS_END = make_subject(target=make_target("3.9.18"))
ON_THE_LAST_DAY = datetime(2025, 10, 31, 23, 59, tzinfo=UTC)
ON_THE_DAY_AFTER = datetime(2025, 11, 1, tzinfo=UTC)
UNVERIFIED = make_subject(
    target=make_target("3.9.18"), lifecycles=(make_lifecycle("cpython", "3.9", date(2020, 1, 1), verified=False),)
)

SPEAKS: dict[str, Case] = {
    "a line that ended long ago": Case(
        PAST_ITS_END, says="CPython 3.9 reached its end of life on 2025-10-31, 388 days ago", findings=1
    ),
    "the day after the last one": Case(PAST_ITS_END, as_of=ON_THE_DAY_AFTER, says="1 day ago"),
    "an unverified end warns at most": Case(
        UNVERIFIED, Policy(severities={"PY001": "error"}), severity="warning", says="this date is not verified"
    ),
}

SILENT: dict[str, Case] = {
    "a supported line": Case(make_subject(target=make_target("3.13.18"))),
    "the last day of support": Case(PAST_ITS_END, as_of=ON_THE_LAST_DAY),
    "a line that the table does not know": Case(make_subject(target=make_target("3.9.18"), lifecycles=())),
}
