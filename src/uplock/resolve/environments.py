"""Virtual environments with pip-tools for interpreters of this machine, made when first needed and kept.

An environment is named by the digest of all that it consists of, and appears by one rename when it is complete: a run
that was killed leaves none that is half made, and of two that make the same one at once, the first one's stays.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from uplock.errors import ArchiveError, IntegrityError, ToolError
from uplock.files import digest_file, write_error
from uplock.host.interpreters import PROBE_LIMIT
from uplock.host.program import run
from uplock.model.digest import Sha256, digest_of
from uplock.model.host import HostPython
from uplock.model.value import Value
from uplock.resolve.private import private_folder
from uplock.resolve.toolset import Tool, tool_set, version_of

Fetch = Callable[[str, str, Sha256], Path]
"""Returns a file with the wheel of a name and version whose SHA-256 is given; raises what an index raises."""

MAKE_LIMIT = 300
"""Seconds that making an environment may take."""

_FORMAT = 1
_QUESTION = """
import pip, piptools.scripts.compile
from importlib.metadata import version
print(version("pip-tools"), version("pip"))
"""
_OFFLINE = ("--offline", "--no-index", "--no-deps", "--no-cache", "--no-config", "--no-build", "--quiet")
_REMEDY = "Name another interpreter with --python, or use the resolver uv."


class Environment(Value, frozen=True, kw_only=True):
    """An interpreter that can run pip-tools: the program, and the versions of pip-tools and pip."""

    python: str
    pip_tools: str
    pip: str


class Environments:
    """Makes environments below one folder, and gives them out again."""

    def __init__(
        self, folder: Path, fetch: Fetch, uv: Path, tools: Callable[[str], tuple[Tool, ...]] = tool_set
    ) -> None:
        """``uv`` is the uv program: it installs, offline, what ``fetch`` returns of ``tools`` for a minor version."""
        self._tools = tools
        self._folder = folder
        self._fetch = fetch
        self._uv = uv
        self._known: dict[HostPython, Environment] = {}

    def get(self, python: HostPython) -> Environment:
        """Return an environment of ``python``: that which uplock itself runs in if it will do, else one of ours.

        Raises :class:`ToolError` if none can be made, :class:`IntegrityError` if a wheel is not the one that is
        pinned, :class:`ArchiveError` if the folder cannot be used, and what ``fetch`` raises.
        """
        if python not in self._known:
            own = _pinned(python.path, tool_set(python.minor)) if Path(python.path) == Path(sys.executable) else None
            self._known[python] = own or self._kept(python)
        return self._known[python]

    def _kept(self, python: HostPython) -> Environment:
        folder = private_folder(self._folder)
        if folder is None:
            raise ArchiveError(
                "cannot be used: others can write there, or it cannot be made",
                context=str(self._folder),
                remedy="Make it a folder that only you can write, or name another cache.",
            )
        tools = self._tools(python.minor)
        place = folder / environment_name(python, tools)
        kept = _working(place, tools)
        if kept is None:
            self._make(python, tools, place)
            kept = _working(place, tools)
        if kept is None:
            raise ToolError("pip-tools does not work in an environment of it", context=python.path, remedy=_REMEDY)
        return kept

    def _make(self, python: HostPython, tools: tuple[Tool, ...], place: Path) -> None:
        """Make an environment beside ``place`` and put it there."""
        try:
            with tempfile.TemporaryDirectory(prefix=".making-", dir=place.parent, ignore_cleanup_errors=True) as folder:
                scratch = Path(folder)
                made, files = scratch / "environment", self._collect(tools, scratch)
                _run([python.path, "-I", "-m", "venv", "--without-pip", str(made)], scratch, python.path)
                install = [str(self._uv), "pip", "install", "--python", str(made / "bin" / "python"), *_OFFLINE, *files]
                _run(install, scratch, "uv")
                _put(made, place, scratch / "replaced", tools)
        except OSError as error:
            raise write_error(place, error) from error

    def _collect(self, tools: tuple[Tool, ...], folder: Path) -> list[str]:
        """Copy the wheels into a folder and return their paths."""
        copies = [folder / tool.filename for tool in tools]
        for tool, copy in zip(tools, copies, strict=True):
            shutil.copyfile(self._fetch(tool.name, tool.version, tool.sha256), copy)
            if digest_file(copy) != tool.sha256:
                raise IntegrityError(
                    f"is not the file that is pinned (sha256 {tool.sha256})",
                    context=tool.filename,
                    remedy="Remove it from the cache, and ask an index that you trust.",
                )
        return [str(copy) for copy in copies]


def environment_name(python: HostPython, tools: tuple[Tool, ...]) -> Sha256:
    """Return the digest of what an environment is made of: the name of its folder."""
    return digest_of({"format": _FORMAT, "python": python, "tools": tools})


def _run(command: list[str], scratch: Path, what: str) -> None:
    environment = {"HOME": str(scratch), "TMPDIR": str(scratch), "UV_NO_CONFIG": "1"}
    done = run(command, scratch, environment, what, MAKE_LIMIT)
    if done.returncode != 0:
        words = " ".join((done.stderr or done.stdout).split())[:2000]
        raise ToolError(f"cannot make an environment for pip-tools: {words}", context=what, remedy=_REMEDY)


def _put(made: Path, place: Path, aside: Path, tools: tuple[Tool, ...]) -> None:
    """Rename a complete environment into its place, unless one that works got there first."""
    try:
        os.rename(made, place)
    except OSError:
        if _working(place, tools) is None:
            os.rename(place, aside)
            os.rename(made, place)


def _working(place: Path, tools: tuple[Tool, ...]) -> Environment | None:
    """Return the environment at ``place`` if it works and has what is pinned."""
    return _pinned(str(place / "bin" / "python"), tools)


def _pinned(python: str, tools: tuple[Tool, ...]) -> Environment | None:
    """Return the environment of an interpreter if it has the very tools that are pinned, else ``None``."""
    found = _ask(python)
    pinned = (version_of(tools, "pip-tools"), version_of(tools, "pip"))
    return found if found is not None and (found.pip_tools, found.pip) == pinned else None


def _ask(python: str) -> Environment | None:
    """Return the environment that an interpreter belongs to, or ``None`` if pip-tools cannot be run in it."""
    try:
        done = run([python, "-I", "-c", _QUESTION], Path("/"), {}, python, PROBE_LIMIT)
        pip_tools, pip = done.stdout.split()
    except (ToolError, ValueError):
        return None
    return Environment(python=python, pip_tools=pip_tools, pip=pip) if done.returncode == 0 else None
