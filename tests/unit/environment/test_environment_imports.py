"""Importing modules of an environment: failures by name, whatever a module does to its process."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from uplock.environment.imports import MAX_AT_ONCE, check_imports
from uplock.errors import UnaskableError
from uplock.host.isolation import Isolation, find_isolation

MODULES = {
    "fine": "VALUE = 1",
    "broken": "raise RuntimeError('first line\\nsecond line')",
    "missing": "import not_there_at_all",
    "leaving": "import sys; sys.exit(3)",
    "ending": "import os; os._exit(7)",
    "crashing": "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
    "hanging": "import time; time.sleep(60)",
    "printing": "import os; os.write(1, b'x' * 100000); os.write(2, b'y' * 100000)",
    "networking": "import socket; socket.create_connection(('127.0.0.1', 9), 2)",
    "writing": "import os; open(os.path.join(os.environ['HOME'], 'file'), 'w').write('x')",
    "lying": (
        "import os\nfor fd in range(3, 20):\n"
        "    try: os.write(fd, b'{\"module\": 1}\\nno json\\n')\n    except OSError: pass"
    ),
    "reading_input": "assert input is not None; import sys; assert sys.stdin.read() == ''",
}


@pytest.fixture(scope="module")
def isolation() -> Isolation:
    try:
        return find_isolation()
    except UnaskableError as error:
        pytest.skip(str(error))


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """A virtual environment without anything but the modules."""
    import venv

    folder = tmp_path / "env"
    venv.EnvBuilder(symlinks=True).create(folder)
    site = folder / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    for name, text in MODULES.items():
        (site / f"{name}.py").write_text(text + "\n")
    return folder


def found(environment: Path, isolation: Isolation, *modules: str, limit: float = 20) -> dict[str, tuple[str, str]]:
    failures = check_imports(environment, {"demo": modules}, limit, isolation)
    assert all(each.package == "demo" for each in failures)
    return {each.module: (each.kind, each.detail) for each in failures}


def test_what_imports_is_no_failure(environment: Path, isolation: Isolation) -> None:
    assert found(environment, isolation, "fine", "printing", "writing", "lying", "reading_input") == {}


def test_every_failure_is_named_with_the_interpreters_words(environment: Path, isolation: Isolation) -> None:
    failures = found(environment, isolation, "broken", "fine", "missing", "leaving")
    assert failures == {
        "broken": ("raised", "RuntimeError: first line"),
        "missing": ("raised", "ModuleNotFoundError: No module named 'not_there_at_all'"),
        "leaving": ("raised", "SystemExit: 3"),
    }


def test_modules_after_one_that_ends_the_process_are_still_imported(environment: Path, isolation: Isolation) -> None:
    failures = found(environment, isolation, "ending", "crashing", "broken", "fine")
    assert failures == {
        "ending": ("killed", "the interpreter ended with code 7"),
        "crashing": ("killed", "the interpreter was ended by SIGSEGV"),
        "broken": ("raised", "RuntimeError: first line"),
    }


def test_a_module_that_hangs_is_stopped(environment: Path, isolation: Isolation) -> None:
    failures = found(environment, isolation, "hanging", "fine", limit=1.5)
    assert failures == {"hanging": ("timed-out", "not done within 1.5 seconds")}


def test_a_module_that_needs_a_network_fails(environment: Path, isolation: Isolation) -> None:
    assert found(environment, isolation, "networking")["networking"][0] == "raised"


def test_nothing_is_written_into_the_environment(environment: Path, isolation: Isolation) -> None:
    before = sorted(path for path in environment.rglob("*") if "__pycache__" in path.parts)
    found(environment, isolation, "fine", "writing")
    assert sorted(path for path in environment.rglob("*") if "__pycache__" in path.parts) == before
    assert not os.path.exists(os.path.expanduser("~/file"))


def test_a_loader_says_what_it_misses(environment: Path, isolation: Isolation) -> None:
    site = next(environment.glob("lib/*/site-packages"))
    (site / "dying.py").write_text("import os; os.write(2, b'one\\nsymbol lookup error: two\\n'); os._exit(127)\n")
    failures = found(environment, isolation, "dying")
    assert failures == {"dying": ("killed", "the interpreter ended with code 127: symbol lookup error: two")}


def test_a_package_whose_modules_all_end_the_process_does_not_take_for_ever(
    environment: Path, isolation: Isolation
) -> None:
    site = next(environment.glob("lib/*/site-packages"))
    names = [f"ending_{number}" for number in range(12)]
    for name in names:
        (site / f"{name}.py").write_text("import os; os._exit(7)\n")
    failures = found(environment, isolation, *names)
    assert list(failures) == names[:6]
    assert failures[names[5]] == ("killed", "not tried, nor 6 after it: 5 modules ended the interpreter")


def test_more_modules_than_one_process_is_given_are_all_imported(environment: Path, isolation: Isolation) -> None:
    site = next(environment.glob("lib/*/site-packages"))
    names = [f"many_{number:04}" for number in range(MAX_AT_ONCE + 1)]
    for name in names:
        (site / f"{name}.py").write_text("")
    (site / f"{names[-1]}.py").write_text("raise ValueError('the last')")
    assert found(environment, isolation, *names) == {names[-1]: ("raised", "ValueError: the last")}
