"""Who asks writes the same role in another spelling, or in letters that look the same, and approves alone."""

from __future__ import annotations

import pytest

from support.waivers import defects, judge_files, make_file

SPELLINGS = (
    "Service-Owner",
    "@service-owner",
    "@@service-owner",
    "service_owner",
    "service owner",
    "service-owner+approved",
    "service-owner@example.org",
    "acme/service-owner",
)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_another_spelling_is_no_other_role(spelling: str) -> None:
    (standing,) = judge_files(make_file(requested_by="service-owner", approved_by=("security-review", spelling)))
    assert standing.state == "refused"
    assert {rule for rule, _ in standing.misuse} == {"WV004"}


@pytest.mark.parametrize("letter", ["\u0435", "\u212f", "\uff45", "\u200be", "e\u0301"])
def test_letters_that_look_the_same_are_no_role_at_all(letter: str) -> None:
    role = f"s{letter}rvice-owner"
    assert defects({"approved_by": f'["{role}"]'}) == ("approved_by[0]: must be a role, team or handle in ASCII",)
    assert defects({"requested_by": f'"{role}"'}) == ("requested_by: must be a role, team or handle in ASCII",)
