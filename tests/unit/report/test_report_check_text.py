"""The words for a status, which all formats share: only what is good without an excuse is called a pass."""

from __future__ import annotations

import json
import re

import pytest

from support.format_answers import (
    FORMATS,
    LEAVING,
    SEC_1,
    Format,
    make_finding,
    make_result,
    make_target_result,
    rendered,
)
from uplock.model.finding import Status
from uplock.model.outcome import TargetResult
from uplock.model.value import changed
from uplock.model.verify_outcome import AttestationCounts
from uplock.report.check_text import held_until, overall_state, target_state

LET_THROUGH = make_target_result(attestations=AttestationCounts(verified=11, invalid=1))
"""A target that a policy lets pass although an attestation does not hold."""


def whole(*targets: TargetResult) -> str:
    """Return the status of all targets in words."""
    return overall_state(make_result(*targets).status, targets)


def test_what_holds_by_waivers_is_not_called_a_pass() -> None:
    later = changed(SEC_1, expires_at=SEC_1.expires_at.replace(year=2027))
    held = make_target_result(make_finding(waived=later), make_finding(waived=SEC_1))
    assert held.status == "pass"
    assert target_state(held) == whole(held) == "waived until 2026-12-31"
    assert target_state(make_target_result()) == whole(make_target_result()) == "pass"


def test_a_waived_warning_holds_nothing() -> None:
    assert target_state(make_target_result(make_finding(severity="warning", waived=SEC_1))) == "pass"


def test_waivers_of_a_target_that_does_not_gate_hold_nothing_of_the_whole() -> None:
    leaving = make_target_result(make_finding(target=LEAVING, waived=SEC_1), target=LEAVING, gates=False)
    assert held_until((make_target_result(), leaving)) is None
    assert whole(make_target_result(), leaving) == "pass"


def test_a_waiver_does_not_soften_a_failure() -> None:
    failing = make_target_result(make_finding(), make_finding(waived=SEC_1))
    assert target_state(failing) == "fail"


def test_an_attestation_that_does_not_hold_is_no_pass_whatever_the_policy_says() -> None:
    held = changed(make_target_result(make_finding(waived=SEC_1)), attestations=LET_THROUGH.attestations)
    assert LET_THROUGH.status == "pass"
    assert target_state(LET_THROUGH) == whole(LET_THROUGH) == "invalid attestations: 1"
    assert target_state(held) == whole(held) == "waived until 2026-12-31, invalid attestations: 1"


def test_an_attestation_of_a_target_that_does_not_gate_is_not_about_the_whole() -> None:
    leaving = changed(LET_THROUGH, target=LEAVING, gates=False)
    assert target_state(leaving) == "invalid attestations: 1"
    assert whole(make_target_result(), leaving) == "pass"


@pytest.mark.parametrize("status", ["fail", "undetermined"])
def test_what_is_no_pass_has_its_own_word(status: Status) -> None:
    assert target_state(changed(LET_THROUGH, status=status)) == status


@pytest.mark.parametrize("form", [form for form in FORMATS if form not in {"json", "gitlab"}])
def test_every_format_with_a_status_says_that_it_holds_by_an_excuse(form: Format) -> None:
    text = rendered(make_result(LET_THROUGH), form, lambda words, colour: f"<{colour}>{words}</{colour}>")
    if form == "sarif":
        text = json.dumps(json.loads(text)["runs"][0]["properties"])
    assert "invalid attestations: 1" in text
    assert re.search(r"\bpass\b|<green>", text, re.IGNORECASE) is None
