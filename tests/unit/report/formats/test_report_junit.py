"""JUnit: which case fails, which is skipped, and that readers take the file."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from junitparser import Error, Failure, JUnitXml, Skipped

from support.check_results import (
    GENERATION,
    TARGET,
    locate,
    make_check_result,
    make_finding,
    make_target_result,
    make_waived,
)
from uplock.model.finding import Finding
from uplock.model.outcome import CheckResult
from uplock.model.value import changed
from uplock.model.verify_outcome import AttestationCounts
from uplock.report.formats.junit import PROJECT, render


def parsed(result: CheckResult) -> ET.Element:
    return ET.fromstring(render(result, locate, {}))  # noqa: S314 - our own document


def cases(result: CheckResult) -> list[tuple[str, str, str, str]]:
    """Return suite, name, tag of the child or nothing, and its message, of every case."""
    found = []
    for suite in parsed(result):
        for case in suite.iter("testcase"):
            child = case[0] if len(case) else None
            tag, message = ("", "") if child is None else (child.tag, child.get("message", ""))
            found.append((suite.get("name", ""), case.get("name", ""), tag, message))
    return found


def verdict(result: CheckResult, suite: str = TARGET) -> tuple[str, str]:
    (found,) = [each for each in cases(result) if (each[0], each[1]) == (suite, "verdict")]
    _, _, tag, message = found
    return tag, message


def test_an_error_of_a_target_that_gates_fails_with_message_remedy_and_place_in_the_project() -> None:
    root = parsed(make_check_result(make_finding()))
    case = next(root.iter("testcase"))

    assert case.attrib == {
        "classname": TARGET,
        "name": "AT002 wolf",
        "file": f"requirements/{TARGET}.txt",
        "line": "7",
    }
    (failure,) = case
    assert (failure.tag, failure.get("type")) == ("failure", "AT002")
    assert failure.get("message") == "the attestation does not hold"
    assert failure.text == "the attestation does not hold\nRemedy: Lock another version."


@pytest.mark.parametrize(
    ("finding", "gates", "says"),
    [
        (make_finding(message="wrong", severity="warning"), True, "warning: wrong"),
        (make_finding(message="wrong", severity="info"), True, "info: wrong"),
        (make_finding(message="wrong"), False, "error of a target that does not gate: wrong"),
        (
            make_finding(message="wrong", waived=make_waived(reason="agreed")),
            True,
            "error, waived until 2026-12-31 by security-review (ticket SEC-1): agreed [waivers/sec-1.toml]: wrong",
        ),
    ],
)
def test_what_does_not_fail_is_skipped_and_says_why(finding: Finding, gates: bool, says: str) -> None:
    found = cases(make_check_result(finding, gates=gates))

    assert found[0] == (TARGET, "AT002 wolf", "skipped", says)


def test_only_a_verdict_without_any_excuse_is_a_case_without_a_child() -> None:
    assert verdict(make_check_result()) == ("", "")
    assert verdict(make_check_result(make_finding(severity="warning"))) == ("", "")


def test_a_verdict_that_fails_is_a_failure() -> None:
    assert verdict(make_check_result(make_finding())) == ("failure", "fail: made for a test")


def test_a_verdict_that_could_not_be_reached_is_an_error() -> None:
    result = make_check_result(status="undetermined")

    assert verdict(result) == ("error", "undetermined: made for a test")


def test_a_verdict_that_holds_by_waivers_alone_is_skipped_until_the_first_of_them_ends() -> None:
    result = make_check_result(
        make_finding(waived=make_waived()),
        make_finding(subject="fox", waived=make_waived(expires_at=date(2026, 12, 1))),
    )

    assert verdict(result) == ("skipped", "waived until 2026-12-01: made for a test")


def test_a_target_with_an_attestation_that_does_not_hold_has_no_good_case_even_if_policy_lets_it_through() -> None:
    target = changed(make_target_result(), attestations=AttestationCounts(verified=1, invalid=1))
    result = changed(make_check_result(), targets=(target,))

    assert verdict(result) == ("skipped", "invalid attestations: 1: made for a test")


@pytest.mark.parametrize(
    ("findings", "says"),
    [
        ((), "does not gate; no error found: made for a test"),
        ((make_finding(),), "does not gate; fail: made for a test"),
        (
            (make_finding(waived=make_waived()),),
            "does not gate; waived until 2026-12-31: made for a test",
        ),
    ],
)
def test_the_verdict_of_a_target_that_does_not_gate_is_skipped(findings: tuple[Finding, ...], says: str) -> None:
    other = make_target_result(target="cp314-linux-x86_64")

    assert verdict(make_check_result(*findings, gates=False, others=(other,))) == ("skipped", says)


def test_what_is_about_the_project_has_a_suite_of_its_own_and_fails() -> None:
    finding = make_finding("WV001", target="", subject="waivers/a.toml", message="the waiver has ended", package=None)
    found = cases(make_check_result(project_findings=(finding,)))

    assert found == [
        (TARGET, "verdict", "", ""),
        (PROJECT, "WV001 waivers/a.toml", "failure", "the waiver has ended"),
    ]


def test_a_result_that_no_target_decides_is_an_error_like_its_exit_code() -> None:
    assert verdict(make_check_result(gates=False), PROJECT) == ("error", "no target gates, so nothing is decided")


def test_cases_that_would_have_one_name_are_numbered() -> None:
    found = cases(make_check_result(make_finding(message="a"), make_finding(message="b"), make_finding(place="c")))

    assert [name for _, name, _, _ in found] == ["AT002 wolf", "AT002 wolf (2)", "AT002 wolf c", "verdict"]


def test_numbers_and_properties_are_right_at_every_level() -> None:
    other = make_target_result(target="cp314-linux-x86_64", status="undetermined")
    root = parsed(make_check_result(make_finding(), make_finding(severity="info"), others=(other,)))

    def numbers(element: ET.Element) -> list[str | None]:
        return [element.get(name) for name in ("tests", "failures", "errors", "skipped")]

    assert numbers(root) == ["4", "2", "1", "1"]
    assert [numbers(suite) for suite in root] == [["3", "2", "0", "1"], ["1", "0", "1", "0"]]
    properties = {each.get("name"): each.get("value") for each in root[0].iter("property")}
    assert properties == {"as-of": "2026-11-23", "generation": GENERATION}


def test_an_independent_reader_sees_the_same(tmp_path: Path) -> None:
    path = tmp_path / "uplock.xml"
    other = make_target_result(target="cp314-linux-x86_64", status="undetermined")
    result = make_check_result(make_finding(), make_finding(waived=make_waived()), others=(other,))
    path.write_text(render(result, locate, {}), encoding="utf-8")

    suites = list(JUnitXml.fromfile(str(path)))

    assert [suite.name for suite in suites] == [TARGET, "cp314-linux-x86_64"]
    assert [[type(each) for each in case.result] for suite in suites for case in suite] == [
        [Failure],
        [Skipped],
        [Failure],
        [Error],
    ]


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_whatever_gives_a_file_that_readers_take_and_that_says_nothing_more(text: str) -> None:
    finding = make_finding(subject=text, message=text, remedy=text, place=text, waived=make_waived(reason=text))
    root = ET.fromstring(  # noqa: S314 - our own document
        render(make_check_result(finding), locate, {}).encode("utf-8")
    )

    assert [each.tag for each in root.iter()] == [
        "testsuites",
        "testsuite",
        "properties",
        "property",
        "property",
        "testcase",
        "skipped",
        "testcase",
        "skipped",
    ]


def test_what_xml_has_no_place_for_is_replaced_and_markup_is_escaped() -> None:
    text = render(make_check_result(make_finding(message='a\x00b\ufffe<failure/>&"\u202e✅')), locate, {})

    assert "a\ufffdb\ufffd&lt;failure/&gt;&amp;&quot;\\u202e\\u2705" in text
