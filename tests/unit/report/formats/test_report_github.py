"""GitHub annotations: what a runner reads from each line, by its documented escapes, and nothing besides."""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.check_results import TARGET, locate, make_check_result, make_finding, make_waived
from uplock.model.finding import Severity, Status
from uplock.model.outcome import CheckResult
from uplock.model.policy_outcome import Location
from uplock.policy.registry import statements
from uplock.report.formats.github import MAX_TITLE, command, render


class Command(NamedTuple):
    """A workflow command as a runner reads it."""

    name: str
    properties: dict[str, str]
    message: str


def parsed(line: str) -> Command:
    """Read a line as a runner does: the name, properties up to the next ``::``, and the message, unescaped."""
    head, separator, message = line.removeprefix("::").partition("::")
    assert line.startswith("::")
    assert separator
    name, _, told = head.partition(" ")
    pairs = [each.split("=", 1) for each in told.split(",")] if told else []
    properties = {key: unescaped(value, {"%3A": ":", "%2C": ","}) for key, value in pairs}
    return Command(name, properties, unescaped(message, {}))


def unescaped(text: str, more: dict[str, str]) -> str:
    escapes = {"%25": "%", "%0D": "\r", "%0A": "\n", **more}
    return re.sub("%[0-9A-F]{2}", lambda found: escapes[found.group()], text)


def commands(result: CheckResult) -> list[Command]:
    """Render, and read every line; runners end lines at CR too."""
    return [parsed(line) for line in re.split(r"\r\n|\r|\n", render(result, locate, statements()).removesuffix("\n"))]


def test_a_clean_answer_is_one_notice_without_marks() -> None:
    (whole,) = commands(make_check_result())
    assert whole.name == "notice"
    assert whole.properties == {"title": "uplock check"}
    assert "shop as of 2026-11-23" in whole.message
    assert whole.message.isascii()


@pytest.mark.parametrize(("status", "name"), [("pass", "notice"), ("fail", "error"), ("undetermined", "error")])
def test_the_first_line_says_how_the_whole_came_out(status: Status, name: str) -> None:
    (whole,) = commands(make_check_result(status=status))
    assert whole.name == name
    assert status in whole.message


def test_a_pass_by_waivers_says_until_when() -> None:
    whole, _ = commands(make_check_result(make_finding(waived=make_waived())))
    assert whole.name == "notice"
    assert "waived until 2026-12-31" in whole.message
    assert "pass" not in whole.message
    assert "1 waived" in whole.message


def test_an_annotation_says_where_what_and_what_to_do() -> None:
    _, annotation = commands(make_check_result(make_finding(place="wolf/wolf.py")))
    assert annotation.name == "error"
    title = f"AT002: {statements()['AT002'].description}"
    assert annotation.properties == {"file": f"requirements/{TARGET}.txt", "line": "7", "title": title}
    assert annotation.message == (
        f"AT002 {TARGET} wolf: the attestation does not hold [wolf/wolf.py]\nRemedy: Lock another version."
    )


def test_a_finding_of_an_unknown_rule_is_titled_by_its_id() -> None:
    _, annotation = commands(make_check_result(make_finding("XX999")))
    assert annotation.properties["title"] == "XX999"


def test_a_title_is_no_longer_than_a_service_takes() -> None:
    _, annotation = commands(make_check_result(make_finding("X" * 400)))
    assert len(annotation.properties["title"]) == MAX_TITLE


@pytest.mark.parametrize(
    ("severity", "gates", "name"),
    [
        ("error", True, "error"),
        ("error", False, "warning"),
        ("warning", True, "warning"),
        ("warning", False, "warning"),
        ("info", True, "notice"),
        ("info", False, "notice"),
    ],
)
def test_an_error_is_annotated_as_one_only_if_it_gates(severity: Severity, gates: bool, name: str) -> None:
    _, annotation = commands(make_check_result(make_finding(severity=severity), gates=gates))
    assert annotation.name == name
    assert ("does not gate" in annotation.message) is not gates


def test_a_waived_error_is_a_notice_that_names_its_waiver() -> None:
    _, annotation = commands(make_check_result(make_finding(waived=make_waived())))
    assert annotation.name == "notice"
    for told in ("waived until 2026-12-31", "security-review", "SEC-1", "certified for this version only"):
        assert told in annotation.message


def test_the_worst_come_first_and_waived_ones_last() -> None:
    _, *found = commands(
        make_check_result(
            make_finding("AR005", waived=make_waived()),
            make_finding("AR004", "info"),
            make_finding("AR003", "warning"),
            make_finding("AR001"),
            project_findings=(make_finding("AR002", target=""),),
        )
    )
    assert [each.message[:5] for each in found] == ["AR001", "AR002", "AR003", "AR004", "AR005"]


def test_the_first_line_counts_what_a_service_may_not_show() -> None:
    findings = [make_finding(subject=f"e{number}") for number in range(12)]
    whole, *found = commands(make_check_result(*findings, make_finding(severity="warning")))
    assert "12 errors, 1 warning, 0 notes" in whole.message
    assert len(found) == 13


@pytest.mark.parametrize(
    ("text", "message", "value"),
    [
        ("100%", "100%25", "100%25"),
        ("%0A", "%250A", "%250A"),
        ("a\r\nb", "a%0D%0Ab", "a%0D%0Ab"),
        ("a:b,c", "a:b,c", "a%3Ab%2Cc"),
    ],
)
def test_escapes_are_those_that_are_documented(text: str, message: str, value: str) -> None:
    assert command("error", {"title": text}, text) == f"::error title={value}::{message}"


@given(st.text(st.characters()), st.text(st.characters()))
def test_a_runner_reads_back_what_was_written(title: str, message: str) -> None:
    line = command("warning", {"title": title, "line": "1"}, message)
    assert "\n" not in line
    assert "\r" not in line
    assert parsed(line) == Command("warning", {"title": title, "line": "1"}, message)


ATTACKS = st.sampled_from(
    ["\n::error::x", "\r::stop-commands::x", "::add-mask::x", "\u2028::error::x", "%0A::error::x", "##[error]x", "\x85"]
)


@given(st.lists(ATTACKS | st.text(st.characters(), max_size=10), min_size=1, max_size=4).map("".join))
def test_foreign_text_cannot_start_a_command(text: str) -> None:
    finding = make_finding(
        rule=text,
        target=text,
        subject=text,
        message=text,
        place=text,
        remedy=text,
        waived=make_waived(reason=text, ticket=text, approved_by=(text,)),
    )
    answer = render(make_check_result(finding), lambda _: Location(path=text, line=1), statements())
    lines = answer.splitlines()  # at every character that anything takes for the end of a line
    assert [parsed(line).name for line in lines] == ["notice", "notice"]
    assert set(parsed(lines[1]).properties) == {"file", "line", "title"}
    assert answer.encode().decode() == answer
