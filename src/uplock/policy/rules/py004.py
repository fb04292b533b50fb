"""PY004: the managed runtime that the target is deployed on is deprecated, or its provider blocks it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from uplock.model.finding import Finding, Severity
from uplock.model.lifecycle import Blocks, Lifecycle
from uplock.model.policy import Policy
from uplock.policy.lifecycle import NOTICE_DAYS, utc_day
from uplock.policy.rule import Rule, milder
from uplock.policy.subject import Subject
from uplock.policy.wording import counted


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield one finding per runtime that is deprecated, or will be blocked or deprecated soon, with all its dates."""
    day = utc_day(as_of)
    for row in subject.runs_on:
        if row.claim.blocks is not None:
            yield from _judge(subject, policy, row, row.claim.blocks, day)


def _judge(subject: Subject, policy: Policy, row: Lifecycle, blocks: Blocks, day: date) -> Iterator[Finding]:
    severity = _severity(policy, row, blocks, day)
    if severity is None:
        return
    told = [
        _told(blocks.deprecated, day, "deprecated"),
        *(_told(each, day, what) for what, each in _blocked(blocks)),
    ]
    doubt = "" if row.verified else "; these dates are not verified"
    yield RULE.found(
        policy,
        target=subject.target.name,
        about=f"{row.product} {row.line}",
        message=f"{row.product} {row.line}: {', '.join(told)}{doubt}",
        remedy="Move the functions to a runtime of a later interpreter.",
        severity=severity,
    )


def _severity(policy: Policy, row: Lifecycle, blocks: Blocks, day: date) -> Severity | None:
    """Return how bad it is, ``None`` for nothing to tell. What is only near, or not verified, is a warning at most."""
    until = (blocks.deprecated - day).days
    blocked = any((each - day).days <= policy.block_warning_days for _, each in _blocked(blocks))
    if blocked or until <= policy.eol_warning_days:
        severity = RULE.severity_under(policy)
        return severity if row.verified and (blocked or until <= 0) else milder(severity, "warning")
    return "info" if until <= NOTICE_DAYS else None


def _blocked(blocks: Blocks) -> Iterator[tuple[str, date]]:
    if blocks.create_block is not None:
        yield "no new functions", blocks.create_block
    if blocks.update_block is not None:
        yield "no updates", blocks.update_block


def _told(when: date, day: date, what: str) -> str:
    left = (when - day).days
    if left > 0:
        return f"{what} from {when} on (in {counted(left, 'day')})"
    return f"{what} since {when}"


RULE = Rule(
    id="PY004",
    description="The managed runtime is deprecated, or its provider blocks it",
    severity="error",
    reach="interpreter",
    why="""\
A provider of managed runtimes deprecates them, then lets nobody create functions with them, and at last lets nobody
update those that are there: from that day on a service can neither be mended nor rolled back. The dates have moved
before, so they are dated claims (docs/lifecycle.md). The rule speaks about targets whose `runs-on` names a managed
runtime: as an error once it is deprecated, or when a block is `block-warning-days` away or less (90 unless given); as a
warning within `eol-warning-days` of the deprecation (180 unless given), and as information within 365 days of it.""",
    example=(
        "aws-lambda python3.9: deprecated since 2025-12-15, no new functions from 2027-02-01 on (in 70 days), no "
        "updates from 2027-03-03 on (in 100 days)"
    ),
    remedy="""\
Move the functions to a runtime of a later interpreter before updates are blocked.""",
    waive="""\
Right while the move is under way. Name the interpreter, and let it end before the day on which updates are blocked:
after that a waiver helps nobody. `severities = { PY004 = "error" }` is about the error: what only lies ahead stays a
warning or information.""",
    check=check,
)
