"""Declarations: the places of a repository that say which interpreter something runs, builds or tests with."""

from __future__ import annotations

from datetime import date
from typing import Literal

from uplock.model.value import Value

Role = Literal["run", "build", "test", "lint"]
"""What the interpreter is declared for."""

Kind = Literal[
    "pyproject.requires-python",
    "pyproject.classifier",
    "pyproject.poetry",
    "pyproject.pdm",
    "pyproject.ruff",
    "pyproject.black",
    "pyproject.mypy",
    "pyproject.cibuildwheel",
    "pyproject.uv-environments",
    "pyproject.uplock",
    "setup.cfg",
    "setup.cfg.classifier",
    "setup.py",
    "setup.py.classifier",
    "python-version",
    "tool-versions",
    "mise",
    "runtime.txt",
    "pipfile",
    "conda",
    "pixi",
    "tox",
    "nox",
    "ruff",
    "mypy",
    "pre-commit",
    "github-actions",
    "gitlab-ci",
    "azure-pipelines",
    "circleci",
    "dockerfile",
    "compose",
    "devcontainer",
    "cloudformation",
    "serverless",
    "terraform",
    "app-engine",
    "azure-functions",
    "readthedocs",
    "uv.lock",
    "poetry.lock",
    "pipfile.lock",
    "pylock",
    "pip-compile",
]
"""What kind of statement it is: the file it stands in, and which of its statements where a file has several."""


class Declared(Value, frozen=True, kw_only=True):
    """One declaration as it was read: elements of a list on several lines are one each, those on one line are one."""

    path: str
    """POSIX, below the folder that was scanned."""
    line: int
    """1-based line on which the value begins."""
    kind: Kind
    role: Role
    text: str
    """The value as it stands there, without quotes where it is one string: ``3.9-slim-bookworm``, ``"3.9", "3.12"``."""
    minors: tuple[str, ...] | None
    """The exact minors that it means, ascending; ``None`` for a range; empty where the text names none (a digest)."""
    specifier: str | None = None
    """Of a range, or of an exact set that was written as one (PEP 440): ``>=3.9``, also for ``^3.9``."""
    implementation: Literal["cpython", "pypy", "graalpy"] = "cpython"
    runtime: str | None = None
    """Line of the managed runtime in the lifecycle table that it names: ``python3.9`` of AWS Lambda."""
    base: str | None = None
    """Distribution under it as the lifecycle table names it, where the declaration says: ``debian-12``."""
    note: str | None = None
    """What a reader must know of it: a trap that it walked into."""


class MinorState(Value, frozen=True, kw_only=True):
    """What the lifecycle table says of one minor on the day of judging."""

    minor: str
    state: Literal["unreleased", "supported", "ending", "ended", "unknown"]
    """``ending``: its support ends within a year."""
    end_of_life: date | None = None


class Declaration(Value, frozen=True, kw_only=True):
    """A declaration with what its minors are worth on a day: one row of ``uplock scan --json``."""

    path: str
    line: int
    kind: Kind
    role: Role
    text: str
    minors: tuple[str, ...] | None
    specifier: str | None
    admits: tuple[str, ...]
    """The minors of the lifecycle table that it admits, released by that day: the exact ones, or those in the range."""
    implementation: str
    runtime: str | None
    base: str | None
    states: tuple[MinorState, ...]
    """One per exact minor, or of the lowest and highest that a range admits."""
    note: str | None
