"""LK008: a locked artifact was uploaded only lately (cooldown)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from uplock.model.finding import Finding
from uplock.model.policy import Policy
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject
from uplock.policy.wording import counted, listed

ALONE = 10
"""Up to so many artifacts have a finding each; more of them share one."""


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield what is younger than ``cooldown_days`` at the moment that is judged; an unknown age is none."""
    if subject.lock is None or not policy.cooldown_days:
        return
    cooldown = timedelta(days=policy.cooldown_days)
    young = [
        (package, uploaded)
        for package in subject.lock.packages
        if (uploaded := package.artifact.upload_time) is not None and as_of - uploaded < cooldown
    ]
    remedy = "Wait, or set exclude-newer to an earlier moment and lock again."
    if len(young) > ALONE:
        yield RULE.finding(
            subject,
            policy,
            about=subject.target.name,
            message=(
                f"{len(young)} artifacts were uploaded less than {counted(policy.cooldown_days, 'day')} before the "
                f"moment that is judged, or after it: {listed(package.name for package, _ in young)}"
            ),
            remedy=remedy,
        )
        return
    for package, uploaded in young:
        yield RULE.finding(
            subject,
            policy,
            about=package.artifact.filename,
            of=package,
            message=f"{package.artifact.filename} was uploaded on {uploaded.date()}, {_age(uploaded, policy, as_of)}",
            remedy=remedy,
        )


def _age(uploaded: datetime, policy: Policy, as_of: datetime) -> str:
    if uploaded > as_of:
        return "after the moment that is judged"
    return f"less than {counted(policy.cooldown_days, 'day')} before the moment that is judged"


RULE = Rule(
    id="LK008",
    description="A locked artifact was uploaded only lately",
    severity="warning",
    reach="target",
    why="""\
Most hijacked releases are found and removed within days. Who waits that long never installs them. `cooldown-days` (7
unless given, 0 for none) is counted from the upload to the moment that is judged, so the finding goes away by itself.
It is not about locks but about days: `uplock lock` keeps silent, `uplock run` and `uplock check` speak. Indexes that
tell no upload time leave it unknown, and nothing is said.""",
    example="demo-1.0-py3-none-any.whl was uploaded on 2026-11-20, less than 7 days before the moment that is judged",
    remedy="""\
Wait, or set `exclude-newer` to an earlier moment and lock again.""",
    waive="""\
Right for a fix that cannot wait: name the version (`pkg:pypi/NAME@VERSION`) or the digest, and let it end with the
cooldown. Where very many artifacts are young they share a finding, which a waiver covers by interpreter or
platform.""",
    check=check,
)
