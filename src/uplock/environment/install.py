"""Making virtual environments with uv or with pip, from given files and nothing else.

Both programs run in a scrubbed environment without configuration, index, cache of the user's, or building. They are
told every pin with its one hash, and check the bytes once more.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from uplock.environment.bootstrap import bundled_pip
from uplock.environment_ports import InstallOrder
from uplock.errors import ToolError, UsageError
from uplock.files import write_error
from uplock.host.isolation import Isolation
from uplock.host.program import run
from uplock.model.installed import Installed

INSTALL_LIMIT = 1800
"""Seconds that one step of an installation may take."""

MAX_WORDS = 2000
"""Characters of a program's words that an error repeats."""

FindIsolation = Callable[[], Isolation]

_PIP = (
    *("--isolated", "--disable-pip-version-check", "--no-input", "--no-color", "install"),
    *("--quiet", "--no-index", "--no-deps", "--require-hashes", "--only-binary", ":all:", "--no-cache-dir"),
    *("--no-compile", "--no-warn-script-location"),
)
_UV_VENV = ("venv", "--quiet", "--no-config", "--no-project", "--offline", "--no-python-downloads")
_UV_SYNC = (
    *("pip", "sync", "--quiet", "--no-config", "--offline", "--no-index", "--no-build", "--require-hashes"),
    *("--no-python-downloads", "--strict"),
)


class UvInstaller:
    """Implements the ``Installer`` port with uv."""

    def __init__(self, uv: Path, find_isolation: FindIsolation) -> None:
        self._uv = str(uv)
        self._isolation = find_isolation

    def install(self, order: InstallOrder) -> Installed:
        """Make the environment. Raises as the port says."""
        with _prepared(order, self._isolation) as work:
            cache = ("--cache-dir", str((order.unpacked or work.scratch) / "cache"))
            work.run([self._uv, *_UV_VENV, *cache, "--python", order.python.path, str(order.place)], "uv")
            python = str(order.place / "bin" / "python")
            given = ("--find-links", str(work.wheels), "--python", python, str(work.requirements))
            work.run([self._uv, *_UV_SYNC, *cache, *given], "uv")
            version = work.run([self._uv, "--version"], "uv").split()
            return Installed(installer=" ".join(version[:2]), isolation=work.isolation)


class PipInstaller:
    """Implements the ``Installer`` port with the pip that the interpreter brings along (``ensurepip``).

    It runs out of its wheel and is not installed: what it installs could otherwise replace it while it runs, and no
    interpreter is started in the environment afterwards, which would run what a ``.pth`` file says.
    """

    def __init__(self, find_isolation: FindIsolation) -> None:
        self._isolation = find_isolation

    def install(self, order: InstallOrder) -> Installed:
        """Make the environment. Raises as the port says."""
        with _prepared(order, self._isolation) as work:
            wheel = bundled_pip(Path(order.python.path))
            work.run([order.python.path, "-I", "-B", "-m", "venv", "--without-pip", str(order.place)], "venv")
            pip = [str(order.place / "bin" / "python"), "-I", "-B", str(wheel / "pip")]
            work.run([*pip, *_PIP, "--find-links", str(work.wheels), "-r", str(work.requirements)], "pip")
            return Installed(installer=f"pip {wheel.name.split('-')[1]}", isolation=work.isolation)


class _Work:
    """The files and the way of running of one installation."""

    def __init__(self, scratch: Path, isolation: Isolation | None, unpacked: Path | None) -> None:
        self.scratch = scratch
        # uv knows what it unpacked by the path of the wheel: so the wheels of following orders lie in the same place.
        self.wheels = (unpacked or scratch) / "wheels"
        self.requirements = scratch / "requirements.txt"
        self._found = isolation

    @property
    def isolation(self) -> str | None:
        """How the network is cut off."""
        return None if self._found is None else self._found.name

    def run(self, command: Sequence[str], tool: str) -> str:
        """Run a program and return what it said. Raises :class:`ToolError` with its words if it fails."""
        prefix = () if self._found is None else self._found.prefix
        done = run([*prefix, *command], self.scratch, _environment(self.scratch), tool, INSTALL_LIMIT)
        if done.returncode != 0:
            words = " ".join((done.stderr or done.stdout).split())[-MAX_WORDS:]
            raise ToolError(
                f"failed (exit {done.returncode}): {words or 'it said nothing'}",
                context=tool,
                remedy="See its words above; uplock archive fsck says whether the archived bytes are whole.",
            )
        return done.stdout


def _environment(scratch: Path) -> dict[str, str]:
    return {
        "HOME": str(scratch),
        "LC_ALL": "C.UTF-8",
        "PATH": os.defpath,
        "PIP_CONFIG_FILE": os.devnull,
        "PYTHONDONTWRITEBYTECODE": "1",
        "TMPDIR": str(scratch),
        "UV_NO_CONFIG": "1",
    }


@contextmanager
def _prepared(order: InstallOrder, find_isolation: FindIsolation) -> Iterator[_Work]:
    """Lay out what an installer is given; if it fails or is interrupted, nothing is left at the place."""
    isolation = find_isolation() if order.isolated else None
    place = order.place
    if place.exists() or place.is_symlink():
        raise UsageError("there is something already", context=str(place), remedy="Name a place that is free.")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        # Beside the environment: on one file system uv links what it unpacked instead of copying it.
        scratch = tempfile.mkdtemp(prefix=".uplock-install-", dir=place.parent)
    except OSError as error:
        raise write_error(place, error) from error
    work = _Work(Path(scratch), isolation, order.unpacked)
    try:
        _lay_out(work, order)
        yield work
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _lay_out(work: _Work, order: InstallOrder) -> None:
    try:
        work.wheels.mkdir(parents=True, exist_ok=order.unpacked is not None)
        work.requirements.write_bytes(order.requirements)
        for name, path in order.wheels:
            if name != os.path.basename(name) or not name.endswith(".whl") or name.startswith("."):
                raise UsageError(f"{name[:80]!r} is not the file name of a wheel", remedy="Lock again.")
            link, file = work.wheels / name, os.path.abspath(path)
            if order.unpacked is not None and link.is_symlink():
                if os.readlink(link) == file:
                    continue
                link.unlink()
            os.symlink(file, link)
    except OSError as error:
        raise write_error(work.scratch, error) from error
