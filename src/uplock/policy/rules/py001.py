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
    check=check,
)
