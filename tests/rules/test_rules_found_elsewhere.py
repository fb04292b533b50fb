"""What is found without a subject (checks of locks, misuse of waivers) has a test of both kinds as well, somewhere.

Adding such a statement is adding a row here that names a test in which it speaks and one in which it does not.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from uplock.policy.registry import rule_ids, statements

TESTS = Path(__file__).resolve().parents[1]
LOCK_CHECK = "cli/test_cli_lock_check.py"
SCAN = "cli/test_cli_scan.py"
RATCHET = "cli/test_cli_ratchet.py"
STANDING = "unit/policy/test_policy_waiver_standing.py"

TESTED: dict[str, tuple[str, str]] = {
    "AR003": (
        f"{LOCK_CHECK}::test_a_deleted_file_is_told",
        f"{LOCK_CHECK}::test_an_index_that_still_has_everything_passes",
    ),
    "AR013": (
        f"{LOCK_CHECK}::test_a_replaced_file_is_told_with_both_digests",
        f"{LOCK_CHECK}::test_an_index_that_still_has_everything_passes",
    ),
    "AR014": (
        f"{LOCK_CHECK}::test_another_file_of_a_locked_version_is_told_as_late",
        f"{LOCK_CHECK}::test_an_index_that_still_has_everything_passes",
    ),
    "AT014": (
        f"{RATCHET}::test_a_required_baseline_that_is_missing_fails_and_nothing_becomes_known",
        f"{RATCHET}::test_a_required_baseline_that_is_there_passes",
    ),
    "AR015": (
        f"{LOCK_CHECK}::test_a_yank_is_told_with_its_reason",
        f"{LOCK_CHECK}::test_a_yank_that_was_locked_as_such_is_no_news",
    ),
    "LK005": (
        f"{LOCK_CHECK}::test_another_question_is_told_and_can_be_let_pass",
        f"{LOCK_CHECK}::test_unchanged_locks_pass_without_index_and_archive",
    ),
    "LK011": (
        f"{LOCK_CHECK}::test_a_requirement_that_no_pin_answers_is_told",
        f"{LOCK_CHECK}::test_a_requirement_whose_marker_does_not_hold_on_the_target_needs_no_pin",
    ),
    "LK012": (
        f"{LOCK_CHECK}::test_a_package_that_nothing_leads_to_is_told",
        f"{LOCK_CHECK}::test_unchanged_locks_pass_without_index_and_archive",
    ),
    "LK013": (
        f"{LOCK_CHECK}::test_a_hand_edit_exits_4_whatever_the_severity",
        f"{LOCK_CHECK}::test_unchanged_locks_pass_without_index_and_archive",
    ),
    "LK014": (
        f"{LOCK_CHECK}::test_another_answer_of_the_resolver_is_told_with_what_differs",
        f"{LOCK_CHECK}::test_resolving_again_gives_the_same_bytes_and_asks_nobody",
    ),
    "PY003": (
        f"{SCAN}::test_what_runs_and_is_not_tested_is_a_disagreement",
        f"{SCAN}::test_supported_interpreters_that_agree_pass",
    ),
    "PY005": (
        f"{SCAN}::test_the_number_that_yaml_reads_is_told",
        f"{SCAN}::test_supported_interpreters_that_agree_pass",
    ),
    "PY008": (
        f"{SCAN}::test_what_runs_on_an_ended_interpreter_fails_with_its_line",
        f"{SCAN}::test_supported_interpreters_that_agree_pass",
    ),
    "PY009": (
        f"{SCAN}::test_a_blocked_managed_runtime_is_told_with_its_dates",
        f"{SCAN}::test_supported_interpreters_that_agree_pass",
    ),
    "WV001": (
        f"{STANDING}::test_wv001_speaks_from_the_day_after_the_last_one",
        f"{STANDING}::test_wv001_is_silent_on_the_last_day_and_about_what_was_superseded",
    ),
    "WV002": (
        f"{STANDING}::test_wv002_speaks_from_the_notice_on",
        f"{STANDING}::test_wv002_is_silent_before_the_notice_and_goes_by_the_policy",
    ),
    "WV003": (
        f"{STANDING}::test_wv003_speaks_of_a_waiver_that_covers_no_finding",
        f"{STANDING}::test_wv003_is_silent_about_what_is_used_not_yet_in_force_or_used_by_other_commands",
    ),
    "WV004": (
        f"{STANDING}::test_wv004_speaks_of_a_requester_who_approved",
        f"{STANDING}::test_wv004_is_silent_about_two_roles",
    ),
    "WV005": (
        f"{STANDING}::test_wv005_speaks_of_more_days_than_the_severity_of_the_rule_allows",
        f"{STANDING}::test_wv005_is_silent_up_to_the_bound_and_goes_by_the_severity_that_the_policy_gives",
    ),
    "WV006": (
        f"{STANDING}::test_wv006_has_an_example_that_is_really_said",
        f"{STANDING}::test_wv006_is_silent_about_what_is_in_order_and_supersedes_what_is_gone",
    ),
    "WV007": (
        f"{STANDING}::test_wv007_has_an_example_that_is_really_said",
        f"{STANDING}::test_wv007_is_silent_about_a_scope_that_names_what_its_rule_demands",
    ),
}
"""Id to the test in which it speaks and to one in which it is silent."""


@cache
def functions(file: str) -> dict[str, ast.FunctionDef]:
    """Return the functions of a test file by name."""
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_exactly_what_is_found_elsewhere_stands_in_the_table() -> None:
    assert set(TESTED) == set(statements()) - set(rule_ids())


@pytest.mark.parametrize("rule", TESTED)
def test_both_tests_are_there_and_the_first_one_speaks_of_it(rule: str) -> None:
    speaks, silent = (place.split("::") for place in TESTED[rule])
    assert speaks != silent
    assert silent[1] in functions(silent[0])
    texts = {each.value for each in ast.walk(functions(speaks[0])[speaks[1]]) if isinstance(each, ast.Constant)}
    assert rule in texts
