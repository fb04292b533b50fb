"""Plans of real projects against the real index, and every one of their changes taken back by other means."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from support.interpreters import find_python
from uplock.resolve.uv import find_uv

pytestmark = [pytest.mark.network, pytest.mark.enable_socket]

PROJECTS = Path(__file__).resolve().parents[2] / "fixtures" / "projects"
CUT_OFF = "2026-11-20"
INSTALLED = {"3.12": "3.12.1", "3.13": "3.13.0"}
PLANS = [("eighteen", "3.12"), ("eighteen", "3.13"), ("webshop", "3.12"), ("webshop", "3.13")]

IMPORT_ALL = """
import importlib, importlib.metadata, importlib.util, json
failed = {}
for name in sorted(importlib.metadata.packages_distributions()):
    # Old top_level.txt files name modules that the wheel has deeper down, or not at all.
    if name.isidentifier() and name not in {"pip", "setup"} and importlib.util.find_spec(name) is not None:
        try:
            importlib.import_module(name)
        except BaseException as error:
            failed[name] = f"{type(error).__name__}: {error}"
print(json.dumps(failed))
"""


@dataclass
class Place:
    """A project with a plan, and the real interpreter of its target."""

    folder: Path
    python: Path
    plan: dict[str, Any]

    @property
    def target(self) -> str:
        return str(self.plan["to"]["target"])

    @cached_property
    def pins(self) -> dict[str, str]:
        return {each["name"]: each["version"] for each in self.plan["ladder"]}

    @property
    def requirements(self) -> Path:
        return self.folder / "locks" / "uplift" / f"requirements.{self.target}.txt"

    def environment(self, place: Path, pins: dict[str, str]) -> Path:
        """Make an environment with exactly these versions, from wheels, whatever they ask of one another."""
        uv("venv", "--quiet", "--python", self.python, place)
        python = place / "bin" / "python"
        lines = [f"{name}=={version}" for name, version in pins.items()]
        cut_off = ("--exclude-newer", CUT_OFF)
        uv("pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:", *cut_off, "--python", python, *lines)
        return python


def uv(*arguments: str | Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [find_uv(), *map(str, arguments)], capture_output=True, text=True, check=False, env={**os.environ}
    )
    assert not check or done.returncode == 0, done.stderr
    return done


def planned(folder: Path, name: str, minor: str) -> tuple[Path, subprocess.CompletedProcess[str]]:
    ignored = shutil.ignore_patterns("locks", "sboms", "verdicts", ".uplock")
    project = Path(shutil.copytree(PROJECTS / name, folder / name, ignore=ignored))
    command = ("uplift", "plan", project, "--to", minor, "--exclude-newer", CUT_OFF, "--json")
    done = subprocess.run(
        [sys.executable, "-m", "uplock", *map(str, command)], capture_output=True, text=True, check=False
    )
    return project, done


@pytest.fixture(scope="module", params=PLANS, ids=lambda param: f"{param[0]}-{param[1]}")
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Place:
    name, minor = request.param
    python = find_python(minor)
    if python is None or find_python("3.9") is None:
        pytest.skip(f"CPython 3.9 and {minor} are needed")
    project, done = planned(tmp_path_factory.mktemp(f"{name}-{minor}"), name, minor)
    assert done.returncode == 0, done.stdout + done.stderr
    return Place(folder=project, python=python, plan=json.loads(done.stdout))


def test_the_move_is_small_and_what_came_after_the_imports_names_one(place: Place) -> None:
    counts = place.plan["counts"]
    assert counts["before_imports"] <= 18
    late = [each for each in place.plan["changes"] if "L3" in {why["level"] for why in each["why"]}]
    assert len(place.plan["changes"]) - counts["before_imports"] <= len(late)
    for each in late:
        assert any("import " in why["evidence"] for why in each["why"] if why["level"] == "L3"), each


def test_the_proposed_lock_installs_from_wheels_and_all_of_it_imports(place: Place, tmp_path: Path) -> None:
    subprocess.run([place.python, "-m", "venv", tmp_path / "venv"], check=True)
    python = tmp_path / "venv" / "bin" / "python"
    options = ("--quiet", "--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", place.requirements)
    subprocess.run([python, "-m", "pip", "install", *options], check=True)
    done = subprocess.run([python, "-B", "-c", IMPORT_ALL], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert json.loads(done.stdout.splitlines()[-1]) == {}


def test_no_change_can_be_taken_back(place: Place, tmp_path: Path) -> None:
    """Each change alone, with the rest of the plan as it is: it fails at the first level that it claims."""
    for change in place.plan["changes"]:
        level = change["why"][0]["level"]
        pins = {**place.pins, change["name"]: change["from"]}
        if level in {"index", "L0", "L1"}:
            assert not installs(place, change["name"], change["from"]), change
        elif level == "requires":
            assert not resolves(place, pins, tmp_path), change
        else:
            module = next(why for why in change["why"] if why["level"] == "L3")["evidence"].split()[1]
            python = place.environment(tmp_path / change["name"], pins)
            code = f"import {module}"
            done = subprocess.run([python, "-B", "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path)
            assert done.returncode != 0, change


def installs(place: Place, name: str, version: str) -> bool:
    """Whether uv would take a wheel of this version, alone, on the real interpreter."""
    done = uv(
        *("pip", "install", "--dry-run", "--no-deps", "--only-binary", ":all:", "--python", place.python),
        *("--break-system-packages", "--exclude-newer", CUT_OFF, "--reinstall", f"{name}=={version}"),
        check=False,
    )
    return done.returncode == 0


def resolves(place: Place, pins: dict[str, str], folder: Path) -> bool:
    """Whether uv finds an answer for what the project asks for with exactly these versions."""
    constraints = folder / "constraints.txt"
    constraints.write_text("".join(f"{name}=={version}\n" for name, version in pins.items()))
    groups = ("--all-extras", "--group", f"{place.folder / 'pyproject.toml'}:ops")
    options = groups if place.folder.name == "webshop" else ()
    done = uv(
        *("pip", "compile", "--quiet", place.folder / "pyproject.toml", *options, "--constraints", constraints),
        *("--python", place.python, "--only-binary", ":all:", "--exclude-newer", CUT_OFF),
        check=False,
    )
    return done.returncode == 0


@pytest.mark.parametrize(("name", "minor"), [("eighteen", "3.12"), ("webshop", "3.13")])
def test_two_plans_have_the_same_bytes(name: str, minor: str, tmp_path: Path) -> None:
    texts = []
    for number in range(2):
        project, done = planned(tmp_path / str(number), name, minor)
        assert done.returncode == 0, done.stderr
        folder = project / "locks" / "uplift"
        texts.append({path.name: path.read_bytes() for path in sorted(folder.iterdir())} | {"": done.stdout.encode()})
    assert texts[0] == texts[1]
