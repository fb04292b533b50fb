"""Running strangers' code: without a network, writing nowhere but into its own folder, for a limited time.

The network is cut off by a command in front (:mod:`uplock.host.isolation`). Files are confined by Landlock: readable
are the system and what is named, writable is one folder; homes, other temporary files and other processes are out of
sight. What cannot be confined is not run.
"""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Protocol

from uplock.environment.build_programs import CONFINE
from uplock.errors import ToolError, UnaskableError

MAX_WORDS = 64 * 1024
"""Bytes of output that are kept: the last ones."""
MAX_FILE = 4 * 1024**3
"""Bytes of one file that a build may write."""

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc", "/opt", "/nix", "/proc", "/sys")
_STOPPED = 98
_TRY_LIMIT = 20.0
_GRACE = 10
"""Seconds that the launcher may take to end everything."""


class Cut(Protocol):
    """A way to run a command without a network."""

    @property
    def name(self) -> str:
        """What it is: ``network namespace``, say."""

    @property
    def prefix(self) -> tuple[str, ...]:
        """What stands in front of a command."""


class Confinement:
    """Runs commands in one folder, cut off from everything else."""

    def __init__(self, cut: Cut, limit: float) -> None:
        """``limit`` is in seconds, for each command."""
        self._cut = cut
        self._limit = limit

    def name(self) -> str:
        """Return what confines, tried. Raises :class:`UnaskableError` if it does not work here."""
        code, words = self._run([], (), Path("/"), {}, _TRY_LIMIT, writable=())
        if code != 0:
            raise UnaskableError(
                f"nothing can be built here, since a build cannot be confined: {_line(words)}",
                remedy="Build on a machine with Linux 6.2 or newer, where Landlock is enabled.",
            )
        return f"{self._cut.name}, Landlock"

    def run(
        self, command: Sequence[str], cwd: Path, environment: dict[str, str], readable: Sequence[str], writable: Path
    ) -> None:
        """Run a command. Raises :class:`ToolError` with its last words if it fails or is not done in time."""
        code, words = self._run(command, readable, cwd, environment, self._limit, writable=(str(writable),))
        if code == 0:
            return
        why = f"was not done within {self._limit:g} seconds" if code is None else f"failed (exit {code})"
        raise ToolError(f"the build {why}: {_last(words)}", remedy="See the backend's words above.")

    def _run(  # noqa: PLR0913 - what a command is run with
        self,
        command: Sequence[str],
        readable: Sequence[str],
        cwd: Path,
        environment: dict[str, str],
        limit: float,
        *,
        writable: Sequence[str],
    ) -> tuple[int | None, bytes]:
        """Return exit code, ``None`` for one that was stopped, and the end of the output."""
        places = [*_SYSTEM, *readable]
        limit = max(1, math.ceil(limit))
        numbers = [str(each) for each in (len(places), len(places) + len(writable), MAX_FILE, limit)]
        launcher = [sys.executable, "-I", "-c", CONFINE, *numbers, *places, *writable]
        try:
            process = subprocess.Popen(  # noqa: S603 - our own arguments, no shell; what is run is confined
                [*self._cut.prefix, *launcher, *command],
                cwd=cwd,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            raise ToolError(f"cannot be run: {error.strerror}", context=sys.executable) from error
        assert process.stdout is not None  # noqa: S101 - a pipe was asked for
        words = _Tail(process.stdout)
        try:
            code: int | None = process.wait(limit + _GRACE)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            _kill(process)
            words.join(_TRY_LIMIT)
            process.stdout.close()
        return None if code == _STOPPED else code, bytes(words.kept)


class _Tail(threading.Thread):
    """Reads all that a program says, and keeps the end of it."""

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__(name="build-output", daemon=True)
        self._stream = stream
        self.kept = bytearray()
        self.start()

    def run(self) -> None:
        """Read to the end."""
        while chunk := os.read(self._stream.fileno(), MAX_WORDS):
            self.kept += chunk
            del self.kept[:-MAX_WORDS]


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a program with all that it started, as far as that is still of its group."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _last(words: bytes) -> str:
    text = " ".join(words.decode("utf-8", "replace").split())
    return text[-2000:] or "it said nothing"


def _line(words: bytes) -> str:
    return words.decode("utf-8", "replace").strip().removeprefix("uplock: ")[:300] or "no reason given"
