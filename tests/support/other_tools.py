"""Other people's programs under real interpreters, run as a user would: uv, pip and pip-compile, in a clean place."""

from __future__ import annotations

import functools
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import urllib3
from uv import find_uv_bin

from support.interpreters import find_python

MINORS = ("3.9", "3.11", "3.12", "3.13")
"""The lines that locks are made for; the patches are those of this machine."""

PLATFORM = "x86_64-manylinux_2_28"
"""What uv calls the platform that uplock calls ``linux-x86_64``."""

PIP_TOOLS = "pip-tools==7.6.2"

Files = frozenset[tuple[str, str]]
"""Names of files with their SHA-256."""

_PREFIXES = ("XDG_", "UPLOCK_", "PIP_", "UV_", "PYTHON")
_PIN = re.compile(
    r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(?P<version>[^\s;\\]+)(?P<rest>(?:.*\\\n)*.*)$", re.MULTILINE
)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True)
class Place:
    """A folder with a home and the caches of all programs in it, and nothing of this machine's configuration."""

    folder: Path

    def environment(self) -> dict[str, str]:
        """Return what a program is run with."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_PREFIXES)}
        own = {
            "HOME": str(self.folder / "home"),
            "PIP_CACHE_DIR": str(self.folder / "pip"),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "UPLOCK_CACHE": str(self.folder / "cache"),
            "UV_CACHE_DIR": str(self.folder / "uv"),
            "UV_NO_CONFIG": "1",
        }
        return {**kept, **own}

    def run(self, *command: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run a program to its end."""
        return subprocess.run(
            [str(part) for part in command],
            cwd=cwd or self.folder,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def output(self, *command: str | Path, cwd: Path | None = None) -> str:
        """Run a program that must succeed, and return what it printed."""
        done = self.run(*command, cwd=cwd)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        return done.stdout

    def uplock(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run this uplock with the interpreter of the test run."""
        return self.run(sys.executable, "-m", "uplock", *arguments)

    def environment_of(self, python: Path, name: str, *distributions: str) -> Path:
        """Return the interpreter of a virtual environment with ``distributions`` (the newest of each), made once."""
        venv = self.folder / name
        program = venv / "bin" / "python"
        if not program.exists():
            self.output(python, "-m", "venv", "--without-pip", venv)
            if distributions:
                self.output(find_uv_bin(), "pip", "install", "--quiet", "--python", program, *distributions)
        return program


@functools.cache
def installed() -> Mapping[str, tuple[str, Path]]:
    """Return full version and program of each line that this machine has."""
    found = {}
    for minor in MINORS:
        python = find_python(minor)
        if python is not None:
            question = "import platform; print(platform.python_version())"
            done = subprocess.run([python, "-c", question], capture_output=True, text=True, check=True)
            found[minor] = (done.stdout.strip(), python)
    return found


def fetched(url: str, accept: str = "*/*") -> bytes:
    """Return what there is at an address."""
    response = urllib3.request("GET", url, headers={"Accept": accept})
    assert response.status == 200, url
    return response.data


def hashes(requirements: str) -> dict[tuple[str, str], frozenset[str]]:
    """Return the SHA-256 digests that requirements list for each name and version."""
    return {
        (pin["name"].lower(), pin["version"]): frozenset(_HASH.findall(pin["rest"]))
        for pin in _PIN.finditer(requirements)
    }


def uv_compile(
    place: Place, project: Path, version: str, cut_off: str, *inputs: str
) -> dict[tuple[str, str], frozenset[str]]:
    """Return what bare uv lists for an interpreter that it need not have."""
    options = ("--generate-hashes", "--no-header", "--no-annotate", "--quiet", "--exclude-newer", cut_off)
    target = ("--python", sys.executable, "--python-version", version, "--python-platform", PLATFORM)
    return hashes(place.output(find_uv_bin(), "pip", "compile", *inputs, *options, *target, cwd=project))


def pip_compile(
    place: Place, python: Path, cut_off: str, lines: Iterable[str]
) -> dict[tuple[str, str], frozenset[str]]:
    """Return what pip-compile lists, run in an environment that has pip-tools."""
    folder = place.folder / "compile"
    folder.mkdir(exist_ok=True)
    (folder / "requirements.in").write_text("".join(f"{line}\n" for line in lines))
    answer = folder / "requirements.txt"
    answer.unlink(missing_ok=True)
    options = (
        "--quiet",
        "--generate-hashes",
        "--allow-unsafe",
        "--strip-extras",
        "--no-annotate",
        "--no-emit-index-url",
    )
    command = (python, "-m", "piptools", "compile", *options, "--uploaded-prior-to", cut_off, "-o", answer)
    place.output(*command, "requirements.in", cwd=folder)
    return hashes(answer.read_text())


def pip_would_install(place: Place, python: Path, lock: Path, *options: str) -> Files:
    """Return the files that ``pip install`` chooses for a lock, in a dry run that checks their hashes."""
    report = place.folder / "report.json"
    dry = ("--dry-run", "--ignore-installed", "--no-deps", "--only-binary", ":all:", "--quiet", "--report", report)
    place.output(python, "-m", "pip", "install", *dry, *options, "-r", lock)
    chosen = json.loads(report.read_text())["install"]
    infos = [each["download_info"] for each in chosen]
    return frozenset((info["url"].rpartition("/")[2], info["archive_info"]["hashes"]["sha256"]) for info in infos)


def uv_sync(place: Place, python: Path, lock: Path, *options: str) -> str:
    """Return what ``uv pip sync`` says when it installs a lock into an environment."""
    done = place.run(find_uv_bin(), "pip", "sync", "--python", python, *options, lock)
    assert done.returncode == 0, done.stderr
    return done.stderr
