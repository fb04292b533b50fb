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

from uplock.errors import ResolutionError, ToolError
from uplock.model.target import Target
from uplock.ports import Pin, Question, Resolution, ViewAddress

TIME_LIMIT = 900
"""Seconds that one resolution may take."""

_PIN = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(?P<version>\S+)(?:\s+#\s+via\s+(?P<via>.+))?\Z")
_VERSION = re.compile(r"uv \d+\.\d+\.\d+\S*")
_DRAWING = re.compile(r"[\u00d7\u2500-\u257f\u25b6]")
"""What uv draws its explanations with: a multiplication sign, box lines, an arrow head."""

_INPUT = "requirements.in"
_CONSTRAINTS = "constraints.in"
_ANSWER = "answer.txt"
"""Versions in an existing output file are preferred; so it holds those to keep before uv writes its answer."""

_KEPT_ENVIRONMENT = ("LANG", "LC_ALL", "PATH", "TMPDIR")


class UvResolver:
    """Runs the ``uv`` program in a scrubbed environment with a cache of its own that lives as long as the resolver."""

    def __init__(self, program: Path) -> None:
        """``program`` is the path of the uv binary."""
        self._program = program
        self._scratch = tempfile.TemporaryDirectory(prefix="uplock-uv-", ignore_cleanup_errors=True)

    def close(self) -> None:
        """Remove the cache. Calling it twice is harmless."""
        self._scratch.cleanup()

    @cached_property
    def version(self) -> str:
        """Name and version of the program, as it says itself: ``uv 0.13.9``."""
        match = _VERSION.match(self._run(["--version"], cwd=Path(self._scratch.name)).stdout)
        if match is None:
            raise ToolError("did not answer with its version", context="uv", remedy="Install uv again.")
        return match[0]

    def resolve(self, question: Question, served: ViewAddress) -> Resolution:
        """Resolve for any target against the view only; nothing is built.

        Raises :class:`ResolutionError` with uv's own explanation, :class:`ToolError` if uv cannot do its work.
        """
        target, index_url = question.target, served.url
        with tempfile.TemporaryDirectory(prefix="resolve-", dir=self._scratch.name) as folder:
            place = Path(folder)
            write_lines(place / _INPUT, question.requirements)
            write_lines(place / _CONSTRAINTS, question.constraints)
            write_lines(place / _ANSWER, (f"{name}=={version}" for name, version in question.preferred))
            done = self._run(self._arguments(target, index_url), cwd=place)
            if done.returncode == 0:
                return Resolution(pins=parse_pins((place / _ANSWER).read_text(encoding="utf-8")))
        words = explanation(done.stderr, index_url)
        if done.returncode == 1 and "No solution found" in done.stderr:
            raise ResolutionError(
                f"no set of versions fits CPython {target.interpreter.version} on {target.platform.name}: {words}",
                context=target.name,
                remedy="Relax the requirement that is named, or drop this target.",
            )
        raise ToolError(
            f"resolving failed (exit {done.returncode}): {words}",
            context=f"{target.name}: {self.version}",
            remedy="See the resolver's words above.",
        )

    def _arguments(self, target: Target, index_url: str) -> list[str]:
        return [
            *("pip", "compile", _INPUT, "--constraints", _CONSTRAINTS),
            *("--no-header", "--annotation-style", "line", "--quiet", "--no-progress", "--color", "never"),
            *("--python", sys.executable, "--no-python-downloads"),
            *("--python-version", target.interpreter.version, "--python-platform", target.platform.uv_name),
            *("--default-index", index_url, "--no-build", "--output-file", _ANSWER),
        ]

    def _run(self, arguments: list[str], cwd: Path) -> subprocess.CompletedProcess[str]:
        environment = {key: os.environ[key] for key in _KEPT_ENVIRONMENT if key in os.environ}
        environment |= {"HOME": self._scratch.name, "NO_PROXY": "*", "UV_NO_CONFIG": "1"}
        command = [str(self._program), *arguments, "--cache-dir", str(Path(self._scratch.name) / "cache")]
        try:
            return subprocess.run(  # noqa: S603 - our own arguments, no shell, requirements travel in a file
                command,
                cwd=cwd,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                encoding="utf-8",
                errors="replace",
                timeout=TIME_LIMIT,
                check=False,
            )
        except OSError as error:
            remedy = "Install uv again (it is a dependency of uplock)."
            raise ToolError(f"cannot be run: {error.strerror}", context=str(self._program), remedy=remedy) from error
        except subprocess.TimeoutExpired as error:
            raise ToolError(
                f"no answer within {TIME_LIMIT} seconds",
                context="uv",
                remedy="Narrow the requirements: an unbounded one makes the resolver try very many versions.",
            ) from error


def write_lines(path: Path, lines: Iterable[str]) -> None:
    """Write one line for each text."""
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")


def parse_pins(output: str) -> tuple[Pin, ...]:
    """Parse ``name==version  # via a, b, -r requirements.in`` lines. Raises :class:`ToolError` on anything else."""
    pins = []
    for line in output.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        match = _PIN.match(line.strip())
        if match is None:
            raise ToolError(
                f"unexpected line in the answer: {line[:120]!r}",
                context="uv",
                remedy="Install the version of uv that uplock asks for.",
            )
        via = [part.strip() for part in (match["via"] or "").split(",") if part.strip()]
        pins.append(
            Pin(
                name=match["name"],
                version=match["version"],
                needed_by=tuple(sorted(part for part in via if not part.startswith("-"))),
                direct=any(part == f"-r {_INPUT}" for part in via),
            )
        )
    return tuple(sorted(pins, key=lambda pin: pin.name))


def explanation(stderr: str, index_url: str) -> str:
    """Return uv's words on one line, without marks of the terminal and without the loopback address."""
    words = re.sub(r"\x1b\[[0-9;]*m", "", stderr).replace(index_url, "the index: ")
    words = re.sub(r"http://127\.0\.0\.1:\d+\S*", "the index", words)
    text = " ".join(_DRAWING.sub(" ", words).split())
    return text[:8000] or "no explanation given"


def find_uv() -> Path:
    """Return the ``uv`` binary that came with uplock. Raises :class:`ToolError`."""
    from uv import find_uv_bin

    try:
        return Path(find_uv_bin())
    except FileNotFoundError as error:
        raise ToolError("the program is missing", context="uv", remedy="Install uv again: pip install uv.") from error
