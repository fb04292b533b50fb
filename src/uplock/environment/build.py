"""Building wheels (PEP 517): in a fresh environment of the target's interpreter, confined, with exactly what is pinned.

A build has a folder of its own: the environment, which it can read only, and beside it source tree, home, temporary
files and the wheel. It is told one time (``SOURCE_DATE_EPOCH``), one hash seed, one umask and one locale.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from uplock.environment.build_programs import CALL_HOOK, FRONTEND_VERSION
from uplock.environment.confined import Confinement, Cut
from uplock.environment_ports import BuildOrder
from uplock.errors import InputError, ToolError, located
from uplock.files import open_regular, reason, write_error
from uplock.host.interpreters import Purpose
from uplock.host.program import run
from uplock.inspect.sdist_tree import source_files
from uplock.model.host import HostPython
from uplock.model.value import decode

FRONTEND = f"uplock-build {FRONTEND_VERSION}"
"""Name and version of what calls backends: part of what a wheel was built with."""
BUILDING = Purpose(
    refusal="cannot be built for here",
    elsewhere="Build on a machine of that platform.",
    absent="Install CPython {version}, or name it with --python {minor}=PATH.",
)
"""What interpreters are looked for for."""
BUILD_LIMIT = 1800.0
"""Seconds that one call of a backend may take unless the caller says otherwise."""
MAKE_LIMIT = 300
"""Seconds that making the environment may take."""
MAX_ANSWER = 1 << 20
"""Bytes of a backend's answer."""

_OFFLINE = ("--offline", "--no-index", "--no-deps", "--no-cache", "--no-config", "--no-build", "--quiet")
_PREFIXES = "import os, sys; print(os.path.realpath(sys.base_prefix)); print(os.path.realpath(sys.base_exec_prefix))"
_REMEDY = "Name another interpreter with --python."
_ASK = "Ask the owners of the package for a release with a wheel."


class IsolatedBuilder:
    """Implements the ``Builder`` port with venv, uv (which installs, offline) and a frontend of our own."""

    def __init__(self, uv: Path, cut: Callable[[], Cut], limit: float = BUILD_LIMIT) -> None:
        """``cut`` returns how the network can be cut off, or raises; ``limit`` is in seconds for each hook."""
        self._uv = uv
        self._cut = cut
        self._limit = limit
        self._tried: Confinement | None = None

    def isolation(self) -> str:
        """Return how a build is kept from the network and from files, tried. Raises :class:`UnaskableError`."""
        return self._confinement().name()

    def requirements(self, order: BuildOrder) -> tuple[str, ...]:
        """Return what the backend asks for beyond what the sdist says, as it says it. Raises as :meth:`build`."""
        with self._prepared(order) as place:
            return decode(self._called("requires", order, place), tuple[str, ...])

    @contextmanager
    def build(self, order: BuildOrder) -> Iterator[Path]:
        """Build the wheel and give its path, which is gone when the context ends.

        Raises :class:`ToolError` with the backend's last words if it fails or takes too long, :class:`InputError` for
        an sdist that cannot be unpacked or a wheel that is not where it is said to be, :class:`UnaskableError` if
        nothing can be built here.
        """
        with self._prepared(order) as place:
            answer = self._called("wheel", order, place)
            with located(order.filename):
                wheel = _wheel(place, decode(answer, str))
            yield wheel

    def _confinement(self) -> Confinement:
        if self._tried is None:
            confinement = Confinement(self._cut(), self._limit)
            confinement.name()
            self._tried = confinement
        return self._tried

    @contextmanager
    def _prepared(self, order: BuildOrder) -> Iterator[Path]:
        """Make the folder of a build, with environment and source tree in it."""
        self._confinement()
        with tempfile.TemporaryDirectory(prefix=f"uplock-{order.label}-", ignore_cleanup_errors=True) as folder:
            place = Path(os.path.realpath(folder))
            try:
                for name in ("home", "temporary", "out", "source"):
                    (place / "work" / name).mkdir(parents=True, exist_ok=True)
                self._make_environment(order, place)
                _unpack(order, place / "work" / "source")
            except OSError as error:
                raise write_error(place, error) from error
            yield place

    def _make_environment(self, order: BuildOrder, place: Path) -> None:
        environment = place / "environment"
        _make([order.python.path, "-I", "-m", "venv", "--without-pip", str(environment)], place, order.python)
        if not order.wheels:
            return
        # Copies, never links: the archive's own bytes must be out of reach.
        folder = place / "wheels"
        folder.mkdir()
        for name, source in order.wheels:
            shutil.copyfile(source, folder / name)
        files = [str(folder / name) for name, _ in order.wheels]
        install = [str(self._uv), "pip", "install", "--python", str(environment / "bin" / "python"), *_OFFLINE]
        _make([*install, "--link-mode", "copy", *files], place, order.python)
        shutil.rmtree(folder)

    def _called(self, hook: str, order: BuildOrder, place: Path) -> bytes:
        """Call one hook of the backend and return its answer as JSON."""
        work, python = place / "work", place / "environment" / "bin" / "python"
        result = work / "temporary" / "answer.json"
        source = work / "source"
        path = [str(source / each) for each in order.system.backend_path]
        command = [
            str(python),
            "-s",
            "-c",
            CALL_HOOK,
            hook,
            str(result),
            order.system.backend,
            str(work / "out"),
            *path,
        ]
        readable = [str(place / "environment"), *_prefixes(python, place)]
        with located(order.filename):
            self._confinement().run(command, source, _variables(order, place), readable, work)
            return _answer(result)


def _variables(order: BuildOrder, place: Path) -> dict[str, str]:
    """Return the whole environment of a build: equal everywhere but for the folder."""
    work = place / "work"
    return {
        "HOME": str(work / "home"),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "PATH": f"{place / 'environment' / 'bin'}:/usr/local/bin:/usr/bin:/bin",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONNOUSERSITE": "1",
        "PYTHONUNBUFFERED": "1",
        "SOURCE_DATE_EPOCH": str(order.epoch),
        "TMPDIR": str(work / "temporary"),
        "TZ": "UTC",
        "VIRTUAL_ENV": str(place / "environment"),
    }


def _make(command: list[str], place: Path, python: HostPython) -> None:
    environment = {"HOME": str(place / "work" / "home"), "TMPDIR": str(place / "work" / "temporary")}
    done = run(command, place, {**environment, "UV_NO_CONFIG": "1"}, "venv", MAKE_LIMIT)
    if done.returncode != 0:
        words = " ".join((done.stderr or done.stdout).split())[:2000]
        raise ToolError(f"cannot make an environment to build in: {words}", context=python.path, remedy=_REMEDY)


def _prefixes(python: Path, place: Path) -> tuple[str, ...]:
    """Return where the interpreter of an environment and its library are."""
    done = run([str(python), "-I", "-S", "-c", _PREFIXES], place, {}, "python", MAKE_LIMIT)
    if done.returncode != 0:
        raise ToolError("does not name its prefixes", context=str(python), remedy=_REMEDY)
    return tuple(dict.fromkeys(line for line in done.stdout.splitlines() if line.startswith("/")))


def _unpack(order: BuildOrder, source: Path) -> None:
    """Write the files of an sdist below a new folder; their times are the build's."""
    with order.sdist.open("rb") as stream:
        for file in source_files(stream, order.filename):
            path = source / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            if file.data is None:
                shutil.copy2(source / file.copy_of, path)
                continue
            path.write_bytes(file.data)
            path.chmod(0o755 if file.executable else 0o644)
            os.utime(path, (order.epoch, order.epoch))


def _answer(path: Path) -> bytes:
    """Return what a backend answered: of a plain file that is where it should be, never behind a link."""
    try:
        if path.resolve() != path:
            raise InputError("the backend left a link in the place of its answer", remedy=_ASK)
        with open_regular(path, os.O_NOFOLLOW) as stream:
            data = stream.read(MAX_ANSWER + 1)
    except OSError as error:
        raise InputError(f"the backend left no answer: {reason(error)}", remedy=_ASK) from error
    if len(data) > MAX_ANSWER:
        raise InputError(f"the backend's answer is longer than {MAX_ANSWER} bytes", remedy=_ASK)
    return data


def _wheel(place: Path, name: str) -> Path:
    """Return the wheel that a backend says it has made: a plain file in the folder that it was given, alone there."""
    out = place / "work" / "out"
    try:
        found = sorted(entry.name for entry in out.iterdir()) if out.resolve() == out else []
    except OSError as error:
        raise InputError(f"the backend left no folder of wheels: {reason(error)}", remedy=_ASK) from error
    if found != [name]:
        raise InputError(
            f"the backend says that it made {name[:200]!a}, and left {len(found)} files: {', '.join(found)[:300]!a}",
            remedy=_ASK,
        )
    path = out / name
    if not stat.S_ISREG(path.lstat().st_mode):
        raise InputError("the backend left something else than a file in the place of its wheel", remedy=_ASK)
    return path
