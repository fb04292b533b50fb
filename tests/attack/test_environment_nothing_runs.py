"""Code that was planted to run as soon as somebody looks: verifying an environment starts none of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from support.environments import PYTHON, Workshop, demo_wheels, problems, uv_venv, verified
from support.own_interpreter import own_target

MINOR = own_target().interpreter.minor
SITE = f"lib/python{MINOR}/site-packages"


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    uv_venv(Workshop(tmp_path / "shop", demo_wheels()), tmp_path / "venv")
    return tmp_path / "venv"


@pytest.mark.parametrize(
    "path",
    [
        f"{SITE}/sitecustomize.py",
        f"{SITE}/usercustomize.py",
        f"{SITE}/encodings/evil.py",
        f"{SITE}/importlib/util.py",
        f"{SITE}/struct.py",
        f"{SITE}/demo/__init__.py",
    ],
)
def test_planted_modules_are_not_imported(venv: Path, tmp_path: Path, path: str) -> None:
    evil = f"open({str(tmp_path / 'ran')!r}, 'w')\n"
    (venv / path).parent.mkdir(exist_ok=True)
    (venv / path).write_text(evil)
    (venv / SITE / "evil.pth").write_text(f"import os; {evil}")
    (venv / SITE / "demo" / "cli.py").write_text(f"# -*- coding: evil -*-\n{evil}")
    assert verified(venv).status == "different"
    assert not (tmp_path / "ran").exists()


def test_an_interpreter_inside_the_environment_is_not_started(venv: Path, tmp_path: Path) -> None:
    for name in ("python", "python3", f"python{MINOR}"):
        (venv / "bin" / name).unlink()
        (venv / "bin" / name).write_text(f"#!/bin/sh\ntouch {tmp_path / 'ran'}\n")
        (venv / "bin" / name).chmod(0o755)
    found = verified(venv)
    assert {each.path for each in found.differences if each.kind == "interpreter"} == {
        "bin/python",
        "bin/python3",
        f"bin/python{MINOR}",
    }
    assert not (tmp_path / "ran").exists()


def test_a_configuration_that_names_another_home_leads_nowhere(venv: Path, tmp_path: Path) -> None:
    library = tmp_path / "evil" / "lib" / f"python{MINOR}"
    library.mkdir(parents=True)
    (library / "os.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    text = (venv / "pyvenv.cfg").read_text()
    kept = [line for line in text.splitlines() if not line.startswith("home")]
    (venv / "pyvenv.cfg").write_text("\n".join([f"home = {tmp_path / 'evil' / 'bin'}", *kept]))
    assert ("interpreter", "pyvenv.cfg") in [(each.kind, each.path) for each in verified(venv).differences]
    assert not (tmp_path / "ran").exists()


def test_a_prompt_is_no_option_for_the_program_that_makes_environments(venv: Path) -> None:
    with (venv / "pyvenv.cfg").open("a") as stream:
        stream.write("prompt = --clear\n")
    assert {each.path for each in verified(venv).differences} >= {"bin/activate"}


@pytest.mark.parametrize("prompt", ["$(evil)", "`evil`", '"; evil; "', "'\\''; evil"])
def test_a_prompt_that_a_shell_would_run_is_found_out(venv: Path, prompt: str) -> None:
    for name in ("pyvenv.cfg", "bin/activate"):
        with (venv / name).open("a") as stream:
            stream.write(f"prompt = {prompt}\n")
    assert {"pyvenv.cfg", "bin/activate"} <= {each.path for each in verified(venv).differences}


@pytest.mark.parametrize("end", ["\x0b", "\x0c", "\x85", "\u2028", "\r"])
def test_a_line_that_only_some_readers_see_is_found_out(venv: Path, end: str) -> None:
    place = venv / "pyvenv.cfg"
    lines = [line for line in place.read_text().splitlines() if not line.startswith("include-system")]
    text = "\n".join([*lines, f"prompt = x{end}include-system-site-packages = false"])
    place.write_text(text, encoding="utf-8", newline="")
    assert ("configuration", "pyvenv.cfg") in problems(venv)


def test_a_home_whose_interpreter_is_a_link_to_the_locked_one_is_found_out(venv: Path, tmp_path: Path) -> None:
    home = tmp_path / "evil" / "bin"
    home.mkdir(parents=True)
    (home / f"python{MINOR}").symlink_to(PYTHON)  # its library would be looked for in ../lib
    text = (venv / "pyvenv.cfg").read_text()
    (venv / "pyvenv.cfg").write_text(re.sub(r"(?m)^home = .*$", f"home = {home}", text))
    assert ("interpreter", "pyvenv.cfg") in problems(venv)
