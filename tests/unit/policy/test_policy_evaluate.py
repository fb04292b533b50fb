from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from support.subjects import (
    TODAY,
    UNCHECKED,
    check,
    judge,
    make_artifact_results,
    make_input,
    make_lock,
    make_missing,
    make_package,
    make_subject,
    make_target,
)
from support.waivers import make_file
from uplock.errors import UsageError
from uplock.model.digest import digest_of, sha256_of
from uplock.model.finding import SEVERITIES, Severity
from uplock.model.policy import Policy
from uplock.model.value import changed, decode, encode
from uplock.policy.evaluate import EvaluationInput, evaluate
from uplock.policy.registry import rule_ids, rules
from uplock.policy.rules.ev001 import RULE as EV001


def test_a_target_that_nothing_speaks_against_passes() -> None:
    verdict = judge(make_subject(make_artifact_results()))
    assert verdict.status == "pass"
    assert verdict.findings == ()
    assert verdict.target == "py313-linux-x86_64"
    assert verdict.python == "3.13.18"


def test_a_verdict_names_all_that_it_rests_on() -> None:
    policy, table, generation = Policy(eol_warning_days=7), sha256_of(b"table"), sha256_of(b"generation")
    given = changed(make_input(make_subject(), policy=policy), generation=generation, table=table)
    (verdict,) = evaluate(given)
    assert verdict.generation == generation
    assert verdict.lifecycle == table
    assert verdict.policy == digest_of(policy)
    assert verdict.as_of == TODAY


def test_one_error_fails_and_warnings_do_not() -> None:
    subject = make_subject(target=make_target("3.9.25"))
    assert judge(subject).status == "fail"
    assert judge(subject, Policy(severities={"PY001": "warning"})).status == "pass"


def test_every_status_says_why() -> None:
    assert judge(make_subject(make_artifact_results())).why == "no rule finds an error"
    assert judge(make_subject(target=make_target("3.9.25"))).why == "1 error without a waiver: PY001"
    assert judge(make_subject(locked=False)).why == "1 thing that rules need is not there: EV001"


def test_the_exported_input_is_all_that_a_verdict_is_a_function_of() -> None:
    subjects = (make_subject(make_artifact_results()), make_subject(target=make_target("3.9.25")))
    given = make_input(*subjects, policy=Policy(severities={"AT001": "warning"}))
    document = encode(given.exported())
    assert document.count(b'"line":"1.1.1"') == 1  # the tables stand once, not in every subject
    assert evaluate(decode(document, EvaluationInput).complete()) == evaluate(given.complete())


@pytest.mark.parametrize(
    ("baseline", "deployed", "gates"),
    [(False, True, True), (False, False, False), (True, False, False), (True, True, True)],
)
def test_what_is_deployed_gates(baseline: bool, deployed: bool, gates: bool) -> None:
    assert judge(make_subject(baseline=baseline, deployed=deployed)).gates is gates


def test_a_missing_lock_with_its_reason_fails() -> None:
    verdict = judge(make_subject(missing=make_missing("demo")))
    assert verdict.status == "fail"
    assert [finding.rule for finding in verdict.findings] == ["AR001"]


@pytest.mark.parametrize("severity", ["warning", "info"])
def test_a_target_without_a_lock_never_passes(severity: Severity) -> None:
    verdict = judge(make_subject(missing=make_missing("demo")), Policy(severities={"AR001": severity}))
    assert verdict.status == "undetermined"
    assert verdict.why == "there is no lock, so nothing else was judged: AR001"


def test_a_target_with_neither_lock_nor_reason_is_undetermined() -> None:
    verdict = judge(make_subject(locked=False))
    assert verdict.status == "undetermined"
    assert [(finding.rule, finding.subject) for finding in verdict.findings] == [("EV001", "py313-linux-x86_64")]


def test_a_locked_artifact_of_which_nothing_is_known_is_undetermined() -> None:
    known = make_artifact_results()
    lock = make_lock(packages=[make_package(known.filename), make_package("other-1.0-py3-none-any.whl")])
    verdict = judge(make_subject(known, lock=lock))
    assert verdict.status == "undetermined"
    assert [finding.subject for finding in verdict.findings] == ["other-1.0-py3-none-any.whl"]


def test_an_interpreter_without_a_lifecycle_is_undetermined() -> None:
    verdict = judge(make_subject(lifecycles=()))
    assert verdict.status == "undetermined"
    assert verdict.findings[0].subject == "CPython 3.13"


def test_no_severity_turns_a_gap_into_a_pass() -> None:
    subject = make_subject(lifecycles=())
    assert judge(subject, Policy(severities={"EV001": "info"})).status == "undetermined"
    assert judge(subject, Policy(severities={"EV001": "error"})).status == "fail"


def test_an_error_beside_a_gap_is_a_failure() -> None:
    lock = make_lock(make_target("3.9.25"), [make_package("demo-1.0-py3-none-any.whl")])
    assert judge(make_subject(target=make_target("3.9.25"), lock=lock)).status == "fail"


def test_a_complete_subject_has_no_gap() -> None:
    assert check(EV001, make_subject(make_artifact_results())) == []


def test_findings_stand_worst_first_then_by_rule_and_subject() -> None:
    names = ("zeta", "alpha")
    verdict = judge(
        make_subject(
            make_artifact_results(verification=UNCHECKED),
            target=make_target("3.9.25"),
            lock=make_lock(make_target("3.9.25"), [make_package(f"{name}-1.0-cp313-none-any.whl") for name in names]),
        )
    )
    assert [(each.severity, each.rule, each.subject.split("-", 1)[0]) for each in verdict.findings] == [
        ("error", "LK003", "alpha"),
        ("error", "LK003", "zeta"),
        ("error", "PY001", "CPython 3.9.25"),
        ("warning", "EV001", "alpha"),
        ("warning", "EV001", "zeta"),
        ("info", "AT001", "not"),
    ]


def test_of_two_waivers_that_fit_one_finding_neither_is_called_unused() -> None:
    waivers = (
        make_file(id="one"),
        make_file(id="two", expires_at=date(2027, 2, 1)),
        make_file(id="idle", rule="PY002"),
    )
    verdict = judge(make_subject(target=make_target("3.9.25")), waivers=waivers)
    assert [finding.waived and finding.waived.waiver for finding in verdict.findings] == ["two"]
    assert [(finding.rule, finding.subject) for finding in verdict.project_findings] == [("WV003", "idle")]


def test_equal_moments_give_equal_bytes() -> None:
    subject = make_subject(target=make_target("3.9.25"))
    elsewhere = TODAY.astimezone(timezone(timedelta(hours=-11)))
    assert encode(judge(subject, as_of=elsewhere)) == encode(judge(subject, as_of=TODAY))
    assert judge(subject, as_of=elsewhere).as_of.tzinfo is UTC


def test_a_verdict_can_be_made_for_any_day() -> None:
    subject = make_subject(target=make_target("3.9.18"))
    assert judge(subject, as_of=datetime(2023, 9, 1, tzinfo=UTC)).status == "pass"
    assert judge(subject, as_of=datetime(2025, 10, 1, tzinfo=UTC)).findings[0].rule == "PY002"
    assert judge(subject, as_of=datetime(2025, 11, 1, tzinfo=UTC)).status == "fail"


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(UsageError):
        judge(make_subject(), as_of=datetime(2026, 11, 23))  # noqa: DTZ001 - this is the defect under test


def test_rules_are_well_formed_and_sorted_by_unique_id() -> None:
    assert list(rule_ids()) == sorted(set(rule_ids()))
    for rule in rules():
        assert rule.check.__module__ == f"uplock.policy.rules.{rule.id.lower()}"
        assert rule.severity in SEVERITIES
        assert rule.description
        assert not rule.description.endswith(".")


def test_the_first_rules_are_there() -> None:
    assert {"PY001", "PY002", "AR001", "AR006", "NA001", "AT001", "AT002", "LK003"} <= set(rule_ids())
