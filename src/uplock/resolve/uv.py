"""uv as a resolver: executed, never imported, and shown nothing but one index on loopback.

uv chooses versions for interpreters and platforms that are not installed here. Its hash lists are never used: files
and digests come from the recorded view.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from uplock.errors import ToolError
from uplock.host.program import run
from uplock.model.target import Target
from uplock.ports import Question, Resolution, ViewAddress
from uplock.resolve.private import private_folder
from uplock.resolve.program import (
    ANSWER,
    CONSTRAINTS,
    REQUIREMENTS,
    TIME_LIMIT,
    TOO_SLOW,
    explanation,
    failure,
    read_answer,
    write_question,
)

_VERSION = re.compile(r"uv \d+\.\d+\.\d+\S*")
_KEPT_ENVIRONMENT = ("LANG", "LC_ALL", "PATH", "TMPDIR")


class UvResolver:
    """Runs the ``uv`` program in a scrubbed environment, with a cache of its own."""

    def __init__(self, program: Path, cache: Path | None = None) -> None:
        """``program`` is the path of the uv binary; ``cache`` a folder for what uv keeps from run to run.

        It helps if the view is served at the same address every time. It is used only if it belongs to this user, and
        nobody else can write there; else, and without one, the cache lives as long as the resolver.
        """
        self._program = program
        self._folder = cache
        self._scratch = tempfile.TemporaryDirectory(prefix="uplock-uv-", ignore_cleanup_errors=True)

    def close(self) -> None:
        """Remove what does not outlive the resolver. Calling it twice is harmless."""
        self._scratch.cleanup()

    @cached_property
    def version(self) -> str:
        """Name and version of the program, as it says itself: ``uv 0.13.9``."""
        match = _VERSION.match(self._run(["--version"], Path(self._scratch.name), self._temporary).stdout)
        if match is None:
            raise ToolError("did not answer with its version", context="uv", remedy="Install uv again.")
        return match[0]

    def version_for(self, target: Target) -> str:
        """Return the one version that there is."""
        del target
        return self.version

    @property
    def _temporary(self) -> Path:
        return Path(self._scratch.name) / "cache"

    @cached_property
    def _lasting(self) -> Path | None:
        """The folder to keep the cache in, by uv's version, if nobody else can put anything there."""
        return None if self._folder is None else private_folder(self._folder / self.version.replace(" ", "-"))

    def resolve(self, question: Question, served: ViewAddress) -> Resolution:
        """Resolve for any target against the view only; nothing is built.

        Raises :class:`ResolutionError` with uv's own explanation, :class:`ToolError` if uv cannot do its work.
        """
        target, index_url = question.target, served.url
        done = self._asked(question, index_url, self._lasting or self._temporary)
        if isinstance(done, subprocess.CompletedProcess) and self._lasting is not None and not _is_unsolved(done):
            done = self._asked(question, index_url, self._temporary)  # what lies in the lasting cache may be damaged
        if isinstance(done, Resolution):
            return done
        words = explanation(done.stderr, index_url)
        raise failure(words, done.returncode, target, self.version, unsolved=_is_unsolved(done))

    def _asked(self, question: Question, index_url: str, cache: Path) -> Resolution | subprocess.CompletedProcess[str]:
        """Return uv's answer, or what it said instead."""
        with tempfile.TemporaryDirectory(prefix="resolve-", dir=self._scratch.name) as folder:
            place = Path(folder)
            write_question(place, question)
            system = question.target.platform.uv_environment
            lowest = ("--resolution", "lowest") if question.lowest else ()
            done = self._run([*_arguments(question.target, index_url), *lowest], place, cache, system)
            return read_answer(place, "uv") if done.returncode == 0 else done

    def _run(
        self, arguments: list[str], cwd: Path, cache: Path, system: Iterable[tuple[str, str]] = ()
    ) -> subprocess.CompletedProcess[str]:
        environment = {key: os.environ[key] for key in _KEPT_ENVIRONMENT if key in os.environ}
        environment |= {"HOME": self._scratch.name, "NO_PROXY": "*", "UV_NO_CONFIG": "1", **dict(system)}
        return run(
            [str(self._program), *arguments, "--cache-dir", str(cache)],
            cwd,
            environment,
            "uv",
            TIME_LIMIT,
            remedy=TOO_SLOW,
        )


def _is_unsolved(done: subprocess.CompletedProcess[str]) -> bool:
    return done.returncode == 1 and "No solution found" in done.stderr


def _arguments(target: Target, index_url: str) -> list[str]:
    return [
        *("pip", "compile", REQUIREMENTS, "--constraints", CONSTRAINTS),
        *("--no-header", "--annotation-style", "line", "--quiet", "--no-progress", "--color", "never"),
        *("--python", sys.executable, "--no-python-downloads"),
        *("--python-version", target.interpreter.version, "--python-platform", target.platform.uv_name),
        *("--default-index", index_url, "--no-build", "--output-file", ANSWER),
    ]


def find_uv() -> Path:
    """Return the ``uv`` binary that came with uplock. Raises :class:`ToolError`."""
    from uv import find_uv_bin

    try:
        return Path(find_uv_bin())
    except FileNotFoundError as error:
        raise ToolError("the program is missing", context="uv", remedy="Install uv again: pip install uv.") from error
