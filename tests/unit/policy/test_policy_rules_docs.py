"""``docs/rules.md``: an introduction, and below the mark what rules say of themselves.

Regenerate: UPLOCK_REGENERATE=1 (see CONTRIBUTING.md).
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from uplock.model.policy import Policy
from uplock.policy.checks import CHECKS
from uplock.policy.registry import rule_ids, statements
from uplock.policy.settings import KEYS
from uplock.report.rules_text import markdown

PLACE = Path(__file__).parents[3] / "docs" / "rules.md"
MARK = re.compile(r"^<!-- Everything below is made .* -->\n\n", re.MULTILINE)
STATED = statements()


def test_the_committed_page_is_that_of_the_rules() -> None:
    page = PLACE.read_text(encoding="utf-8")
    mark = MARK.search(page)
    assert mark is not None
    made = page[: mark.end()] + markdown(STATED.values())
    if os.environ.get("UPLOCK_REGENERATE"):
        PLACE.write_text(made, encoding="utf-8")
    assert PLACE.read_text(encoding="utf-8") == made


def test_the_introduction_names_every_group_and_every_setting() -> None:
    introduction = MARK.split(PLACE.read_text(encoding="utf-8"))[0]
    groups = re.findall(r"^\| `([A-Z]{2})` \|", introduction, re.MULTILINE)
    assert set(groups) == {each[:2] for each in STATED}
    settings = re.findall(r"^\| `([a-z-]+)` \| (.+?) \|", introduction, re.MULTILINE)
    assert {key for key, _ in settings} == set(KEYS)
    for key, default in settings:
        if default.isdigit():
            assert getattr(Policy(), key.replace("-", "_")) == int(default)


@pytest.mark.parametrize("rule", STATED)
def test_every_page_says_why_shows_an_example_and_how_to_mend_and_to_waive(rule: str) -> None:
    section = markdown([STATED[rule]])
    assert re.findall(r"^\*\*(\w+)\.\*\* \S", section, re.MULTILINE) == ["Why", "Example", "Remedy", "Waive"]
    for text in (STATED[rule].why, STATED[rule].remedy, STATED[rule].waive):
        assert text.endswith(".")
    for text in (STATED[rule].description, STATED[rule].example):
        assert not text.endswith(".")
        assert "`" not in text
        assert "\n" not in text
    assert all(len(line) <= 120 for line in section.splitlines() if " " in line)
    assert not re.search(r"^([-+*>|=]|[0-9]+[.)]) ", section, re.MULTILINE), "a wrapped line reads as a list"


def test_ids_are_sorted_and_have_their_form() -> None:
    assert list(STATED) == sorted(STATED)
    assert all(re.fullmatch(r"[A-Z]{2}[0-9]{3}", rule) for rule in STATED)
    assert all(each.id == rule for rule, each in STATED.items())


def test_no_check_has_the_id_of_a_rule() -> None:
    assert CHECKS.keys().isdisjoint(rule_ids())


def test_what_is_stated_holds_no_functions() -> None:
    assert {type(each).__name__ for each in STATED.values()} == {"Statement"}
