"""pip-tools as a resolver: pip's own choice of versions, asked in the very interpreter of the target.

``pip-compile`` runs in an environment of exactly the locked patch version, since it takes the interpreter and the
machine that it runs on for the target. It sees nothing but what of the view fits that target; it builds nothing, and
its hashes are never asked for: files and digests come from the recorded view.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from uplock.errors import ResolutionError, ToolError, UnaskableError
from uplock.host.interpreters import Interpreters
from uplock.host.program import run
from uplock.model.target import Target
from uplock.model.value import changed
from uplock.ports import Question, Resolution, ViewAddress
from uplock.resolve.environments import Environment, Environments, Fetch
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
from uplock.resolve.toolset import tool_set, version_of

_NEWEST = "3.14"
_PIP_ARGUMENTS = (
    "--only-binary :all: --isolated --no-input --no-cache-dir --disable-pip-version-check --retries 0"
    " --progress-bar off"
)
_UNSOLVED = re.compile(
    r"^pip\._internal\.exceptions\.(?:DistributionNotFound|UnsupportedPythonVersion)\b", re.MULTILINE
)
_RAISED = re.compile(r"^(?:[A-Za-z_]\w*\.)*[A-Z]\w*: (.+)", re.MULTILINE)
"""The last line of a traceback."""
_LOOKED_AT = re.compile(r"([A-Za-z0-9_.]+)-([A-Za-z0-9_.!+]+)-[^\s/]+\.whl\.metadata\b")
"""Project and version whose metadata pip says it reads."""
_DISCARDING = "Discarding "
_CONFLICT = re.compile(r"^ *(The conflict is caused by:\n(?: +\S.*\n)+)", re.MULTILINE)


class PipToolsResolver:
    """Runs ``pip-compile`` under the interpreter of each target, in a scrubbed environment without any cache."""

    def __init__(  # noqa: PLR0913 - what it looks for interpreters in, and what it makes environments of
        self,
        *,
        uv: Path,
        environments: Path,
        fetch: Fetch,
        home: Path,
        pythons: Mapping[str, Path] | None = None,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        """``environments`` is a folder to keep virtual environments in, ``uv`` the uv program, ``home`` the user's.

        ``fetch`` returns a file with the wheel of a name, version and SHA-256. ``pythons`` maps minor or full versions
        to interpreters that are tried first; ``environ`` is where ``PATH`` and ``PYENV_ROOT`` are read.
        """
        self._interpreters = Interpreters(pythons or {}, environ, home, uv)
        self._environments = Environments(environments, fetch, uv)
        self._scratch = tempfile.TemporaryDirectory(prefix="uplock-pip-tools-", ignore_cleanup_errors=True)

    def close(self) -> None:
        """Remove what is left on disk. Calling it twice is harmless."""
        self._scratch.cleanup()

    @property
    def version(self) -> str:
        """Name and version that uplock pins for current interpreters, whatever is installed: ``pip-tools 7.6.2``."""
        return f"pip-tools {version_of(tool_set(_NEWEST), 'pip-tools')}"

    def version_for(self, target: Target) -> str:
        """Return name and version that ``target`` is resolved with. Raises as :meth:`resolve` does."""
        return f"pip-tools {self._environment(target).pip_tools}"

    def resolve(self, question: Question, served: ViewAddress) -> Resolution:
        """Resolve under the target's own interpreter, against what of the view fits it; nothing is built.

        pip takes versions to keep for constraints, and drops those that it finds in its way. Where that does not help,
        it is asked once more without any. Raises :class:`ResolutionError` with pip's own explanation,
        :class:`UnaskableError` if that interpreter is not here, :class:`ToolError` if pip-tools cannot do its work.
        """
        if question.lowest:
            raise UnaskableError("pip-tools knows no lowest versions", remedy="Ask uv: it is what plans are made with.")
        environment, index_url = self._environment(question.target), served.url_for(question.target)
        done, answer = self._asked(question, environment, index_url)
        if answer is None and question.preferred and _is_unsolved(done):
            done, answer = self._asked(changed(question, preferred=()), environment, index_url)
        if answer is None:
            raise _failure(done, question.target, environment, index_url)
        if _went_back(done):
            kept = tuple((pin.name, pin.version) for pin in answer.pins)
            _, straight = self._asked(changed(question, preferred=kept), environment, index_url)
            if straight is not None and kept == tuple((pin.name, pin.version) for pin in straight.pins):
                return straight
        return answer

    def _environment(self, target: Target) -> Environment:
        return self._environments.get(self._interpreters.find(target))

    def _asked(
        self, question: Question, environment: Environment, index_url: str
    ) -> tuple[subprocess.CompletedProcess[str], Resolution | None]:
        """Return what was said, and the answer if there is one."""
        with tempfile.TemporaryDirectory(prefix="resolve-", dir=self._scratch.name) as folder:
            place = Path(folder)
            write_question(place, question)
            done = run(
                _command(environment.python, index_url),
                place,
                _scrubbed(place),
                "pip-tools",
                TIME_LIMIT,
                remedy=TOO_SLOW,
            )
            return done, read_answer(place, "pip-tools") if done.returncode == 0 else None


def _command(python: str, index_url: str) -> list[str]:
    return [
        *(python, "-I", "-X", "utf8", "-m", "piptools", "compile", REQUIREMENTS, "--constraint", CONSTRAINTS),
        *("--no-config", "--no-header", "--annotation-style", "line", "--verbose", "--no-color", "--newline", "lf"),
        *("--no-emit-index-url", "--no-emit-find-links", "--no-emit-trusted-host", "--no-emit-options"),
        *("--allow-unsafe", "--strip-extras", "--resolver", "backtracking", "--cache-dir", "cache"),
        *("--index-url", index_url, "--output-file", ANSWER, "--pip-args", _PIP_ARGUMENTS),
    ]


def _scrubbed(place: Path) -> dict[str, str]:
    """Return the whole environment of a run: nothing of the caller's, so no index, keyring or proxy of theirs."""
    return {"HOME": str(place), "TMPDIR": str(place), "PIP_CONFIG_FILE": os.devnull, "NO_PROXY": "*"}


def _is_unsolved(done: subprocess.CompletedProcess[str]) -> bool:
    return _UNSOLVED.search(done.stderr) is not None


def _went_back(done: subprocess.CompletedProcess[str]) -> bool:
    """Whether a version was looked at and dropped again.

    pip-tools then also names, as needed by it, what only the dropped version needs. Asked again with the answer as
    versions to keep, it goes straight there and names what is true.
    """
    looked_at = set(_LOOKED_AT.findall(done.stdout))
    return len(looked_at) > len({name for name, _ in looked_at}) or _DISCARDING in done.stderr


def _failure(
    done: subprocess.CompletedProcess[str], target: Target, environment: Environment, index_url: str
) -> ResolutionError | ToolError:
    words = explanation(_words(done), index_url)
    tool = f"pip-tools {environment.pip_tools}, pip {environment.pip}"
    return failure(words, done.returncode, target, tool, unsolved=_is_unsolved(done))


def _words(done: subprocess.CompletedProcess[str]) -> str:
    """Return what pip said about a failure, of all that pip-tools printed: no progress, no traceback."""
    said, _, traceback = done.stderr.rpartition(_DISCARDING)[2].partition("Traceback (most recent call last):")
    errors = [line.strip().removeprefix("ERROR: ") for line in said.splitlines() if line.strip().startswith("ERROR: ")]
    conflicts = _CONFLICT.findall(done.stdout)
    words = [*errors, *conflicts[-1:]]
    return "\n".join(words or _RAISED.findall(traceback)[-1:] or [said])
