"""Killing real processes at the calls that change files, counted: a tracer runs them, nothing in them is patched."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TRACER = Path(__file__).with_name("tracer.py")
LIMIT = 300
"""Seconds that a traced command may take."""


@dataclass(frozen=True)
class Observed:
    """What a traced command did: its calls that change files below the places, until its end or the kill."""

    points: tuple[tuple[str, str], ...]
    """Name of each call, and the path that it is about."""
    killed: bool
    code: int
    out: str
    err: str


def trace(
    command: Sequence[str | Path],
    places: Sequence[Path],
    *,
    at: int = 0,
    torn: bool = False,
    environ: Mapping[str, str] = os.environ,
    cwd: Path | None = None,
) -> Observed:
    """Run a command and count its calls below ``places``; kill it and all its children at the ``at``-th.

    The call is not made; with ``torn`` a write writes half of its bytes. Raises :class:`RuntimeError` if processes
    cannot be traced here, :class:`subprocess.TimeoutExpired` after ``LIMIT`` seconds.
    """
    with tempfile.TemporaryDirectory() as folder:
        request, answer = Path(folder, "request"), Path(folder, "answer")
        request.write_text(
            json.dumps(
                {
                    "command": [str(each) for each in command],
                    "places": [str(each) for each in places],
                    "at": at,
                    "torn": torn,
                }
            )
        )
        ran = subprocess.run(
            [sys.executable, "-I", TRACER, request, answer],
            env=environ,
            cwd=cwd,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=LIMIT,
        )
        if ran.returncode != 0:
            raise RuntimeError(ran.stderr)
        told = json.loads(answer.read_text())
    return Observed(
        points=tuple((name, path) for name, path in told["points"]),
        killed=told["killed"],
        code=told["code"],
        out=ran.stdout,
        err=ran.stderr,
    )


@cache
def untraceable() -> str:
    """Return why processes cannot be traced here; empty if they can."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            seen = trace(["mkdir", Path(folder, "made")], [Path(folder)])
        except (RuntimeError, OSError) as error:
            return f"processes cannot be traced here: {error}"
    return "" if [name for name, _ in seen.points] in (["mkdir"], ["mkdirat"]) else f"the tracer saw {seen}"
