"""PY001: the interpreter gets no security fixes any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.policy import Policy
from uplock.policy.lifecycle import days_left, supported_lines
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject
from uplock.policy.wording import counted


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield a finding from the day after the last supported one; the dates come from the lifecycle table."""
    row = subject.lifecycle
    if row is None or (left := days_left(row, as_of)) >= 0:
        return
    doubt = "" if row.verified else "; this date is not verified"
    supported = ", ".join(supported_lines(subject.lifecycles, "cpython", as_of))
    yield RULE.finding(
        subject,
        policy,
        about=f"CPython {subject.target.interpreter.version}",
        message=f"CPython {row.line} reached its end of life on {row.end_of_life}, {counted(-left, 'day')} ago{doubt}",
        remedy=f"Move to a supported line: {supported or 'the newest that is released'}.",
        verified=row.verified,
    )


RULE = Rule(
    id="PY001",
    description="The interpreter is past its end of life",
    severity="error",
    reach="interpreter",
    why="""\
After its end of life a CPython line (PEP 602) gets no more security fixes, and packages drop it, so that their fixes do
not arrive either. The last day counts as supported: CPython 3.9, with 2025-10-31 in the table, is past its end of life
from 2025-11-01 on, in UTC. Where nobody verified the date, the finding says so and is a warning at most.""",
    example="CPython 3.9 reached its end of life on 2025-10-31, 388 days ago",
    remedy="""\
Move to a supported line; the finding lists those that are supported on the day it is made for.""",
    waive="""\
Right while the move is under way, or where a vendor mends the line for longer. Name the interpreter (`3.9`) and the
service, say what protects it until then, and let it end on the day on which the move is due. An interpreter that is
only being left needs no waiver: it does not gate unless it is deployed.""",
    check=check,
)
