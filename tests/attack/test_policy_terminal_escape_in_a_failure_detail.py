"""An attacker's document or file name must not repaint the report that condemns it."""

from __future__ import annotations

from support.subjects import NOTHING, judge, make_artifact_results, make_subject
from uplock.model.results import Invalid

ERASE_LINE = "\x1b[2K\x1b[1A"
REVERSED = "\u202e"


def test_a_terminal_escape_in_a_failure_detail_is_shown_and_not_executed() -> None:
    invalid = Invalid(failure="malformed", detail=f"{ERASE_LINE}all attestations verified", document=NOTHING)
    results = make_artifact_results(
        f"demo-1.0-py3-none-any{REVERSED}.whl", verification=invalid, document=f"{ERASE_LINE}.provenance"
    )
    verdict = judge(make_subject(results))
    assert verdict.status == "fail"
    for finding in verdict.findings:
        text = finding.subject + finding.message + finding.place + finding.remedy
        assert "\x1b" not in text
        assert REVERSED not in text
    (finding,) = (each for each in verdict.findings if each.rule == "AT002")
    assert "\\x1b[2K\\x1b[1Aall attestations verified" in finding.message
    assert "\\u202e" in finding.subject


def test_a_detail_of_any_length_gives_a_message_of_bounded_length() -> None:
    invalid = Invalid(failure="malformed", detail="A" * 10_000_000, document=NOTHING)
    verdict = judge(make_subject(make_artifact_results(verification=invalid)))
    assert all(len(finding.message) <= 1500 for finding in verdict.findings)
