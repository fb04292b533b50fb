"""Programs that uplock runs: with nothing but the environment they are given, no input, and a limit of time."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from uplock.errors import ToolError

TIME_LIMIT = 900
"""Seconds that a program may take unless its caller says otherwise."""


def run(  # noqa: PLR0913 - what a program is run with
    command: Sequence[str],
    cwd: Path,
    environment: Mapping[str, str],
    tool: str,
    limit: float = TIME_LIMIT,
    *,
    remedy: str = "Run again when the machine has less to do.",
) -> subprocess.CompletedProcess[str]:
    """Run a program with nothing but ``environment`` and no input, and return what it said.

    Raises :class:`ToolError` if it cannot be started or does not end within ``limit`` seconds, which ``remedy`` is for.
    """
    try:
        return subprocess.run(  # noqa: S603 - our own arguments, no shell, what others wrote travels in files
            command,
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=limit,
            check=False,
        )
    except OSError as error:
        raise ToolError(
            f"cannot be run: {error.strerror}",
            context=command[0],
            remedy=f"Install {tool} again (it is a dependency of uplock).",
        ) from error
    except subprocess.TimeoutExpired as error:
        raise ToolError(
            f"no answer within {limit:g} seconds",
            context=tool,
            remedy=remedy,
        ) from error
