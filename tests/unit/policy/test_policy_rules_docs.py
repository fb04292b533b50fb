"""``docs/rules.md`` says of every rule what the rule says of itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from uplock.policy.registry import rule_ids, rules

PAGE = (Path(__file__).parents[3] / "docs" / "rules.md").read_text(encoding="utf-8")
HEADING = re.compile(r"^## (?P<id>\S+): (?P<description>.+)$", re.MULTILINE)
SECTIONS = {section.split(":", 1)[0]: section for section in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]}


def test_every_rule_has_one_section_and_there_are_no_others() -> None:
    headings = [match["id"] for match in HEADING.finditer(PAGE)]
    assert headings == list(rule_ids())
    assert len(SECTIONS) == len(headings)


def test_descriptions_are_those_of_the_rules() -> None:
    assert {match["id"]: match["description"] for match in HEADING.finditer(PAGE)} == {
        rule.id: rule.description for rule in rules()
    }


def test_default_severities_are_those_of_the_rules() -> None:
    stated = {rule: re.findall(r"^Default severity: `(\w+)`$", text, re.MULTILINE) for rule, text in SECTIONS.items()}
    assert stated == {rule.id: [rule.severity] for rule in rules()}


@pytest.mark.parametrize("rule", rule_ids())
def test_every_section_says_why_shows_an_example_and_how_to_mend_and_to_override(rule: str) -> None:
    parts = re.findall(r"^\*\*(\w+)\.\*\* \S", SECTIONS[rule], re.MULTILINE)
    assert parts == ["Why", "Example", "Remedy", "Override"]
