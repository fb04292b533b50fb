"""PY002: the interpreter will soon get no security fixes any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.policy import Policy
from uplock.policy.lifecycle import NOTICE_DAYS, days_left, supported_lines
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject
from uplock.policy.wording import counted


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield a finding within ``eol_warning_days`` of the last supported day, and a notice within a year."""
    row = subject.lifecycle
    if row is None:
        return
    left = days_left(row, as_of)
    if not 0 <= left <= max(policy.eol_warning_days, NOTICE_DAYS):
        return
    doubt = "" if row.verified else "; this date is not verified"
    when = f"in {counted(left, 'day')}" if left else "today"
    lines = supported_lines(subject.lifecycles, "cpython", as_of)
    later = ", ".join(lines[lines.index(row.line) + 1 :] if row.line in lines else lines)
    yield RULE.finding(
        subject,
        policy,
        about=f"CPython {subject.target.interpreter.version}",
        message=f"CPython {row.line} reaches its end of life on {row.end_of_life}, {when}{doubt}",
        remedy=f"Plan the move to a later line{': ' + later if later else ' once one is released'}.",
        notice=left > policy.eol_warning_days,
        verified=row.verified,
    )


RULE = Rule(
    id="PY002",
    description="The interpreter is near its end of life",
    severity="warning",
    reach="interpreter",
    why="""\
An uplift takes months. Within `eol-warning-days` of the last supported day (180 unless given) this is a warning;
further out, but within 365 days, it is information, so that nobody moves to a line that is about to end without knowing
it.""",
    example="CPython 3.11 reaches its end of life on 2027-10-31, in 342 days",
    remedy="""\
Plan the move to a later line; the finding lists them.""",
    waive="""\
Not needed while it is a warning. Where the policy makes it an error, name the interpreter and the day of the move.
`eol-warning-days` moves the threshold; `severities = { PY002 = "error" }` is about the warning, and the information
before it stays information.""",
    check=check,
)
