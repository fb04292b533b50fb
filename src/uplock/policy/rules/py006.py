"""PY006: the interpreter is an old patch release of its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.policy import Policy
from uplock.policy.lifecycle import days_left
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject
from uplock.policy.wording import counted

_RELEASE = re.compile(r"[0-9]+\.[0-9]+\.(?P<patch>[0-9]{1,4})")


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield a finding if a newer release of the line was known, unless the line is past its end: then PY001 speaks."""
    interpreter, row = subject.target.interpreter, subject.lifecycle
    if row is not None and days_left(row, as_of) < 0:
        return
    for latest in subject.latest_patches:
        behind = _behind(interpreter.version, latest.version) if latest.line == interpreter.minor else 0
        if behind > 0:
            doubt = "" if latest.verified else "; this release is not verified"
            yield RULE.finding(
                subject,
                policy,
                about=f"CPython {interpreter.version}",
                message=(
                    f"CPython {interpreter.version} is {counted(behind, 'release')} behind {latest.version}, the "
                    f"newest that was known on {latest.retrieved}{doubt}"
                ),
                remedy=f"Lock and deploy CPython {latest.version} or later.",
                verified=latest.verified,
            )


def _behind(version: str, newest: str) -> int:
    """Return how many releases there are after ``version``; none that is known where one is no final release."""
    here, there = _RELEASE.fullmatch(version), _RELEASE.fullmatch(newest)
    return int(there["patch"]) - int(here["patch"]) if here and there else 0


RULE = Rule(
    id="PY006",
    description="The interpreter is not the newest release of its line",
    severity="warning",
    reach="interpreter",
    why="""\
Every release of a supported line mends defects, and most mend vulnerabilities; a line in its last years gets nothing
else. Which release is the newest is dated data that comes with uplock, so the finding says of which day it is; for a
day before that, it may name a release that was not out yet. About a line that has ended PY001 speaks, and this rule is
silent: there is nothing newer that helps.""",
    example="CPython 3.12.1 is 15 releases behind 3.12.16, the newest that was known on 2026-11-23",
    remedy="""\
Name the newer release in `targets`, lock again, and deploy it. Locks seldom change by it.""",
    waive="""\
Right where a vendor mends the release (distributions keep a number and add fixes). Name the interpreter in full
(`3.12.1`), so that the waiver goes with it.""",
    check=check,
)
