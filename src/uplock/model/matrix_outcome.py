"""What ``uplock uplift matrix`` answers: one row per lock, and how a committed matrix differs from that."""

from __future__ import annotations

from typing import Literal

from uplock.model.digest import Sha256
from uplock.model.value import Value

MatrixFormat = Literal["github", "github-json", "gitlab"]
"""Who reads it: ``strategy`` of a job in a workflow, the object for ``fromJSON``, or a file for ``include``."""


class MatrixRow(Value, frozen=True, kw_only=True):
    """One lock, and what a job needs to install and to test it."""

    target: str
    python: str
    """Full version of the interpreter: ``3.12.1``."""
    platform: str
    runner: str
    """Label (GitHub) or tag (GitLab) of the machine; empty where any does."""
    container: str
    """Image that the job runs in; empty where it runs on the machine itself."""
    lock: str
    """The requirements file with hashes, below the project."""
    sha256: Sha256
    """Of that file, as the lock set pins it and as it is on disk."""
    experimental: bool
    """Whether its failure must not stop anybody: nothing is deployed on this target."""


class UnlockedTarget(Value, frozen=True, kw_only=True):
    """A target without a row: it was asked for, and these packages have no file for it."""

    target: str
    python: str
    packages: tuple[str, ...]


class MatrixDifference(Value, frozen=True, kw_only=True):
    """One thing in which a committed matrix is not that of the locks."""

    path: str
    line: int
    target: str
    """Empty for a row that belongs to no target."""
    message: str


class MatrixResult(Value, frozen=True, kw_only=True):
    """``uplock uplift matrix --json``."""

    project: str
    format: MatrixFormat
    rows: tuple[MatrixRow, ...]
    """By interpreter, then by platform."""
    unlocked: tuple[UnlockedTarget, ...]
    written: str | None = None
    """The file that was written."""
    checked: tuple[str, ...] | None = None
    """Files that were compared; ``None`` without ``--check``."""
    differences: tuple[MatrixDifference, ...] = ()
    """By file, then by line. Without ``--check`` there are none."""
