"""What executed resolvers have in common: how they are run, and how their answers are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from uplock.errors import ToolError
from uplock.ports import Pin
from uplock.resolve.program import ANSWER, MAX_WORDS, explanation, parse_pins, read_answer


def test_names_and_versions_are_normalized_and_markers_and_extras_left_out() -> None:
    output = (
        'Zope_Demo[a,b]==1.00 ; python_version > "3.8"  # via -r requirements.in, Other.One[x,y]\n'
        "other-one===2.0-1 ; sys_platform == 'linux'\n"
        "\n"
        "# The following packages are considered to be unsafe in a requirements file:\n"
        "pip==9\n"
    )
    assert parse_pins(output, "pip-tools") == (
        Pin(name="other-one", version="2.0.post1"),
        Pin(name="pip", version="9"),
        Pin(name="zope-demo", version="1.0", needed_by=("other-one",), direct=True),
    )


def test_what_needs_itself_is_no_edge() -> None:
    assert parse_pins("till==1  # via shop, till, -c constraints.in", "uv") == (
        Pin(name="till", version="1", needed_by=("shop",)),
    )


@pytest.mark.parametrize(
    "line", ["till", "till>=1", "till==one", "till @ file:///till", "-e .", "--index-url x", "till==1 junk"]
)
def test_any_other_line_is_refused(line: str) -> None:
    with pytest.raises(ToolError, match="unexpected line") as raised:
        parse_pins(f"{line}\n", "pip-tools")
    assert raised.value.context == "pip-tools"


def test_no_answer_or_an_unreadable_one_is_a_tool_error(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="no answer"):
        read_answer(tmp_path, "uv")
    (tmp_path / ANSWER).write_bytes(b"\xff")
    with pytest.raises(ToolError, match="no answer"):
        read_answer(tmp_path, "uv")


def test_an_explanation_is_one_line_of_bounded_length() -> None:
    assert explanation("a\n\n  b\tc", "http://127.0.0.1:1/simple/") == "a b c"
    assert len(explanation("word " * 9999, "http://127.0.0.1:1/")) == MAX_WORDS
    assert "127.0.0.1" not in explanation("see http://127.0.0.1:5/for/x/files/y.whl", "http://127.0.0.1:1/")
