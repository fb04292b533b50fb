"""The same wheels under the other interpreters of this machine: one content digest, whatever their pip and bytecode."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from support.environments import (
    Way,
    Workshop,
    content_of_bytes,
    demo_wheels,
    pip_target,
    pip_venv,
    uv_compiled,
    verified,
)
from support.interpreters import find_python
from support.own_interpreter import own_target
from uplock.content.digest import predict
from uplock.model.target import Interpreter
from uplock.model.value import changed

CASES: tuple[tuple[str, Way], ...] = (
    ("3.8", pip_target),
    ("3.8", uv_compiled),
    ("3.9", pip_target),
    ("3.10", pip_target),
    ("3.12", pip_target),
    ("3.13", pip_venv),
    ("3.13", uv_compiled),
    ("3.14", uv_compiled),
)


@pytest.mark.parametrize(("minor", "way"), CASES, ids=lambda value: getattr(value, "__name__", value))
def test_other_interpreters_compile_what_is_found_again(tmp_path: Path, minor: str, way: Way) -> None:
    found = find_python(minor)
    if found is None:
        pytest.skip(f"no CPython {minor} here")
    python = Path(os.path.realpath(found))
    shop = Workshop(tmp_path / "shop", demo_wheels(), python)
    way(shop, tmp_path / "made")
    here = own_target()
    target = changed(here, interpreter=Interpreter(version=f"{minor}.0"))
    result = verified(tmp_path / "made", python=python, target=target)
    assert result.differences == ()
    assert result.bytecode >= 8
    assert result.digest == predict([content_of_bytes(wheel) for wheel in demo_wheels()], here).digest


def test_bytecode_is_not_proved_by_an_interpreter_of_another_minor(tmp_path: Path) -> None:
    found = find_python("3.12" if own_target().interpreter.minor != "3.12" else "3.13")
    if found is None:
        pytest.skip("no other CPython here")
    shop = Workshop(tmp_path / "shop", demo_wheels())
    pip_target(shop, tmp_path / "made")
    result = verified(tmp_path / "made", python=Path(os.path.realpath(found)))
    details = {each.detail for each in result.differences if each.kind == "bytecode"}
    assert details == {"was made by another version of the interpreter"}
