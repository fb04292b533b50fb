"""Findings of ``uplock lock --check``: their severities, what they are about, and text that is safe to show."""

from __future__ import annotations

import pytest

from support.subjects import make_package
from uplock.model.policy import Policy
from uplock.policy.checks import CHECKS
from uplock.policy.settings import parse_policy

AR015 = CHECKS["AR015"]


@pytest.mark.parametrize("check", CHECKS)
def test_a_finding_has_the_severity_of_its_check_unless_the_policy_says_otherwise(check: str) -> None:
    def made(policy: Policy) -> str:
        finding = CHECKS[check].found(policy, target="t", about="a", message="m", remedy="r", place="p")
        assert finding.rule == check
        return finding.severity

    assert made(Policy()) == CHECKS[check].severity
    for severity in ("error", "warning", "info"):
        assert made(parse_policy({"severities": {check: severity}})) == severity


def test_a_finding_names_the_artifact_that_it_is_about() -> None:
    package = make_package("demo-1.0-py3-none-any.whl")
    made = AR015.found(Policy(), target="t", about="a", message="m", remedy="r", of=package, package="other")
    assert (made.package, made.version, made.sha256) == ("demo", "1.0", package.artifact.sha256)
    made = AR015.found(Policy(), target="t", about="a", message="m", remedy="r", package="demo")
    assert (made.package, made.version, made.sha256) == ("demo", None, None)


def test_foreign_text_cannot_steer_the_terminal_or_pretend_to_be_another_line() -> None:
    evil = "x\x1b[2J\nPASS\u202e"
    made = AR015.found(Policy(), target="t", about=evil, message=evil, remedy=evil, place=evil)
    for text in (made.subject, made.message, made.remedy, made.place):
        assert text == r"x\x1b[2J\nPASS\u202e"


def test_text_is_kept_short() -> None:
    made = AR015.found(Policy(), target="t", about="x" * 9999, message="x" * 9999, remedy="r")
    assert len(made.subject) < 1000
    assert len(made.message) < 2000
