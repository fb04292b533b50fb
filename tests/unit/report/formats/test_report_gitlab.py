"""GitLab code quality: every entry has exactly what GitLab's page "Code Quality report format" documents."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.check_results import TARGET, locate, make_check_result, make_finding, make_waived
from uplock.model.finding import Finding, Severity
from uplock.model.outcome import CheckResult
from uplock.model.policy_outcome import Location
from uplock.policy.registry import statements
from uplock.report.formats.gitlab import render

SEVERITIES = {"info", "minor", "major", "critical", "blocker"}
"""All that the page allows."""


def defects(document: Any) -> list[str]:
    """Return what the documented format does not allow: each property is required, and none besides."""
    if not isinstance(document, list):
        return ["not an array"]
    found = [defect for entry in document for defect in entry_defects(entry)]
    prints = [entry.get("fingerprint") for entry in document if isinstance(entry, dict)]
    return found + (["a fingerprint is not unique"] if len(set(prints)) < len(prints) else [])


def entry_defects(entry: Any) -> list[str]:
    if not isinstance(entry, dict) or set(entry) != {
        "description",
        "check_name",
        "fingerprint",
        "severity",
        "location",
    }:
        return ["the properties of an entry"]
    found = [f"{name} is no text" for name in ("description", "check_name", "fingerprint") if not is_text(entry[name])]
    if entry["severity"] not in SEVERITIES:
        found.append("severity")
    return found + location_defects(entry["location"])


def location_defects(location: Any) -> list[str]:
    if not isinstance(location, dict) or set(location) != {"path", "lines"}:
        return ["the properties of a location"]
    path, lines = location["path"], location["lines"]
    found = []
    if not is_text(path) or path.startswith(("/", "./")):
        found.append("a path is relative to the repository and does not begin with ./")
    if not isinstance(lines, dict) or set(lines) != {"begin"} or type(lines["begin"]) is not int or lines["begin"] < 1:
        found.append("lines.begin")
    return found


def is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def entries(result: CheckResult) -> Any:
    """Render, hold it against the documented format, and return the entries."""
    document = json.loads(render(result, locate, statements()))
    assert defects(document) == []
    return document


@pytest.mark.parametrize(
    "change",
    [
        {"severity": "error"},
        {"description": ""},
        {"fingerprint": None},
        {"other": 1},
        {"location": {"path": "./x", "lines": {"begin": 1}}},
        {"location": {"path": "/x", "lines": {"begin": 1}}},
        {"location": {"path": "x", "lines": {"begin": "1"}}},
        {"location": {"path": "x", "lines": {"begin": 0}}},
        {"location": {"path": "x"}},
    ],
)
def test_the_checker_refuses_what_is_not_documented(change: dict[str, Any]) -> None:
    (entry,) = entries(make_check_result(make_finding()))
    assert defects([entry | change])


def test_the_checker_refuses_equal_fingerprints_and_other_documents() -> None:
    (entry,) = entries(make_check_result(make_finding()))
    assert defects([entry, entry]) == ["a fingerprint is not unique"]
    assert defects({}) == ["not an array"]


def test_without_findings_it_is_an_empty_array() -> None:
    assert render(make_check_result(), locate, statements()) == "[]\n"


def test_an_entry_says_what_where_and_what_to_do() -> None:
    (entry,) = entries(make_check_result(make_finding(place="wolf/wolf.py")))
    assert entry["check_name"] == "AT002"
    assert entry["description"] == (
        f"AT002 {TARGET} wolf: the attestation does not hold [wolf/wolf.py]. Remedy: Lock another version"
    )
    assert entry["location"] == {"path": f"requirements/{TARGET}.txt", "lines": {"begin": 7}}


@pytest.mark.parametrize(
    ("severity", "gates", "shown"),
    [
        ("error", True, "critical"),
        ("error", False, "major"),
        ("warning", True, "minor"),
        ("warning", False, "minor"),
        ("info", True, "info"),
        ("info", False, "info"),
    ],
)
def test_only_what_fails_the_check_is_critical(severity: Severity, gates: bool, shown: str) -> None:
    (entry,) = entries(make_check_result(make_finding(severity=severity), gates=gates))
    assert entry["severity"] == shown
    assert ("does not gate" in entry["description"]) is not gates


@pytest.mark.parametrize("severity", ["error", "warning", "info"])
def test_a_waived_finding_is_information_that_names_its_waiver(severity: Severity) -> None:
    (entry,) = entries(make_check_result(make_finding(severity=severity, waived=make_waived())))
    assert entry["severity"] == "info"
    for told in ("waived until 2026-12-31", "security-review", "SEC-1", "certified for this version only"):
        assert told in entry["description"]


def test_the_worst_come_first_and_waived_ones_last() -> None:
    found = entries(
        make_check_result(
            make_finding("AR005", waived=make_waived()),
            make_finding("AR004", "info"),
            make_finding("AR003", "warning"),
            make_finding("AR001"),
            project_findings=(make_finding("AR002", target=""),),
        )
    )
    assert [each["check_name"] for each in found] == ["AR001", "AR002", "AR003", "AR004", "AR005"]


def test_a_fingerprint_stays_when_line_and_wording_change() -> None:
    (before,) = entries(make_check_result(make_finding()))
    changed = make_check_result(make_finding(message="other words", remedy="Do this."))
    (after,) = json.loads(render(changed, lambda _: Location(path="elsewhere.txt", line=99), statements()))
    assert after["fingerprint"] == before["fingerprint"]
    assert after["location"] == {"path": "elsewhere.txt", "lines": {"begin": 99}}


@pytest.mark.parametrize(
    "other",
    [
        make_finding("AT001"),
        make_finding(target="cp312-linux-x86_64"),
        make_finding(subject="sheep"),
        make_finding(place="elsewhere"),
        make_finding(),
    ],
)
def test_two_findings_never_share_a_fingerprint(other: Finding) -> None:
    assert len(entries(make_check_result(make_finding(), other))) == 2


@given(st.lists(st.text(st.characters(), max_size=20), min_size=1, max_size=4))
def test_foreign_text_never_breaks_the_report(texts: list[str]) -> None:
    findings = [make_finding(subject=text, message=text, place=text, remedy=text) for text in texts]
    found = entries(make_check_result(*findings))
    assert len(found) == len(texts)
    assert all("\n" not in each["description"] for each in found)
