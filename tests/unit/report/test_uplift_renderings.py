"""A plan as text, as Markdown and as a page: all of it is there, and nothing foreign steers a reader."""

import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from support.uplift_plans import HOSTILE, blocked_plan, plan
from uplock.model.uplift import UpliftPlan
from uplock.model.value import changed
from uplock.report.uplift_markdown import MAX_ROWS, uplift_markdown
from uplock.report.uplift_page import uplift_page
from uplock.report.uplift_text import uplift_text


def text(value: UpliftPlan) -> str:
    return uplift_text(value, lambda words, _: words)


class Outline(HTMLParser):
    """Tags with their attributes, in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@pytest.mark.parametrize("render", [text, uplift_markdown, uplift_page], ids=["text", "markdown", "page"])
def test_everything_that_a_plan_says_is_there(render: object) -> None:
    assert callable(render)
    shown = re.sub(r"\\", "", render(blocked_plan()))
    for words in (
        *("breaks", "a-package-with-a-very-long-name-indeed", "entering", "gone", "openssl 3.0.9", "openssl 3.5.4"),
        *("distutils.core", "native/build.py:12", "python:3.12-slim", "Build it.", "capped", "glibc 2.28"),
    ):
        assert words in shown, words


@pytest.mark.parametrize("render", [text, uplift_markdown, uplift_page], ids=["text", "markdown", "page"])
def test_foreign_text_brings_no_control_characters(render: object) -> None:
    assert callable(render)
    for made in (render(plan(HOSTILE)), render(blocked_plan(HOSTILE))):
        assert not set("\x1b\u202e") & set(made)


def test_the_page_has_no_script_and_names_no_address() -> None:
    page = uplift_page(plan(HOSTILE))
    outline = Outline(page)
    assert not {"script", "link", "img", "iframe", "object", "form"} & {tag for tag, _ in outline.tags}
    assert not re.search(r"(?:src|href)=\"(?!#)", page)
    assert "<script>" not in page


def test_headings_descend_one_level_at_a_time_and_tables_say_what_they_are() -> None:
    outline = Outline(uplift_page(blocked_plan()))
    levels = [int(tag[1]) for tag, _ in outline.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))
    tags = [tag for tag, _ in outline.tags]
    assert tags.count("caption") == tags.count("table") > 3
    assert all(attributes.get("scope") in {"col", "row"} for tag, attributes in outline.tags if tag == "th")


def test_equal_plans_give_equal_bytes() -> None:
    assert uplift_page(plan()) == uplift_page(plan())
    assert uplift_markdown(plan()) == uplift_markdown(plan())


def test_a_long_table_of_a_pull_request_is_cut_and_says_so() -> None:
    (first, *_) = plan().changes
    made = uplift_markdown(changed(plan(), changes=(first,) * (MAX_ROWS + 5)))
    assert made.count("| breaks |") == MAX_ROWS
    assert "5 more rows are in the plan itself." in made


def test_marks_of_markdown_are_escaped() -> None:
    assert r"\<script\>" in uplift_markdown(plan(HOSTILE))


def test_the_text_ends_with_the_status() -> None:
    assert text(plan()).endswith("READY\n")
    assert text(blocked_plan()).endswith("BLOCKED\n")
