"""What executed resolvers have in common: how they are run, and how their answers are read."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from uplock.errors import ToolError
from uplock.ports import Pin
from uplock.resolve.program import ANSWER, MAX_WORDS, explanation, parse_pins, read_answer, run


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


def test_a_program_gets_the_given_environment_and_no_input(tmp_path: Path) -> None:
    code = "import os, sys; print(sorted(os.environ), os.getcwd(), repr(sys.stdin.read()))"
    done = run([sys.executable, "-I", "-c", code], tmp_path, {"LC_ALL": "C"}, "python")
    assert done.stdout == f"['LC_ALL'] {tmp_path} ''\n"


def test_what_is_no_text_is_replaced(tmp_path: Path) -> None:
    code = "import sys; sys.stdout.buffer.write(b'a\\xffb')"
    assert run([sys.executable, "-c", code], tmp_path, {}, "python").stdout == "a\ufffdb"


def test_a_program_that_does_not_end_is_ended(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match=r"no answer within 0\.2 seconds") as raised:
        run([sys.executable, "-c", "import time; time.sleep(60)"], tmp_path, {}, "python", 0.2)
    assert raised.value.context == "python"
    assert raised.value.remedy


def test_a_program_that_is_not_there_is_a_tool_error(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="cannot be run") as raised:
        run([str(tmp_path / "nothing")], tmp_path, {}, "uv")
    assert raised.value.context == str(tmp_path / "nothing")


def test_an_explanation_is_one_line_of_bounded_length() -> None:
    assert explanation("a\n\n  b\tc", "http://127.0.0.1:1/simple/") == "a b c"
    assert len(explanation("word " * 9999, "http://127.0.0.1:1/")) == MAX_WORDS
    assert "127.0.0.1" not in explanation("see http://127.0.0.1:5/for/x/files/y.whl", "http://127.0.0.1:1/")
