"""RB002: the way back was rehearsed too long ago, or did not come out ready."""

from __future__ import annotations

from datetime import timedelta

from support.rule_cases import Case
from support.subjects import TODAY, make_subject
from uplock.model.policy import Policy
from uplock.model.rehearsal import Rehearsed
from uplock.policy.subject import Subject

REQUIRED = Policy(require_rehearsal=True)


def rehearsed(days: int, *, ready: bool = True, deployed: bool = True) -> Subject:
    return make_subject(rehearsed=Rehearsed(at=TODAY - timedelta(days=days), ready=ready), deployed=deployed)


NEVER = make_subject(rehearsed=Rehearsed(), deployed=True)

SPEAKS: dict[str, Case] = {
    "120 days ago": Case(
        rehearsed(120),
        says="the way back was last rehearsed 120 days ago, on 2026-07-26; 90 days are allowed",
        severity="error",
        findings=1,
    ),
    "older than the policy allows": Case(rehearsed(8), Policy(rehearsal_days=7), says="7 days are allowed"),
    "it was not ready": Case(rehearsed(1, ready=False), says="did not come out ready", severity="warning"),
    "it was not ready, and must be": Case(
        rehearsed(1, ready=False), REQUIRED, says="did not come out ready", severity="error"
    ),
    "after the day that is judged": Case(rehearsed(-3), REQUIRED, says="is of 2026-11-26, after the day"),
    "never, where it is required": Case(NEVER, REQUIRED, says="was never rehearsed", severity="error"),
}

SILENT: dict[str, Case] = {
    "90 days ago": Case(rehearsed(90)),
    "as old as the policy allows": Case(rehearsed(7), Policy(rehearsal_days=7)),
    "after the day that is judged": Case(rehearsed(-3)),
    "never": Case(NEVER),
    "nobody looked": Case(make_subject(deployed=True), REQUIRED),
    "not deployed": Case(rehearsed(400, deployed=False)),
}
