"""NA008: members that look native and were not read."""

from __future__ import annotations

from support.rule_cases import Case
from support.subjects import make_artifact_results, make_subject
from uplock.model.native import NativeProfile
from uplock.policy.subject import Subject

WHEEL = "demo-1.0-cp313-cp313-win_amd64.whl"


def skipping(*members: str) -> Subject:
    return make_subject(make_artifact_results(WHEEL, native=NativeProfile(skipped=members)))


SPEAKS: dict[str, Case] = {
    "one member": Case(
        skipping("demo/_native.pyd: is a damaged PE file: its sections overlap"),
        says="1 native member of demo-1.0",
        findings=1,
    ),
    "many members are counted": Case(
        skipping(*(f"demo/part_{number}.pyd: is not a PE file" for number in range(50))),
        says="50 native members of demo-1.0-cp313-cp313-win_amd64.whl could not be read: demo/part_0.pyd",
        findings=1,
    ),
    "hostile names are shown harmlessly": Case(skipping("a\x1b[2J: no ELF file"), says="a\\x1b[2J"),
}

SILENT: dict[str, Case] = {"everything was read": Case(skipping())}
