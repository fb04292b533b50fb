"""How programs are run: with a given environment, no input and a limit of time."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from uplock.errors import ToolError
from uplock.host.program import run


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
