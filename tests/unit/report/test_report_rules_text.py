"""Pages of what can be found: whole words in lines that fit, on a terminal and in the document."""

from __future__ import annotations

from uplock.policy.rule import Statement
from uplock.report.rules_text import markdown, pages_text, rules_text

LONG = "word " * 60 + "https://index.example/" + "a" * 150

STATED = Statement(
    id="XX001",
    description="Something is wrong",
    severity="info",
    reach="nothing",
    why=f"The first\nparagraph: {LONG}.\n\nThe second.",
    example="two  spaces stay",
    remedy="Mend it.",
    waive="It cannot be waived.",
)


def bare(text: str, colour: str) -> str:
    return f"<{colour}>{text}</>"


def test_a_line_of_the_list_is_painted_and_still_in_columns() -> None:
    assert rules_text([STATED], bare) == "XX001  <cyan>info</>     Something is wrong\n"


def test_a_page_on_a_terminal_keeps_paragraphs_and_breaks_no_word() -> None:
    page = pages_text([STATED, STATED], bare)
    assert page.startswith(
        "XX001: Something is wrong\n<cyan>info</> by default · cannot be waived\n\nWhy\n  The first paragraph: "
    )
    assert f"  https://index.example/{'a' * 150}.\n\n  The second.\n\nExample\n  two  spaces stay\n" in page
    assert page.count("XX001: Something is wrong\n") == 2
    assert page.endswith("\nWaive\n  It cannot be waived.\n")


def test_a_section_of_the_document_keeps_paragraphs_and_shows_the_example_as_code() -> None:
    section = markdown([STATED])
    assert section.startswith(
        "## XX001: Something is wrong\n\nDefault severity: `info` · cannot be waived\n\n**Why.** The first paragraph: "
    )
    assert "\n\nThe second.\n\n**Example.** `two  spaces stay`\n\n**Remedy.** Mend it.\n\n" in section
    assert section.endswith("\n**Waive.** It cannot be waived.\n")
