"""EV001: what rules would have needed."""

from __future__ import annotations

from support.rule_cases import Case
from support.subjects import make_artifact_results, make_lock, make_missing, make_package, make_subject
from uplock.model.policy import Policy

WHEEL = "demo-1.0-py3-none-any.whl"
UNKNOWN = make_subject(lock=make_lock(packages=[make_package(WHEEL)]))

SPEAKS: dict[str, Case] = {
    "a locked artifact of which nothing is known": Case(
        UNKNOWN, says="nothing is known about the locked artifact of demo", findings=1
    ),
    "neither a lock nor a reason": Case(make_subject(locked=False), says="neither a lock for this target nor a reason"),
    "an interpreter that the table does not know": Case(
        make_subject(lifecycles=()), says="the lifecycle table has no row for CPython 3.13", findings=1
    ),
    "a policy that makes gaps errors": Case(
        UNKNOWN, Policy(severities={"EV001": "error"}), severity="error", says="nothing is known"
    ),
}

SILENT: dict[str, Case] = {
    "everything is known": Case(make_subject(make_artifact_results(WHEEL))),
    "no lock, with its reason": Case(make_subject(missing=make_missing("demo"))),
}
