"""``docs/rules.md`` says of every rule and check what it says of itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from uplock.policy.checks import CHECKS
from uplock.policy.registry import rules

PAGE = (Path(__file__).parents[3] / "docs" / "rules.md").read_text(encoding="utf-8")
HEADING = re.compile(r"^## (?P<id>\S+): (?P<description>.+)$", re.MULTILINE)
STATED = {rule.id: (rule.description, rule.severity) for rule in rules()} | CHECKS
SECTIONS = {section.split(":", 1)[0]: section for section in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]}


def test_every_rule_has_one_section_and_there_are_no_others() -> None:
    headings = [match["id"] for match in HEADING.finditer(PAGE)]
    assert headings == sorted(STATED)
    assert len(SECTIONS) == len(headings)


def test_descriptions_are_those_of_the_rules() -> None:
    stated = {match["id"]: match["description"] for match in HEADING.finditer(PAGE)}
    assert stated == {each: description for each, (description, _) in STATED.items()}


def test_default_severities_are_those_of_the_rules() -> None:
    stated = {rule: re.findall(r"^Default severity: `(\w+)`$", text, re.MULTILINE) for rule, text in SECTIONS.items()}
    assert stated == {each: [severity] for each, (_, severity) in STATED.items()}


@pytest.mark.parametrize("rule", sorted(STATED))
def test_every_section_says_why_shows_an_example_and_how_to_mend_and_to_override(rule: str) -> None:
    parts = re.findall(r"^\*\*(\w+)\.\*\* \S", SECTIONS[rule], re.MULTILINE)
    assert parts == ["Why", "Example", "Remedy", "Override"]


def test_no_check_has_the_id_of_a_rule() -> None:
    assert CHECKS.keys().isdisjoint(rule.id for rule in rules())
