"""PY004: the days around a deprecation and the blocks after it."""

from __future__ import annotations

from datetime import UTC, date, datetime

from support.rule_cases import Case
from support.subjects import make_lifecycle, make_subject, make_target
from uplock.model.lifecycle import Blocks, Claim, Lifecycle
from uplock.model.policy import Policy
from uplock.model.value import changed
from uplock.policy.subject import Subject

DEPRECATED, CREATE, UPDATE = date(2025, 12, 15), date(2027, 2, 1), date(2027, 3, 3)


def runtime(*, verified: bool = True, blocks: Blocks | None = None) -> Lifecycle:
    claim = Claim(
        end_of_life=date(2025, 12, 14),
        blocks=blocks or Blocks(deprecated=DEPRECATED, create_block=CREATE, update_block=UPDATE),
        source="a test",
        retrieved=date(2026, 11, 23),
        verified=verified,
    )
    return Lifecycle(product="aws-lambda", line="python3.9", claims=(claim,))


def on(*rows: Lifecycle) -> Subject:
    return make_subject(target=make_target("3.9.18"), runs_on=rows)


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


WITHOUT_BLOCKS = Blocks(deprecated=DEPRECATED)

SPEAKS: dict[str, Case] = {
    "deprecated, with both blocks ahead": Case(
        on(runtime()),
        says="no new functions from 2027-02-01 on (in 70 days)",
        findings=1,
    ),
    "the day of the deprecation": Case(on(runtime()), as_of=day("2025-12-15"), says="deprecated since 2025-12-15"),
    "the day before": Case(
        on(runtime()), as_of=day("2025-12-14"), says="deprecated from 2025-12-15 on (in 1 day)", severity="warning"
    ),
    "the threshold, whatever the severity": Case(
        on(runtime()),
        Policy(severities={"PY004": "error"}),
        as_of=day("2025-06-18"),
        says="in 180 days",
        severity="warning",
    ),
    "beyond the threshold": Case(on(runtime()), as_of=day("2025-06-17"), says="in 181 days", severity="info"),
    "a threshold beyond a year": Case(
        on(runtime()),
        Policy(eol_warning_days=400),
        as_of=day("2024-11-10"),
        says="in 400 days",
        severity="warning",
    ),
    "a milder severity": Case(
        on(runtime()), Policy(severities={"PY004": "info"}), as_of=day("2025-12-14"), says="in 1 day"
    ),
    "a year before": Case(on(runtime()), as_of=day("2024-12-15"), says="in 365 days", severity="info"),
    "a block within the threshold, whatever the deprecation": Case(
        on(runtime(blocks=Blocks(deprecated=date(2028, 1, 1), update_block=date(2027, 2, 21)))),
        says="no updates from 2027-02-21 on (in 90 days)",
    ),
    "blocked": Case(on(runtime()), as_of=day("2027-03-03"), says="no updates since 2027-03-03"),
    "without known blocks": Case(on(runtime(blocks=WITHOUT_BLOCKS)), says="deprecated since 2025-12-15"),
    "unverified dates warn at most": Case(
        on(runtime(verified=False)),
        Policy(severities={"PY004": "error"}),
        says="these dates are not verified",
        severity="warning",
    ),
    "every runtime": Case(on(runtime(), changed(runtime(), line="python3.8")), says="python3.8", findings=2),
}

SILENT: dict[str, Case] = {
    "more than a year before": Case(on(runtime()), as_of=day("2024-12-14")),
    "a block beyond the threshold": Case(
        on(runtime(blocks=Blocks(deprecated=date(2028, 1, 1), update_block=date(2027, 2, 22))))
    ),
    "a distribution": Case(on(make_lifecycle("debian", "10", date(2022, 9, 10)))),
    "nothing is said about where it runs": Case(on()),
}
