"""AR008: lies of RECORD, few and many, and text that is not safe to show."""

from __future__ import annotations

from support.rule_cases import Case
from support.subjects import make_artifact_results, make_subject
from uplock.model.content import LieKind, RecordLie
from uplock.model.policy import Policy
from uplock.model.value import changed
from uplock.policy.subject import Subject


def lying(*lies: tuple[str, LieKind, str], more: int = 0) -> Subject:
    """Return a subject whose one wheel has these lies, and ``more`` that are only counted."""
    told = tuple(RecordLie(path=path, kind=kind, detail=detail) for path, kind, detail in lies)
    return make_subject(changed(make_artifact_results(), lies=told, more_lies=more))


SIZE: tuple[str, LieKind, str] = ("demo/cli.py", "size", "RECORD says 10 bytes, it has 12")
UNLISTED: tuple[str, LieKind, str] = ("demo/extra.py", "unlisted", "RECORD does not list it")
MALFORMED: tuple[str, LieKind, str] = ("demo-1.0.dist-info/RECORD", "malformed", "RECORD has more than 400000 rows")

SPEAKS: dict[str, Case] = {
    "two lies": Case(
        lying(SIZE, UNLISTED),
        says="RECORD contradicts the wheel in 2 places: demo/cli.py: RECORD says 10 bytes, it has 12; demo/extra.py: "
        "RECORD does not list it",
        findings=1,
    ),
    "one lie": Case(lying(UNLISTED), says="in 1 place: demo/extra.py: RECORD does not list it"),
    "more than are told": Case(lying(*[UNLISTED] * 5), says="in 5 places: "),
    "more than are told, in words": Case(lying(*[UNLISTED] * 5), says="; and 2 more"),
    "more than are known by name": Case(lying(*[UNLISTED] * 100, more=7), says="; and 104 more"),
    "a RECORD that cannot be read": Case(lying(MALFORMED), says="RECORD has more than 400000 rows"),
    "a path that would steer a terminal": Case(
        lying(("\x1b[31m\n.py", "unlisted", "RECORD does not list it")), says="\\x1b[31m\\n.py: RECORD does not"
    ),
    "a policy that makes less of it": Case(
        lying(SIZE), policy=Policy(severities={"AR008": "warning"}), severity="warning", says="demo/cli.py"
    ),
}

SILENT: dict[str, Case] = {
    "a RECORD that says the truth": Case(make_subject(make_artifact_results())),
    "no lock": Case(make_subject(locked=False)),
}
