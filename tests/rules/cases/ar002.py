"""AR002: yanked files, with and without a reason."""

from __future__ import annotations

from support.rule_cases import Case
from support.subjects import make_lock, make_missing, make_package, make_subject
from uplock.model.policy import Policy
from uplock.model.value import changed
from uplock.policy.subject import Subject

WHEEL = make_package("attrs-21.1.0-py2.py3-none-any.whl")


def yanked(reason: str) -> Subject:
    return make_subject(lock=make_lock(packages=[changed(WHEEL, yanked=reason)]))


SPEAKS: dict[str, Case] = {
    "a yank with its reason": Case(yanked("not importable"), says="is yanked: not importable", findings=1),
    "a yank without a reason": Case(yanked(""), says="is yanked: no reason given"),
    "a policy that admits none": Case(
        yanked("broken"), Policy(severities={"AR002": "error"}), severity="error", says="broken"
    ),
    "a reason that would steer a terminal": Case(yanked("x\x1b[2J\ny\u202ez"), says=r"is yanked: x\x1b[2J\ny\u202ez"),
}

SILENT: dict[str, Case] = {
    "a file that is not yanked": Case(make_subject(lock=make_lock(packages=[WHEEL]))),
    "no lock": Case(make_subject(missing=make_missing("attrs"))),
}
