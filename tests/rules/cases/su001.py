"""SU001: distributions after their last supported day."""

from __future__ import annotations

from datetime import UTC, date, datetime

from support.rule_cases import Case
from support.subjects import make_lifecycle, make_subject
from uplock.model.lifecycle import Blocks, Lifecycle
from uplock.model.policy import Policy
from uplock.model.value import changed
from uplock.policy.subject import Subject

ENDED = make_lifecycle("alpine", "3.16", date(2024, 5, 23))
UNVERIFIED = make_lifecycle("alpine", "3.16", date(2024, 5, 23), verified=False)


def on(*rows: Lifecycle) -> Subject:
    return make_subject(runs_on=rows)


def extended(row: Lifecycle, until: date) -> Lifecycle:
    return changed(row, claims=(changed(row.claim, extended=until),))


BOOKWORM = changed(extended(make_lifecycle("debian", "12", date(2026, 7, 11)), date(2028, 6, 30)), name="bookworm")


def managed() -> Lifecycle:
    return changed(ENDED, claims=(changed(ENDED.claim, blocks=Blocks(deprecated=date(2024, 5, 24))),))


SPEAKS: dict[str, Case] = {
    "with longer support": Case(
        on(BOOKWORM), says="security support for debian 12 (bookworm) ended on 2026-07-11, 135 days ago", findings=1
    ),
    "without": Case(on(ENDED), says="security support for alpine 3.16 ended on 2024-05-23, 914 days ago"),
    "the day after the last one": Case(on(ENDED), as_of=datetime(2024, 5, 24, tzinfo=UTC), says="1 day ago"),
    "longer support on its last day": Case(on(extended(ENDED, date(2026, 11, 23))), says="lasts until 2026-11-23"),
    "an unverified end warns at most": Case(
        on(UNVERIFIED), Policy(severities={"SU001": "error"}), says="not verified", severity="warning"
    ),
    "every base": Case(on(ENDED, BOOKWORM), says="debian 12", findings=2),
}

SILENT: dict[str, Case] = {
    "the last day": Case(on(ENDED), as_of=datetime(2024, 5, 23, 23, 59, tzinfo=UTC)),
    "a managed runtime": Case(on(managed())),
    "nothing is said about where it runs": Case(on()),
}
