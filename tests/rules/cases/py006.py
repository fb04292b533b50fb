"""PY006: releases behind the newest one that is known."""

from __future__ import annotations

from datetime import UTC, date, datetime

from support.rule_cases import Case
from support.subjects import make_subject, make_target
from uplock.model.lifecycle import LatestPatch
from uplock.model.policy import Policy
from uplock.model.value import changed
from uplock.policy.subject import Subject

ON_THE_LAST_DAY_OF_39 = datetime(2025, 10, 31, tzinfo=UTC)
LATEST = tuple(
    LatestPatch(line=line, version=version, source="a test", retrieved=date(2026, 11, 23))
    for line, version in (("3.9", "3.9.25"), ("3.12", "3.12.16"), ("3.15", "3.15.0rc2"))
)


STRICT = Policy(severities={"PY006": "error"})


def on(python: str, latest: tuple[LatestPatch, ...] = LATEST) -> Subject:
    return make_subject(target=make_target(python), latest_patches=latest)


SPEAKS: dict[str, Case] = {
    "many releases behind": Case(on("3.12.1"), says="CPython 3.12.1 is 15 releases behind 3.12.16", findings=1),
    "one release behind": Case(on("3.12.15"), says="is 1 release behind 3.12.16, the newest that was known on 2026-"),
    "as long as the line is supported": Case(on("3.9.18"), as_of=ON_THE_LAST_DAY_OF_39, says="7 releases behind"),
    "a policy that makes it an error": Case(on("3.12.1"), STRICT, says="15 releases behind", severity="error"),
    "a release that is not verified warns at most": Case(
        on("3.12.1", tuple(changed(each, verified=False) for each in LATEST)),
        STRICT,
        says="the newest that was known on 2026-11-23; this release is not verified",
        severity="warning",
    ),
    "a line whose end is not known": Case(
        make_subject(target=make_target("3.12.1"), lifecycles=(), latest_patches=LATEST), says="15 releases behind"
    ),
}

SILENT: dict[str, Case] = {
    "the newest": Case(on("3.12.16")),
    "newer than what is known": Case(on("3.12.17")),
    "a line that is not in the table": Case(on("3.13.0")),
    "a line without a final release": Case(on("3.15.0")),
    "a line that has ended": Case(on("3.9.18")),
    "no table": Case(make_subject(target=make_target("3.12.1"))),
}
