"""LK008: uploads around the edge of the cooldown."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from support.rule_cases import Case
from support.subjects import TODAY, make_lock, make_package, make_subject
from uplock.model.lock import LockedPackage
from uplock.model.policy import Policy
from uplock.model.value import changed
from uplock.policy.subject import Subject

WEEK = timedelta(days=7)
SECOND = timedelta(seconds=1)


def uploaded(*moments: datetime | None) -> Subject:
    packages = [make_package(f"demo{place or ''}-1.0-py3-none-any.whl") for place in range(len(moments))]
    return make_subject(lock=make_lock(packages=_dated(zip(packages, moments, strict=True))))


def _dated(pairs: Iterable[tuple[LockedPackage, datetime | None]]) -> Iterable[LockedPackage]:
    return (changed(package, artifact=changed(package.artifact, upload_time=moment)) for package, moment in pairs)


SPEAKS: dict[str, Case] = {
    "three days ago": Case(uploaded(TODAY - timedelta(days=3)), says="was uploaded on 2026-11-20", findings=1),
    "a second less than a week ago": Case(uploaded(TODAY - WEEK + SECOND), says="less than 7 days"),
    "the moment that is judged": Case(uploaded(TODAY), says="less than 7 days before the moment that is judged"),
    "after it": Case(uploaded(TODAY + SECOND), says="was uploaded on 2026-11-23, after the moment that is judged"),
    "a week after it": Case(uploaded(TODAY + WEEK), says="was uploaded on 2026-11-30, after"),
    "the first moment that there is": Case(
        uploaded(datetime.min.replace(tzinfo=UTC)), as_of=datetime.min.replace(tzinfo=UTC), says="on 0001-01-01"
    ),
    "a longer cooldown": Case(uploaded(TODAY - 2 * WEEK), Policy(cooldown_days=15), says="less than 15 days"),
    "each of ten": Case(uploaded(*[TODAY] * 10), says="demo9-1.0", findings=10),
    "eleven together": Case(
        uploaded(*[TODAY] * 11),
        says="less than 7 days before the moment that is judged, or after it: demo, demo1, demo10",
        findings=1,
    ),
}

SILENT: dict[str, Case] = {
    "a week ago": Case(uploaded(TODAY - WEEK)),
    "an upload time that nobody tells": Case(uploaded(None)),
    "no cooldown": Case(uploaded(TODAY), Policy(cooldown_days=0)),
    "no cooldown for what was uploaded later": Case(uploaded(TODAY + WEEK), Policy(cooldown_days=0)),
    "the same artifact a week later": Case(uploaded(TODAY - timedelta(days=3)), as_of=TODAY + WEEK),
    "no lock": Case(make_subject(locked=False)),
}
