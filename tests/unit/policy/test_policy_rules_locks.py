"""What the cases below ``tests/rules`` cannot say of the rules that need nothing but a lock."""

from __future__ import annotations

from support.subjects import TODAY, check, make_lock, make_missing, make_package, make_subject
from uplock.model.lock import Agreement, Difference, Shadowed
from uplock.model.policy import Policy
from uplock.model.value import changed
from uplock.policy.evaluate import findings_of
from uplock.policy.registry import rules
from uplock.policy.rules.lk007 import RULE as LK007
from uplock.policy.rules.lk009 import RULE as LK009
from uplock.policy.subject import Subject

LOCKED = make_subject(lock=make_lock(packages=[make_package("demo-1.0-py3-none-any.whl")]))


def rules_at_lock(subject: Subject) -> set[str]:
    return {finding.rule for finding in findings_of(subject, Policy(), TODAY, at_lock=True)}


def test_these_speak_as_soon_as_there_are_locks() -> None:
    at_lock = {rule.id for rule in rules() if rule.at_lock}
    assert at_lock >= {"AR001", "AR002", "AR012", "LK001", "LK003", "LK007", "LK009"}
    assert at_lock.isdisjoint({"AR006", "AR007", "AT001", "AT002", "EV001", "LK015", "NA001"})


def test_a_lock_alone_is_judged_by_these_rules_alone() -> None:
    package = make_package("demo-1.0.tar.gz", name="demo", version="1.0")
    subject = changed(
        make_subject(lock=make_lock(packages=[changed(package, yanked="broken", hashed_here=True)])),
        shadowed=(Shadowed(name="demo", index="a", others=("b",)),),
        agreement=Agreement(target=LOCKED.target.name, resolver="pip-tools 7.6", outcome="not-asked", reason="no"),
    )
    assert rules_at_lock(subject) >= {"LK007", "AR002", "AR012", "LK001", "LK009"}
    assert "EV001" not in rules_at_lock(subject)
    assert rules_at_lock(make_subject(missing=make_missing("old"))) == {"AR001"}


def test_a_name_that_several_indexes_have_can_be_pinned_as_it_is_told() -> None:
    (finding,) = check(LK007, changed(LOCKED, shadowed=(Shadowed(name="demo", index="inner", others=("default",)),)))
    assert finding.remedy == 'Pin it: add "demo" to the packages of the index that it belongs to.'


def test_a_difference_is_about_its_package_or_about_the_target() -> None:
    differences = (
        Difference(package="coin", ours="1.1", theirs="1.0"),
        Difference(package="", ours="a solution", theirs="none"),
    )
    agreement = Agreement(
        target=LOCKED.target.name, resolver="pip-tools 7.6", outcome="disagrees", differences=differences
    )
    found = check(LK009, changed(LOCKED, agreement=agreement))
    assert [(each.subject, each.package) for each in found] == [("coin", "coin"), (LOCKED.target.name, None)]
