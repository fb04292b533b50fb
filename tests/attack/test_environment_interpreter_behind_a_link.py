"""Links to the real interpreter, put where it finds another library or other packages: Python goes by names."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from support.environments import PYTHON, Workshop, pip_target, problems, uv_relocatable
from support.own_interpreter import own_target
from support.wheels import build_wheel

MINOR = own_target().interpreter.minor
WHEELS = [
    build_wheel("demo", "1.0", files={"demo-1.0.dist-info/entry_points.txt": b"[console_scripts]\ndemo = demo:main\n"})
]


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    uv_relocatable(Workshop(tmp_path / "shop", WHEELS), tmp_path / "venv")
    return tmp_path / "venv"


def with_home(venv: Path, home: str) -> None:
    place = venv / "pyvenv.cfg"
    kept = [line for line in place.read_text().splitlines() if not line.startswith("home ")]
    place.write_text("\n".join([f"home = {home}", *kept, ""]))


def test_a_home_that_is_a_link_beside_another_library_is_noticed(venv: Path, tmp_path: Path) -> None:
    library = tmp_path / "evil" / "lib"
    library.mkdir(parents=True)
    (library / f"python{MINOR}").symlink_to(PYTHON.parent.parent / "lib" / f"python{MINOR}")
    (tmp_path / "evil" / "bin").symlink_to(PYTHON.parent)
    with_home(venv, str(tmp_path / "evil" / "bin"))
    asked = [str(venv / "bin" / "python"), "-I", "-S", "-c", "import sys; print(sys.base_prefix)"]
    said = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    assert said == str(tmp_path / "evil"), "Python would take its library from there"
    assert problems(venv, WHEELS) == [("interpreter", "pyvenv.cfg")]


def test_a_home_below_a_link_to_the_whole_interpreter_is_the_interpreters(venv: Path, tmp_path: Path) -> None:
    """As package managers and uv have it, whose names of minor versions are links."""
    (tmp_path / "current").symlink_to(PYTHON.parent.parent)
    with_home(venv, str(tmp_path / "current" / "bin"))
    assert problems(venv, WHEELS) == []


@pytest.mark.parametrize("form", ["{0}/", "{0}/../bin", "bin"])
def test_a_home_that_is_written_in_another_way_is_noticed(venv: Path, form: str) -> None:
    with_home(venv, form.format(PYTHON.parent))
    assert ("interpreter", "pyvenv.cfg") in problems(venv, WHEELS)


@pytest.mark.parametrize("configuration", ["pyvenv.cfg", "bin/pyvenv.cfg"])
def test_a_script_that_starts_the_interpreter_as_that_of_an_environment_is_noticed(
    tmp_path: Path, configuration: str
) -> None:
    pip_target(Workshop(tmp_path / "shop", WHEELS), tmp_path / "target")
    evil = tmp_path / "evil" / "bin"
    evil.mkdir(parents=True)
    (evil / "python3").symlink_to(PYTHON)
    script = tmp_path / "target" / "bin" / "demo"
    script.write_bytes(b"#!" + os.fsencode(evil / "python3") + b"\n" + script.read_bytes().partition(b"\n")[2])
    assert ("script", "bin/demo") not in problems(tmp_path / "target", WHEELS)
    (tmp_path / "evil" / configuration).write_text(f"home = {PYTHON.parent}\n")
    assert ("script", "bin/demo") in problems(tmp_path / "target", WHEELS)
