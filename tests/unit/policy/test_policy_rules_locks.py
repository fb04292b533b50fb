"""The rules that need nothing but a lock: yanks, sdists, digests of our own, shadowed names, a second resolver."""

from __future__ import annotations

import pytest

from support.subjects import TODAY, check, make_lock, make_missing, make_package, make_subject
from uplock.model.lock import Agreement, Difference, LockedPackage, Shadowed
from uplock.model.policy import Policy
from uplock.model.value import changed
from uplock.policy.evaluate import evaluate_lock
from uplock.policy.rule import Rule
from uplock.policy.rules.ar002 import RULE as AR002
from uplock.policy.rules.ar012 import RULE as AR012
from uplock.policy.rules.lk001 import RULE as LK001
from uplock.policy.rules.lk007 import RULE as LK007
from uplock.policy.rules.lk009 import RULE as LK009
from uplock.policy.subject import Subject

WHEEL, SDIST = "demo-1.0-py3-none-any.whl", "demo-1.0.tar.gz"
RULES = [AR002, AR012, LK001, LK007, LK009]


def locked(*packages: LockedPackage) -> Subject:
    return make_subject(lock=make_lock(packages=packages))


def sdist() -> LockedPackage:
    return make_package(SDIST, name="demo", version="1.0")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_plain_lock_and_no_lock_are_no_finding(rule: Rule) -> None:
    assert check(rule, locked(make_package(WHEEL))) == []
    assert check(rule, make_subject(missing=make_missing("demo"))) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_all_of_them_speak_as_soon_as_there_are_locks(rule: Rule) -> None:
    assert rule.at_lock


# --- AR002 --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("reason", "words"), [("not importable", "not importable"), ("", "no reason given")])
def test_a_yanked_file_is_told_with_its_reason(reason: str, words: str) -> None:
    (finding,) = check(AR002, locked(changed(make_package(WHEEL), yanked=reason)))
    assert (finding.severity, finding.subject) == ("warning", WHEEL)
    assert finding.message == f"{WHEEL} is yanked: {words}"
    assert "demo" in finding.remedy


# --- AR012 --------------------------------------------------------------------------------------------------------


def test_an_sdist_is_told() -> None:
    (finding,) = check(AR012, locked(sdist(), make_package("other-1.0-py3-none-any.whl")))
    assert (finding.severity, finding.subject) == ("warning", SDIST)
    assert "demo 1.0 is locked as the sdist demo-1.0.tar.gz" in finding.message


def test_a_policy_can_forbid_sdists() -> None:
    (finding,) = check(AR012, locked(sdist()), Policy(severities={"AR012": "error"}))
    assert finding.severity == "error"


# --- LK001 --------------------------------------------------------------------------------------------------------


def test_a_digest_of_our_own_is_told() -> None:
    (finding,) = check(LK001, locked(changed(make_package(WHEEL), hashed_here=True)))
    assert (finding.severity, finding.subject) == ("warning", WHEEL)
    assert "downloaded and hashed when it was locked" in finding.message


# --- LK007 --------------------------------------------------------------------------------------------------------


def test_a_name_that_several_indexes_have_is_an_error_that_names_them_all() -> None:
    shadowed = Shadowed(name="demo", index="inner", others=("mirror", "default"))
    (finding,) = check(LK007, changed(locked(make_package(WHEEL)), shadowed=(shadowed,)))
    assert (finding.severity, finding.subject) == ("error", "demo")
    assert "comes from the index inner, and mirror and default has it too" in finding.message
    assert '"demo"' in finding.remedy


# --- LK009 --------------------------------------------------------------------------------------------------------


def compared(agreement: Agreement) -> Subject:
    return changed(locked(make_package(WHEEL)), agreement=agreement)


def answered(**fields: object) -> Agreement:
    agreement = Agreement(target="py313-linux-x86_64", resolver="pip-tools 7.6", outcome="agrees")
    return changed(agreement, **fields)


def test_agreement_is_no_finding() -> None:
    assert check(LK009, compared(answered())) == []


def test_every_difference_is_an_error_with_both_sides() -> None:
    differences = (
        Difference(package="coin", ours="1.1", theirs="1.0"),
        Difference(package="", ours="a solution", theirs="none"),
    )
    found = check(LK009, compared(answered(outcome="disagrees", differences=differences)))
    assert [(each.severity, each.subject) for each in found] == [("error", "coin"), ("error", "py313-linux-x86_64")]
    assert found[0].message == "uv 0.13.9 and pip-tools 7.6 disagree on coin: 1.1, 1.0"
    assert found[1].message == "uv 0.13.9 and pip-tools 7.6 disagree: a solution, none"


def test_nobody_to_ask_is_a_warning_at_most_whatever_the_policy_says() -> None:
    subject = compared(answered(outcome="not-asked", reason="3.9.18 found, 3.9.25 locked"))
    for policy in (Policy(), Policy(severities={"LK009": "error"})):
        (finding,) = check(LK009, subject, policy)
        assert finding.severity == "warning"
        assert finding.message == "the second resolver was not asked: 3.9.18 found, 3.9.25 locked"
    (finding,) = check(LK009, subject, Policy(severities={"LK009": "info"}))
    assert finding.severity == "info"


# --- all ----------------------------------------------------------------------------------------------------------


def test_a_lock_is_judged_by_these_rules_alone_worst_first() -> None:
    package = changed(sdist(), yanked="broken", hashed_here=True)
    subject = changed(
        locked(package),
        shadowed=(Shadowed(name="demo", index="a", others=("b",)),),
        agreement=answered(outcome="not-asked", reason="no"),
    )
    found = evaluate_lock(subject, Policy(), TODAY)
    assert [each.rule for each in found] == ["LK007", "AR002", "AR012", "LK001", "LK009"]
    assert [each.rule for each in evaluate_lock(make_subject(missing=make_missing("old")), Policy(), TODAY)] == [
        "AR001"
    ]


def test_reasons_and_names_of_strangers_cannot_steer_the_terminal() -> None:
    (finding,) = check(AR002, locked(changed(make_package(WHEEL), yanked="x\x1b[2J\ny\u202ez")))
    assert finding.message.endswith(r"x\x1b[2J\ny\u202ez")
