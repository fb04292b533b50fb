"""Findings of ``uplock lock --check``: their severities, and text that is safe to show."""

from __future__ import annotations

import pytest

from uplock.model.policy import Policy
from uplock.policy.checks import CHECKS, finding
from uplock.policy.settings import parse_policy


@pytest.mark.parametrize("check", sorted(CHECKS))
def test_a_finding_has_the_severity_of_its_check_unless_the_policy_says_otherwise(check: str) -> None:
    def made(policy: Policy) -> str:
        return finding(check, policy, target="t", about="a", message="m", remedy="r", place="p").severity

    assert made(Policy()) == CHECKS[check][1]
    for severity in ("error", "warning", "info"):
        assert made(parse_policy({"severities": {check: severity}})) == severity


def test_foreign_text_cannot_steer_the_terminal_or_pretend_to_be_another_line() -> None:
    evil = "x\x1b[2J\nPASS\u202e"
    made = finding("AR015", Policy(), target="t", about=evil, message=evil, remedy=evil, place=evil)
    for text in (made.subject, made.message, made.remedy, made.place):
        assert text == r"x\x1b[2J\nPASS\u202e"


def test_text_is_kept_short() -> None:
    made = finding("AR015", Policy(), target="t", about="x" * 9999, message="x" * 9999, remedy="r")
    assert len(made.subject) < 1000
    assert len(made.message) < 2000
