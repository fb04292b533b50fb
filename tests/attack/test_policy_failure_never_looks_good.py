"""The attack: an artifact whose attestation does not hold hides in an answer that makes it look good."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal, get_args

import pytest

from support.answer_pieces import LOOKS_GOOD, PIECES, junit_cases, pieces
from support.format_answers import judged
from support.subjects import NOTHING, TODAY, digest_for, make_artifact_results, make_subject
from uplock.cli.formats import FORMATS
from uplock.model.finding import Severity
from uplock.model.outcome import CheckResult
from uplock.model.policy import Policy
from uplock.model.results import (
    FailureClass,
    Invalid,
    NotAttested,
    Unchecked,
    UncheckedReason,
    Verification,
)
from uplock.model.waiver import Risk, Waiver, WaiverFile, WaiverScope
from uplock.policy.registry import statements

BAD = "wolf-1.0-py3-none-any.whl"
GOOD = "sheep-1.0-py3-none-any.whl"
NAMES = ("wolf", *get_args(UncheckedReason), "indirect dependencies")
"""What a line is about if it is about the bad artifact: its name, or the subject of a finding that stands for many."""

CLASSES: dict[str, Verification] = {
    **{
        f"invalid-{failure}": Invalid(failure=failure, detail="it is not so", document=NOTHING)
        for failure in get_args(FailureClass)
    },
    "not-attested": NotAttested(detail="the index has none"),
    **{
        f"unchecked-{reason}": Unchecked(reason=reason, detail="nobody answered")
        for reason in get_args(UncheckedReason)
    },
}
Raised = Literal["error", "default", "info"]


def make_waiver(rule: str) -> WaiverFile:
    waiver = Waiver(
        id=f"about-{rule.lower()}",
        rule=rule,
        scope=WaiverScope(sha256=digest_for(BAD)) if rule == "AT002" else WaiverScope(interpreter="3.13"),
        reason="the publisher explained it",
        risk=Risk(likelihood="low", impact="low"),
        compensating_controls=("the file was read by two people",),
        requested_by="service-owner",
        approved_by=("security-review",),
        ticket="SEC-1",
        approved_at=date(2026, 11, 1),
        expires_at=date(2026, 12, 1),
    )
    path = f"waivers/{waiver.id}.toml"
    return WaiverFile(path=path, sha256=digest_for(path), waiver=waiver)


def make_result(
    verification: Verification, *, waived: bool, raised: Raised, gating: bool, direct: bool = True
) -> CheckResult:
    """Judge a target with one bad artifact and one good one, as ``uplock check`` does."""
    bad, good = make_artifact_results(BAD, verification=verification), make_artifact_results(GOOD)
    rule = "AT002" if isinstance(verification, Invalid) else "AT001"
    severities: dict[str, Severity] = {} if raised == "default" else {rule: raised}
    subject = make_subject(bad, good, direct=(BAD,) if direct else (), deployed=gating)
    return judged(
        subject, policy=Policy(severities=severities), waivers=(make_waiver(rule),) if waived else (), as_of=TODAY
    )


def without_rule_names(form: str, piece: str) -> str:
    """Return a piece without the rule's own description, which says what the rule is about, not how it came out."""
    if form in {"github", "markdown"}:
        return piece.replace(statements()["AT001"].description, "").replace(statements()["AT002"].description, "")
    return piece


@pytest.mark.parametrize("gating", [True, False], ids=["gating", "not gating"])
@pytest.mark.parametrize("raised", get_args(Raised))
@pytest.mark.parametrize("waived", [False, True], ids=["not waived", "waived"])
@pytest.mark.parametrize("form", PIECES)
def test_what_is_said_of_an_artifact_that_is_not_known_to_be_good_does_not_look_good(
    form: str, waived: bool, raised: Raised, gating: bool
) -> None:
    for name, verification in CLASSES.items():
        for direct in (True, False):
            result = make_result(verification, waived=waived, raised=raised, gating=gating, direct=direct)
            about = [piece for piece in pieces(form, result) if any(re.search(rf"\b{each}\b", piece) for each in NAMES)]
            assert about, f"{form} does not mention {name}"
            for piece in about:
                assert LOOKS_GOOD.search(without_rule_names(form, piece)) is None, (name, piece)


@pytest.mark.parametrize("name", CLASSES)
def test_no_junit_case_about_such_an_artifact_is_without_a_child(name: str) -> None:
    for waived in (False, True):
        for raised in get_args(Raised):
            for gating in (False, True):
                result = make_result(CLASSES[name], waived=waived, raised=raised, gating=gating)
                cases = [case for case in junit_cases(result) if "wolf" in case or name.partition("-")[2] in case]
                assert cases
                assert all(re.search("<(failure|skipped|error)", case) for case in cases), cases


@pytest.mark.parametrize("form", PIECES)
def test_a_status_that_rests_on_waivers_is_nowhere_green(form: str) -> None:
    result = make_result(CLASSES["invalid-bad-signature"], waived=True, raised="default", gating=True)

    said = "\n".join(each for each in pieces(form, result) if "about-at002" in each or "waived" in each)

    assert result.status == "pass"
    assert "2026-12-01" in said
    assert "<green>" not in said


@pytest.mark.parametrize("form", ["sarif", "github", "gitlab", "junit"])
def test_an_error_that_gates_is_told_at_the_worst_level_of_the_format(form: str) -> None:
    worst = {"sarif": '"level": "error"', "github": "::error ", "gitlab": '"severity": "critical"', "junit": "<failure"}
    result = make_result(CLASSES["invalid-bad-signature"], waived=False, raised="default", gating=True)
    excused = make_result(CLASSES["invalid-bad-signature"], waived=True, raised="default", gating=True)

    assert any(worst[form] in each and BAD in each for each in pieces(form, result))
    assert not any(worst[form] in each and BAD in each for each in pieces(form, excused))


def test_the_formats_are_those_of_the_command() -> None:
    assert tuple(PIECES) == FORMATS


def test_the_words_that_look_good_are_recognized() -> None:
    for words in ("Verified by", "PASS", "<green>ok</green>", "✅ wolf", "it passed"):
        assert LOOKS_GOOD.search(words), words
    assert LOOKS_GOOD.search("unverified compass passenger") is None


def test_a_good_artifact_may_be_called_verified() -> None:
    result = make_result(CLASSES["not-attested"], waived=False, raised="default", gating=True)

    assert any("sheep" in each and LOOKS_GOOD.search(each) for each in pieces("text", result))
