"""What is written is read back as it was; what is damaged is an error of ours, or still a lock."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from typing import TypeVar

from hypothesis import given
from hypothesis import strategies as st
from packaging.pylock import Pylock

from support.strategies import damaged, locks, locksets
from uplock.errors import Error
from uplock.lockfile.config import read_config
from uplock.lockfile.inputs import Requirements, read_requirements_of
from uplock.lockfile.lockset import read_lockset, write_lockset
from uplock.lockfile.plan import plan_targets
from uplock.lockfile.pylock import read_pylock, write_pylock
from uplock.lockfile.requirement import canonical
from uplock.lockfile.requirements import read_requirements, which, write_requirements
from uplock.lockfile.toml_document import parse_toml
from uplock.lockfile.toml_text import table
from uplock.model.lock import Lock, LockSet
from uplock.model.value import changed

T = TypeVar("T")

PYPROJECT = b"""[project]
name = "demo"
dependencies = ["flask>=3; python_version > '3.9'", "demo[web]"]
optional-dependencies = {web = ["uvicorn[standard]"], all = ["demo[web]"]}
[dependency-groups]
dev = ["ruff", {include-group = "test"}]
test = ["pytest"]
[tool.uplock]
from = "3.9.18"
targets = ["3.12", "3.13"]
exclude-newer = 2026-11-15T00:00:00Z
index-url = "https://index.example/simple/"
extras = ["all"]
groups = ["dev"]
"""
INCLUDES = b"# head\nflask>=3 \\\n  ; os_name == 'posix'\n-c constraints.in\n-r more.in\n"


def attempt(read: Callable[[], T]) -> T | Error:
    """Return what is read, or the error: any other exception is a defect."""
    try:
        return read()
    except Error as error:
        return error


def read_project(read: Callable[[str], bytes | None]) -> Requirements:
    config = read_config(read)
    plan_targets(config, {"3.12": "3.12.1", "3.13": "3.13.1"}, ("3.12",))
    return read_requirements_of(config, read)


@given(locks())
def test_a_pylock_reads_back_and_the_standard_reader_agrees(lock: Lock) -> None:
    raw = write_pylock(lock)
    assert read_pylock(raw, "x") == lock
    assert write_pylock(changed(lock, packages=lock.packages[::-1])) == raw
    plain = changed(lock, packages=tuple(changed(each, requires_python=None) for each in lock.packages))
    Pylock.from_dict(tomllib.loads(write_pylock(plain).decode())).validate()


@given(locks())
def test_requirements_pin_what_the_lock_pins(lock: Lock) -> None:
    pins = tuple((each.name, which(each), each.artifact.sha256) for each in lock.packages)
    assert read_requirements(write_requirements(lock), "x") == pins


@given(locks())
def test_requirements_say_how_every_sdist_is_to_be_built_and_who_asks(lock: Lock) -> None:
    text = write_requirements(lock).decode("ascii")
    sources = ",".join(package.name for package in lock.packages if package.is_sdist)
    options = f"--only-binary :all: --no-binary {sources}" if sources else "--only-binary :all:"
    assert f"--no-deps {options} -r FILE\n" in text
    for package in lock.packages:
        askers = [parent.name for parent in lock.packages if package.name in parent.dependencies]
        via = ", ".join([*askers, *(["the project"] if package.direct else [])])
        block = f"{package.name}{which(package)} \\\n    --hash=sha256:{package.artifact.sha256}\n"
        assert block + (f"    # via {via}\n" if via else "") in text


@given(locksets())
def test_a_lock_set_reads_back(lockset: LockSet) -> None:
    assert read_lockset(write_lockset(lockset), "x") == lockset


@given(st.data(), locks())
def test_a_damaged_pylock_is_an_error_or_a_lock_that_reads_back(data: st.DataObject, lock: Lock) -> None:
    raw = data.draw(damaged(write_pylock(lock)))
    found = attempt(lambda: read_pylock(raw, "x"))
    if isinstance(found, Error):
        assert found.context == "x"
    else:
        assert read_pylock(write_pylock(found), "x") == found


@given(st.data(), locksets())
def test_a_damaged_lock_set_is_an_error_or_a_lock_set(data: st.DataObject, lockset: LockSet) -> None:
    raw = data.draw(damaged(write_lockset(lockset)))
    found = attempt(lambda: read_lockset(raw, "x"))
    if isinstance(found, Error):
        assert found.context.startswith("x")
    else:
        assert read_lockset(write_lockset(found), "x") == found


@given(st.data(), locks())
def test_damaged_requirements_are_an_error_or_pins(data: st.DataObject, lock: Lock) -> None:
    raw = data.draw(damaged(write_requirements(lock)))
    pins = attempt(lambda: read_requirements(raw, "x"))
    if isinstance(pins, Error):
        assert pins.context.startswith("x:")
    else:
        assert [name for name, *_ in pins] == sorted({name for name, *_ in pins})


@given(st.data())
def test_a_damaged_project_is_an_error_or_a_plan(data: st.DataObject) -> None:
    files = {
        "pyproject.toml": data.draw(damaged(PYPROJECT) | st.none()),
        "requirements.in": data.draw(damaged(INCLUDES) | st.none()),
        "more.in": data.draw(damaged(b"six\n-r more.in\n")),
        "constraints.in": b"attrs<3\n",
    }
    asked = attempt(lambda: read_project(files.get))
    if isinstance(asked, Error):
        assert asked.remedy
    else:
        for line in (*asked.requirements, *asked.constraints):
            assert canonical(line, "x", []) == line


@given(st.dictionaries(st.text(), st.text() | st.booleans() | st.integers() | st.lists(st.text()), max_size=5))
def test_any_table_that_is_written_parses_to_itself(values: dict[str, str | bool | int | list[str]]) -> None:
    assert parse_toml(table(values).encode()) == values


@given(st.text(max_size=200) | st.text(st.sampled_from("ab<>=!~;,.[]()'\"\\ #@-${}\n"), max_size=60))
def test_a_requirement_is_one_line_in_a_form_that_stays(text: str) -> None:
    defects: list[str] = []
    line = canonical(text, "x", defects)
    if line is None:
        assert len(defects) == 1
    else:
        assert defects == []
        assert len(line.splitlines()) == 1
        assert canonical(line, "x", []) == line
