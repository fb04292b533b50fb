"""Runs the shell lines of a recipe's jobs as a CI service does: each job in a fresh clone, in order, needs first."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from support.release_recipes import Job
from support.shop import AS_OF

_PYTHON = '#!/bin/sh\nexec {python} "$@"\n'
_UPLOCK = """\
#!/bin/sh
case "$1" in
  verify | run | check) exec {python} -m uplock "$@" --as-of {day} ;;
  *) exec {python} -m uplock "$@" ;;
esac
"""


@dataclass(frozen=True)
class Done:
    """What a job left: its exit code (that of the first step that failed), its folder, its log."""

    code: int
    folder: Path
    log: str


def programs(folder: Path, **more: str) -> str:
    """Write ``python``, an ``uplock`` for the day of the tests, and other scripts; return a ``PATH`` that has them."""
    folder.mkdir()
    scripts = {"python": _PYTHON, "uplock": _UPLOCK, **more}
    for name, text in scripts.items():
        script = folder / name
        script.write_text(text.replace("{python}", sys.executable).replace("{day}", AS_OF))
        script.chmod(0o755)
    return os.pathsep.join([str(folder), os.environ["PATH"]])


def shell(script: str, folder: Path, path: str, environment: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Run a script as GitHub runs a step: by bash, which ends at the first command that fails. Return code and log."""
    done = subprocess.run(
        ["bash", "-e", "-c", script],
        cwd=folder,
        env={**os.environ, "PATH": path, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def run_job(job: Job, folder: Path, path: str) -> Done:
    """Run every script of a job; after a failure only those that come always. Actions are passed over."""
    code, log = 0, ""
    for step in job.steps:
        if step.script and (step.always or code == 0):
            answer, said = shell(step.script, folder, path)
            code, log = code or answer, log + said
    return Done(code, folder, log)


def run_pipeline(jobs: Mapping[str, Job], checkout: Callable[[str], Path], path: str) -> dict[str, Done]:
    """Run every job whose needs passed, each in a checkout of its own; return those that ran."""
    done: dict[str, Done] = {}
    for job in jobs.values():
        if all(need in done and done[need].code == 0 for need in job.needs):
            done[job.name] = run_job(job, checkout(job.name), path)
    return done
