"""Every rule speaks in its cases, keeps silent in the others, and says what its page shows as an example.

Adding a rule is adding ``policy/rules/<id>.py`` and ``tests/rules/cases/<id>.py``.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from support.rule_cases import Case, load_cases, names_what_a_waiver_must_name, silent, speaking
from support.subjects import check, judge
from uplock.policy import rules as folder
from uplock.policy.registry import rules

CASES = load_cases()
RULES = {rule.id: rule for rule in rules()}
SPEAKING = [pytest.param(rule, case, id=f"{rule}-{name}") for rule, name, case in speaking(CASES) if rule in RULES]
SILENT = [pytest.param(rule, case, id=f"{rule}-{name}") for rule, name, case in silent(CASES) if rule in RULES]


def test_every_file_of_the_rules_has_a_file_of_cases_and_the_other_way_round() -> None:
    files = {path.stem.upper() for root in folder.__path__ for path in Path(root).glob("[!_]*.py")}
    assert set(RULES) == files
    assert set(CASES) == files


@pytest.mark.parametrize("rule", sorted(CASES))
def test_every_rule_has_cases_of_both_kinds(rule: str) -> None:
    assert CASES[rule].speaks
    assert CASES[rule].silent


@pytest.mark.parametrize(("rule", "case"), SPEAKING)
def test_it_speaks_with_the_words_and_the_severity_of_the_case(rule: str, case: Case) -> None:
    found = check(RULES[rule], case.subject, case.policy, case.as_of)
    assert found
    assert case.findings in {None, len(found)}
    assert {each.rule for each in found} == {rule}
    assert {each.target for each in found} == {case.subject.target.name}
    assert {each.severity for each in found} == {case.severity or RULES[rule].severity_under(case.policy)}
    assert case.says, "a case says what it expects to read"
    assert any(case.says in each.message for each in found), [each.message for each in found]


@pytest.mark.parametrize(("rule", "case"), SILENT)
def test_it_is_silent(rule: str, case: Case) -> None:
    assert check(RULES[rule], case.subject, case.policy, case.as_of) == []


@pytest.mark.parametrize("rule", sorted(CASES))
def test_the_example_on_its_page_is_what_it_really_says_in_a_case(rule: str) -> None:
    said = {
        each.message
        for case in CASES[rule].speaks.values()
        for each in check(RULES[rule], case.subject, case.policy, case.as_of)
    }
    assert RULES[rule].example in said, sorted(said)


@pytest.mark.parametrize(("rule", "case"), SPEAKING)
def test_every_finding_names_what_a_waiver_of_it_must_name(rule: str, case: Case) -> None:
    for each in check(RULES[rule], case.subject, case.policy, case.as_of):
        assert names_what_a_waiver_must_name(each, RULES[rule].reach)


@pytest.mark.parametrize(("rule", "case"), SPEAKING)
def test_sentences_have_their_form(rule: str, case: Case) -> None:
    for each in check(RULES[rule], case.subject, case.policy, case.as_of):
        assert not each.message.endswith(".")
        assert each.remedy.endswith(".")


@pytest.mark.parametrize(("rule", "case"), [*SPEAKING, *SILENT])
def test_all_rules_together_judge_every_case(rule: str, case: Case) -> None:
    together = judge(case.subject, case.policy, case.as_of).findings
    alone = check(RULES[rule], case.subject, case.policy, case.as_of)
    assert [each for each in together if each.rule == rule] == sorted(alone, key=together.index)
