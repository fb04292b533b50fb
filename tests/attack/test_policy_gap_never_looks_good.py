"""The attack: what could not be judged, or an approval that is worth nothing, hides in an answer that looks good."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

import pytest

from support.answer_pieces import LOOKS_GOOD, PIECES, STATUSES, junit_cases, pieces
from support.format_answers import judged
from support.subjects import (
    TODAY,
    UNCHECKED,
    make_artifact_results,
    make_lock,
    make_missing,
    make_package,
    make_subject,
    make_target,
)
from support.waivers import PLATFORM, judge_files, make_file
from uplock.lockfile.waivers import read_waiver
from uplock.model.finding import Finding, Severity, Status
from uplock.model.outcome import CheckResult
from uplock.model.policy import Policy
from uplock.model.value import changed
from uplock.model.waiver import WaiverFile, WaiverScope
from uplock.policy.subject import Subject

Raised = Literal["error", "default", "info"]

ENDED = make_target("3.9.25")
UNKNOWN = make_subject(make_artifact_results(verification=UNCHECKED), deployed=True)
"""A target that only says that nobody was asked about its wheel."""
PAST = make_subject(make_artifact_results(verification=UNCHECKED), target=ENDED, deployed=True)
"""A target whose interpreter gets no fixes any more."""


@dataclass(frozen=True)
class Gap:
    """Something that must never look good: the rule that speaks of it, and how the target comes out at best."""

    rule: str
    subject: Subject
    best: Status
    waivers: tuple[WaiverFile, ...] = ()
    days: int = 0
    """How long after today it is judged."""


def about_lock(rule: str = "AR001") -> WaiverFile:
    return make_file(rule=rule, scope=WaiverScope(interpreter="3.13", purl="pkg:pypi/demo"))


MISSING = make_subject(missing=make_missing("demo"), deployed=True)
LOCK = make_lock(packages=[make_package("demo-1.0-py3-none-any.whl")])

GAPS: Mapping[str, Gap] = {
    "no wheel": Gap("AR001", MISSING, "undetermined"),
    "no wheel, waived": Gap("AR001", MISSING, "undetermined", (about_lock(),)),
    "no wheel of a package that is not known": Gap(
        "AR001", make_subject(missing=make_missing(), deployed=True), "undetermined"
    ),
    "neither lock nor reason": Gap("EV001", make_subject(locked=False, deployed=True), "undetermined"),
    "nothing known about a wheel": Gap("EV001", make_subject(lock=LOCK, deployed=True), "undetermined"),
    "an interpreter that the table does not know": Gap("EV001", changed(UNKNOWN, lifecycles=()), "undetermined"),
    "a base that the table does not know": Gap("EV001", changed(UNKNOWN, unknown_bases=("debian 99",)), "undetermined"),
    "old tables": Gap("PY007", UNKNOWN, "pass", days=200),
    "a waiver that has ended": Gap("WV001", PAST, "fail", (make_file(),), days=60),
    "a waiver that its requester approved": Gap("WV004", PAST, "fail", (make_file(approved_by=("service-owner",)),)),
    "a waiver for too long": Gap("WV005", PAST, "fail", (make_file(expires_at=date(2028, 1, 1)),)),
    "a waiver that cannot be read": Gap("WV006", PAST, "fail", (read_waiver("waivers/py39.toml", b'rule = "PY001"'),)),
    "a waiver of everything": Gap("WV007", PAST, "fail", (make_file(scope=WaiverScope(platform=PLATFORM)),)),
}


def answer(gap: Gap, raised: Raised) -> CheckResult:
    """Judge a gap, with the rule that speaks of it at another severity if one is given."""
    severities: dict[str, Severity] = {} if raised == "default" else {gap.rule: raised}
    subject = changed(gap.subject, latest_patches=())
    as_of = TODAY + timedelta(days=gap.days)
    return judged(subject, policy=Policy(severities=severities), waivers=gap.waivers, as_of=as_of)


def findings(gap: Gap, result: CheckResult) -> list[Finding]:
    """Return what the rule of a gap says, of the target or of the project."""
    found = (*result.targets[0].findings, *result.findings)
    return [each for each in found if each.rule == gap.rule]


@pytest.mark.parametrize("raised", get_args(Raised))
@pytest.mark.parametrize("name", GAPS)
def test_no_severity_and_no_waiver_makes_it_better(name: str, raised: Raised) -> None:
    result = answer(GAPS[name], raised)
    worse = {"pass": {"pass", "fail"}, "undetermined": {"undetermined", "fail"}, "fail": {"fail"}}
    assert findings(GAPS[name], result)
    assert result.status == result.targets[0].status
    assert result.status in worse[GAPS[name].best]


@pytest.mark.parametrize("raised", get_args(Raised))
@pytest.mark.parametrize("name", GAPS)
@pytest.mark.parametrize("form", PIECES)
def test_what_is_said_of_it_does_not_look_good(form: str, name: str, raised: Raised) -> None:
    gap = GAPS[name]
    result = answer(gap, raised)
    about = [piece for piece in pieces(form, result) if re.search(rf"\b{gap.rule}\b", piece)]
    assert about
    for piece in about:
        assert LOOKS_GOOD.search(piece) is None, piece


@pytest.mark.parametrize("raised", get_args(Raised))
@pytest.mark.parametrize("name", [name for name, gap in GAPS.items() if gap.best != "pass"])
@pytest.mark.parametrize("form", STATUSES)
def test_the_status_of_its_target_and_of_the_whole_does_not_look_good(form: str, name: str, raised: Raised) -> None:
    told = list(STATUSES[form](answer(GAPS[name], raised)))
    assert told
    for piece in told:
        assert LOOKS_GOOD.search(piece) is None, piece


@pytest.mark.parametrize("form", STATUSES)
def test_a_status_that_is_good_is_found_where_these_tests_look(form: str) -> None:
    good = judged(make_subject(make_artifact_results(), deployed=True))
    assert good.status == "pass"
    assert any(LOOKS_GOOD.search(piece) for piece in STATUSES[form](good))


@pytest.mark.parametrize("form", STATUSES)
def test_where_nothing_gates_the_whole_does_not_look_good(form: str) -> None:
    result = judged(make_subject(make_artifact_results()))
    whole = list(STATUSES[form](result))[0 if form in {"github", "markdown"} else -1]
    assert result.status == "undetermined"
    if form == "sarif":
        whole = whole.partition('"targets"')[0]
    assert LOOKS_GOOD.search(whole) is None, whole


@pytest.mark.parametrize("raised", get_args(Raised))
@pytest.mark.parametrize("name", GAPS)
def test_no_junit_case_about_it_is_without_a_child(name: str, raised: Raised) -> None:
    gap = GAPS[name]
    cases = [case for case in junit_cases(answer(gap, raised)) if re.search(rf"\b{gap.rule}\b", case)]
    assert cases
    assert all(re.search("<(failure|skipped|error)", case) for case in cases), cases


def test_the_waivers_of_these_tests_are_worth_what_they_are_called() -> None:
    (good,) = judge_files(about_lock())
    assert good.state == "in-force"
    (finding,) = findings(GAPS["no wheel, waived"], answer(GAPS["no wheel, waived"], "default"))
    assert finding.waived is not None
