"""Environments with pip-tools: made of what is pinned, once, whole or not at all."""

from __future__ import annotations

import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from support.own_interpreter import unfetchable
from support.wheels import build_wheel
from uplock.errors import ArchiveError, IntegrityError, NetworkError, ToolError, UnaskableError
from uplock.host.interpreters import probe
from uplock.model.digest import Sha256, sha256_of
from uplock.model.host import HostPython
from uplock.model.value import changed
from uplock.resolve.environments import Environment, Environments
from uplock.resolve.toolset import Tool, tool_set, version_of
from uplock.resolve.uv import find_uv

COMPILE = {"piptools/__init__.py": b"", "piptools/scripts/__init__.py": b"", "piptools/scripts/compile.py": b""}


def other() -> HostPython:
    """Return an interpreter that is not the one of the tests: here the one that their environment was made of."""
    base = Path(os.path.realpath(sys.executable))
    found = probe(base, {})
    assert found is not None
    assert Path(found.path) != Path(sys.executable)
    return found


class Shelf:
    """Wheels by digest; ``fetched`` counts."""

    def __init__(self, folder: Path, *wheels: tuple[str, bytes]) -> None:
        self.fetched: list[str] = []
        self._folder = folder
        self._folder.mkdir()
        self.tools = []
        for filename, data in wheels:
            name, version = filename.split("-")[:2]
            digest = sha256_of(data)
            self.tools.append(Tool(name=name.replace("_", "-"), version=version, sha256=digest))
            (self._folder / digest).write_bytes(data)

    def fetch(self, name: str, version: str, sha256: Sha256) -> Path:
        self.fetched.append(f"{name} {version}")
        return self._folder / sha256

    def damage(self, name: str) -> None:
        (tool,) = [each for each in self.tools if each.name == name]
        (self._folder / tool.sha256).write_bytes(b"something else")

    def environments(self, folder: Path) -> Environments:
        return Environments(folder, self.fetch, find_uv(), lambda _: tuple(self.tools))


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "shelf", build_wheel("pip", "99.1"), build_wheel("pip-tools", "9.9", files=COMPILE))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_environment_that_uplock_runs_in_is_used_as_it_is(tmp_path: Path) -> None:
    python = probe(Path(sys.executable), {})
    assert python is not None
    found = Environments(tmp_path / "kept", unfetchable, find_uv()).get(python)
    assert found.python == sys.executable
    assert found.pip_tools
    assert not (tmp_path / "kept").exists()


def test_another_interpreter_gets_an_environment_of_what_is_pinned_and_keeps_it(tmp_path: Path, shelf: Shelf) -> None:
    made = shelf.environments(tmp_path / "kept").get(other())
    assert (made.pip_tools, made.pip) == ("9.9", "99.1")
    assert Path(made.python).is_relative_to(tmp_path / "kept")
    assert shelf.fetched == ["pip 99.1", "pip-tools 9.9"]
    assert len(names(tmp_path / "kept")) == 1
    assert shelf.environments(tmp_path / "kept").get(other()) == made
    assert len(shelf.fetched) == 2


def test_an_environment_is_named_by_all_that_it_consists_of(tmp_path: Path, shelf: Shelf) -> None:
    first = shelf.environments(tmp_path / "kept").get(other())
    shelf.tools[0] = Shelf(tmp_path / "more", build_wheel("pip", "99.2")).tools[0]
    shutil.copytree(tmp_path / "more", tmp_path / "shelf", dirs_exist_ok=True)
    second = shelf.environments(tmp_path / "kept").get(other())
    assert (first.pip, second.pip) == ("99.1", "99.2")
    assert len(names(tmp_path / "kept")) == 2


def test_a_wheel_that_is_not_the_pinned_one_is_refused_and_nothing_is_left(tmp_path: Path, shelf: Shelf) -> None:
    shelf.damage("pip-tools")
    with pytest.raises(IntegrityError, match="not the file that is pinned") as raised:
        shelf.environments(tmp_path / "kept").get(other())
    assert raised.value.context == "pip_tools-9.9-py3-none-any.whl"
    assert names(tmp_path / "kept") == []


def test_what_the_index_says_is_raised_as_it_is_and_nothing_is_left(tmp_path: Path, shelf: Shelf) -> None:
    def down(name: str, version: str, sha256: Sha256) -> Path:
        raise NetworkError("down", context=f"{name} {version} {sha256}")

    with pytest.raises(NetworkError):
        Environments(tmp_path / "kept", down, find_uv(), lambda _: tuple(shelf.tools)).get(other())
    assert names(tmp_path / "kept") == []


@pytest.mark.parametrize("damage", ["empty", "file", "half", "other tools"])
def test_an_environment_that_does_not_work_is_replaced(tmp_path: Path, shelf: Shelf, damage: str) -> None:
    kept = tmp_path / "kept"
    made = shelf.environments(kept).get(other())
    (place,) = kept.iterdir()
    match damage:
        case "empty":
            shutil.rmtree(place)
            place.mkdir()
        case "file":
            shutil.rmtree(place)
            place.write_text("")
        case "half":
            shutil.rmtree(next(place.glob("lib/python3*/site-packages/piptools")))
        case _:
            (info,) = place.glob("lib/python3*/site-packages/pip-99.1.dist-info")
            (info / "METADATA").write_text("Metadata-Version: 2.1\nName: pip\nVersion: 1\n")
    assert shelf.environments(kept).get(other()) == made
    assert len(shelf.fetched) == 4
    assert names(kept) == [place.name]


def test_what_a_killed_run_left_half_made_is_never_used(tmp_path: Path, shelf: Shelf) -> None:
    left = tmp_path / "kept" / ".making-x" / "environment"
    left.mkdir(parents=True, mode=0o700)
    made = shelf.environments(tmp_path / "kept").get(other())
    assert not Path(made.python).is_relative_to(left.parent)


def test_of_two_that_make_the_same_one_at_once_both_can_use_it(tmp_path: Path, shelf: Shelf) -> None:
    def get(_: int) -> Environment:
        return shelf.environments(tmp_path / "kept").get(other())

    with ThreadPoolExecutor(3) as pool:
        made = set(pool.map(get, range(3)))
    assert len(made) == 1
    assert len(names(tmp_path / "kept")) == 1


def test_a_folder_that_others_can_write_is_not_used(tmp_path: Path, shelf: Shelf) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept").chmod(0o777)
    with pytest.raises(ArchiveError, match="others can write"):
        shelf.environments(tmp_path / "kept").get(other())
    (tmp_path / "link").symlink_to(tmp_path / "shelf")
    with pytest.raises(ArchiveError):
        shelf.environments(tmp_path / "link").get(other())
    with pytest.raises(ArchiveError):
        shelf.environments(tmp_path / "shelf" / names(tmp_path / "shelf")[0] / "below").get(other())
    assert shelf.fetched == []


def test_tools_that_do_not_work_are_a_tool_error(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf", build_wheel("pip", "1"), build_wheel("pip-tools", "9.9"))
    with pytest.raises(ToolError, match="does not work") as raised:
        shelf.environments(tmp_path / "kept").get(other())
    assert raised.value.remedy


def test_an_interpreter_that_makes_no_environment_is_a_tool_error(tmp_path: Path, shelf: Shelf) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho no venv here >&2\nexit 1\n")
    broken.chmod(0o755)
    with pytest.raises(ToolError, match="no venv here") as raised:
        shelf.environments(tmp_path / "kept").get(changed(other(), path=str(broken)))
    assert raised.value.context == str(broken)
    assert names(tmp_path / "kept") == []


def test_a_file_that_cannot_be_read_is_an_archive_error(tmp_path: Path, shelf: Shelf) -> None:
    shutil.rmtree(tmp_path / "shelf")
    with pytest.raises(ArchiveError):
        shelf.environments(tmp_path / "kept").get(other())


# --- what is pinned ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("minor", ["3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14", "3.15"])
def test_every_supported_minor_has_a_set_of_pure_wheels_with_pip_and_pip_tools(minor: str) -> None:
    tools = tool_set(minor)
    found = [tool.name for tool in tools]
    assert found == sorted(set(found))
    assert {"build", "click", "packaging", "pip", "pip-tools", "pyproject-hooks"} <= set(found)
    assert ("tomli" in found) == (minor in {"3.8", "3.9", "3.10"})
    assert version_of(tools, "pip-tools").startswith("7.")
    assert all(len(tool.sha256) == 64 for tool in tools)
    assert tools[found.index("pip-tools")].filename.startswith("pip_tools-7.")


def test_a_minor_without_a_set_cannot_be_asked() -> None:
    with pytest.raises(UnaskableError, match=r"CPython 3\.7"):
        tool_set("3.7")
