"""SU001: what the target runs on gets no security fixes any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.lifecycle import Lifecycle
from uplock.model.policy import Policy
from uplock.policy.bases import distributions, named
from uplock.policy.lifecycle import days_left, utc_day
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject
from uplock.policy.wording import counted


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield a finding from the day after the last supported one; managed runtimes are PY004's."""
    for row in distributions(subject):
        left = days_left(row, as_of)
        if left < 0:
            doubt = "" if row.verified else "; this date is not verified"
            yield RULE.finding(
                subject,
                policy,
                about=named(row),
                message=(
                    f"security support for {named(row)} ended on {row.end_of_life}, {counted(-left, 'day')} ago"
                    f"{_longer(row, as_of)}{doubt}"
                ),
                remedy="Move to a supported release of it.",
                verified=row.verified,
            )


def _longer(row: Lifecycle, as_of: datetime) -> str:
    until = row.claim.extended
    if until is None or until < utc_day(as_of):
        return ""
    return f"; longer support on other terms (LTS, ESM, ELS) lasts until {until}"


RULE = Rule(
    id="SU001",
    description="What the target runs on is past its end of support",
    severity="error",
    reach="target",
    why="""\
The interpreter stands on a distribution: its C library, OpenSSL, certificates and system packages. When that gets no
security fixes any more, a supported interpreter does not help. The rule speaks about what `runs-on` names, from the day
after the last one of the support that everybody gets. Where there is longer support, which has to be asked or paid
for, or comes from others and covers less (LTS, ESM, ELS), it says so: whether you have it is not known here.""",
    example=(
        "security support for debian 12 (bookworm) ended on 2026-07-11, 135 days ago; longer support on other terms "
        "(LTS, ESM, ELS) lasts until 2028-06-30"
    ),
    remedy="""\
Move to a supported release. If the longer support is yours, have that approved as a waiver until its last day.""",
    waive="""\
Right where longer support is paid for, or where another team provides it: name the platform or the interpreters, and
the contract in `reason`.""",
    check=check,
)
