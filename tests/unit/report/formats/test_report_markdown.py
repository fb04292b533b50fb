"""Markdown, read by ``markdown-it-py`` with the tables, autolinks and HTML of GitHub's flavour."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from support.format_answers import (
    HOSTILE,
    LEAVING,
    SEC_1,
    TARGET,
    hostile_result,
    locate,
    make_finding,
    make_result,
    make_target_result,
)
from uplock.model.outcome import CheckResult
from uplock.model.verify_outcome import AttestationCounts
from uplock.policy.registry import statements
from uplock.report.formats import markdown
from uplock.report.formats.markdown import MAX_COMMENT, code, prose

if TYPE_CHECKING:
    from markdown_it.token import Token

OURS = {"<details>", "</details>", "<summary>"}


def render(result: CheckResult) -> str:
    text = markdown.render(result, locate, statements())
    assert len(text) <= MAX_COMMENT
    return text


def parse(text: str) -> list[Token]:
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(text)


def tables(text: str) -> list[list[list[str]]]:
    """Return every table as rows of cells as people see them."""
    found: list[list[list[str]]] = []
    for token in parse(text):
        match token.type:
            case "table_open":
                found.append([])
            case "tr_open":
                found[-1].append([])
            case "inline" if found and token.level > 2:
                found[-1][-1].append("".join(each.content for each in token.children or ()))
    return found


def parts(text: str) -> list[tuple[str, str]]:
    """Return everything that is in a line, by its kind."""
    return [(each.type, each.content) for token in parse(text) for each in token.children or ()]


def test_it_says_what_for_when_and_how() -> None:
    result = make_result(make_target_result())
    text = render(result)
    assert text.startswith(
        f"## uplock check: `shop`\n\nAs of 2026-11-23, generation `{result.generation[:12]}`: **pass**\n"
    )
    ((_, row),) = tables(text)
    assert row == [
        TARGET,
        "CPython 3.13.18",
        "linux-x86_64",
        "2029-10-31",
        "12, 3 with native code",
        "none",
        "yes",
        "pass: why it is so",
    ]


def test_attestations_are_counted_in_words() -> None:
    counts = AttestationCounts(not_attested=2, invalid=1)
    ((_, row),) = tables(render(make_result(make_target_result(attestations=counts))))
    assert row[5] == "2 not attested, 1 invalid"


def test_findings_are_rows_worst_first() -> None:
    text = render(
        make_result(
            make_target_result(make_finding("LK001", severity="warning"), make_finding("XX999", place="x.provenance")),
            make_target_result(make_finding(target=LEAVING), target=LEAVING, gates=False),
            findings=[make_finding("WV001", target="", subject="some-waiver")],
        )
    )
    assert "### Findings" in text
    _, (_, *rows) = tables(text)
    assert [row[:4] for row in rows] == [
        ["error", "XX999", TARGET, "demo-1.0-py3-none-any.whl"],
        ["error", f"WV001: {statements()['WV001'].description}", "project", "some-waiver"],
        ["warning", f"LK001: {statements()['LK001'].description}", TARGET, "demo-1.0-py3-none-any.whl"],
        ["error, does not gate", "AT002: An attestation does not hold", LEAVING, "demo-1.0-py3-none-any.whl"],
    ]
    assert rows[0][4:] == ["the attestation of demo does not hold [x.provenance]", "Do not install the file."]


def test_waived_findings_have_a_part_of_their_own() -> None:
    text = render(make_result(make_target_result(make_finding(waived=SEC_1))))
    assert "### Findings" not in text
    assert ": **waived until 2026-12-31**\n" in text
    assert "0 errors, 0 warnings, 0 notes, 1 waived." in text
    _, (_, row) = tables(text)
    assert row[:6] == [
        "waived until 2026-12-31",
        "security-review",
        "SEC-1",
        "the publisher mends its workflow in the next release",
        "error",
        "AT002: An attestation does not hold",
    ]


def test_notes_fold_away() -> None:
    text = render(make_result(make_target_result(make_finding(severity="info"))))
    assert "<details>\n<summary>1 note</summary>\n\n| Severity" in text
    assert len(tables(text)) == 2
    assert text.endswith("\n\n</details>\n")


def test_a_comment_is_never_too_long_and_says_what_it_leaves_out() -> None:
    many = [make_finding(subject=f"{number}", message="m" * 1500) for number in range(400)]
    excused = [make_finding(subject=f"w{number}", message="m" * 1500, waived=SEC_1) for number in range(400)]
    notes = [make_finding(subject=f"i{number}", severity="info", message="m" * 1500) for number in range(400)]
    targets = [make_target_result(target=f"t{number}", why="w" * 3000) for number in range(50)]
    text = render(make_result(make_target_result(*many, *excused, *notes), *targets))
    assert len(text) > MAX_COMMENT * 0.8
    shown = [len(rows) - 1 for rows in tables(text)]
    left_out = [int(line.split()[0]) for line in text.splitlines() if "more not shown here" in line]
    assert [here + there for here, there in zip(shown, left_out, strict=True)] == [51, 400, 400, 400]
    assert all(shown)


def test_room_that_one_part_leaves_goes_to_the_next() -> None:
    many = [make_finding(subject=f"{number}", message="m" * 300) for number in range(60)]
    text = render(make_result(make_target_result(*many)))
    assert "more not shown" not in text


def test_the_longest_fields_still_fit() -> None:
    text = "`" * 10_000
    made = render(hostile_result(text))
    assert "more not shown here" in made


def test_code_keeps_backticks_and_pipes_apart() -> None:
    assert code("a`b|c") == "`a\\x60b\\x7cc`"
    assert code("  ") == "none"
    assert code("") == "none"


def test_prose_is_no_markup() -> None:
    text = "a | b `c` <d> [e](f) *g* _h_ \\ ~~i~~ ![j](k) &amp; # l"
    ((_, row),) = tables(f"| a |\n| - |\n| {prose(text)} |\n")
    assert row == [text]
    assert {kind for kind, _ in parts(prose(text))} <= {"text", "text_special"}


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_in_code(text: str) -> None:
    only_code(text)


@settings(max_examples=50)
@given(st.text(st.sampled_from("`|\\ \n\r\t<>!-[]()*_~#@:&;a0✅x") | st.characters()))
def test_any_text_stays_in_code(text: str) -> None:
    only_code(text)


def only_code(text: str) -> None:
    """Everything but code spans is the same, whatever foreign text there is."""
    made, plain = render(hostile_result(text)), render(hostile_result("x"))
    assert [len(rows) for rows in tables(made)] == [len(rows) for rows in tables(plain)] == [3, 5, 4, 2]
    assert {token.content.strip().split("\n")[0] for token in parse(made) if token.type == "html_block"} <= OURS
    if text.strip():
        assert outside_code(made) == outside_code(plain)


def outside_code(text: str) -> list[tuple[str, str]]:
    return [(kind, "" if kind == "code_inline" else content) for kind, content in parts(text)]
