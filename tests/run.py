"""Run the tests on a fresh machine: make ``.venv``, install what is locked, measure branch coverage.

    python3 tests/run.py                  the default run, one interpreter
    python3 tests/run.py --all            every CPython 3.11 to 3.14 that is found, a short run on all but the first
    python3 tests/run.py -- -k inspect    arguments after -- go to pytest, and no coverage gate applies

Needs Python 3.11 or newer and nothing else; installing needs a package index.
"""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
import sys
from pathlib import Path

from support.interpreters import find_python

ROOT = Path(__file__).resolve().parent.parent
WORKERS = "auto"
"""One process of tests per processor."""
MINORS = ("3.11", "3.12", "3.13", "3.14")


def main(arguments: list[str]) -> int:
    """Run everything; return the exit code."""
    if sys.version_info < (3, 11):  # noqa: UP036 - a fresh machine may have an older python3
        print(f"Python 3.11 or newer is needed, this is {platform.python_version()}.", file=sys.stderr)
        return 2
    os.chdir(ROOT)
    given = arguments[arguments.index("--") + 1 :] if "--" in arguments else []
    python = environment(Path(".venv"), Path(sys.executable))
    if given:
        return run([python, "-m", "pytest", *given])
    code = with_coverage(python)
    if code == 0 and "--all" in arguments:
        code = on_others()
    return code


def with_coverage(python: Path) -> int:
    """Run all default tests under branch coverage, subprocesses included, and hold the gate."""
    run([python, "-m", "coverage", "erase"])
    code = run([python, "-m", "coverage", "run", "-m", "pytest", "-p", "no:cacheprovider", "-n", WORKERS])
    run([python, "-m", "coverage", "combine", "--quiet"])
    return code or run([python, "-m", "coverage", "report"])


def on_others() -> int:
    """Run the tests on every other interpreter that is found; say which are not."""
    for minor in MINORS:
        if minor == ".".join(platform.python_version_tuple()[:2]):
            continue
        found = find_python(minor)
        if found is None:
            print(f"CPython {minor}: not found here, not tested", flush=True)
            continue
        python = environment(Path(f".venv-{minor}"), found)
        print(f"CPython {minor}", flush=True)
        if code := run([python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", WORKERS]):
            return code
    return 0


def environment(folder: Path, base: Path) -> Path:
    """Return the Python of a virtual environment with uplock and its test tools, made anew if the locks changed."""
    python = folder / "bin" / "python"
    stamp, wanted = folder / "uplock-stamp", fingerprint(base)
    if python.exists() and stamp.exists() and stamp.read_text() == wanted:
        return python
    check(["-m", "venv", "--clear", str(folder)], base)
    pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    lock = lock_for(python)
    if lock is not None:
        check([*pip, "--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", str(lock)], python)
        check([*pip, "--no-deps", "--no-build-isolation", "--editable", "."], python)
    else:
        check([*pip, "--editable", ".", *development_requirements(python)], python)
    stamp.write_text(wanted)
    return python


def lock_for(python: Path) -> Path | None:
    """Return uplock's own lock for this interpreter and platform, made by uplock, if there is one."""
    question = "import sys, platform; print(f'py3{sys.version_info[1]}-{sys.platform}-{platform.machine()}')"
    answer = subprocess.run([python, "-c", question], capture_output=True, text=True, check=True).stdout.strip()
    lock = ROOT / "locks" / f"requirements.{answer}.txt"
    return lock if lock.exists() else None


def development_requirements(python: Path) -> list[str]:
    """Return the ``dev`` group (PEP 735) as requirements: pip of an older Python cannot read groups."""
    reader = (
        "import tomllib, json; g = tomllib.load(open('pyproject.toml', 'rb'))['dependency-groups']; "
        "print(json.dumps(g['test'] + g['lint'] + g['build']))"
    )
    import json

    found = subprocess.run([python, "-c", reader], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    return [str(requirement) for requirement in json.loads(found)]


def fingerprint(base: Path) -> str:
    """Return what an environment depends on."""
    digest = hashlib.sha256(f"{base} {platform.python_version()}".encode())
    for path in [ROOT / "pyproject.toml", *sorted((ROOT / "locks").glob("requirements.*.txt"))]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def check(arguments: list[str], python: Path) -> None:
    """Run ``python`` with ``arguments``; stop everything if it fails."""
    if code := run([python, *arguments]):
        sys.exit(code)


def run(command: list[str | Path]) -> int:
    """Run a command; return its exit code."""
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
