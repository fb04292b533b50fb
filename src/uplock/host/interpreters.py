"""Finding the interpreter of a target on this machine: of exactly its patch version, on its platform.

A resolver that takes the interpreter it runs in for the target gives a right answer in no other: two patches of one
minor can have different locks.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from threading import Lock as Mutex
from typing import NamedTuple

from uplock.errors import InputError, ToolError, UnaskableError
from uplock.host.program import run
from uplock.model.host import HostPython
from uplock.model.target import Target
from uplock.model.value import decode

PROBE_LIMIT = 20
"""Seconds that an interpreter may take to say what it is."""

_PROBE = """
import json, os, platform, subprocess, sys, sysconfig
libc, version = "", ""
if sys.platform == "linux":
    try:
        libc, version = os.confstr("CS_GNU_LIBC_VERSION").split()
    except (AttributeError, OSError, ValueError):
        name = "/lib/ld-musl-%s.so.1" % platform.machine()
        if os.path.exists(name):
            words = subprocess.run([name], stderr=subprocess.PIPE).stderr.decode("ascii", "replace").split()
            libc, version = "musl", words[words.index("Version") + 1]
elif sys.platform == "darwin":
    libc, version = "macos", platform.mac_ver()[0]
print(json.dumps({
    "path": sys.executable, "version": platform.python_version(), "implementation": sys.implementation.name,
    "gil": not sysconfig.get_config_var("Py_GIL_DISABLED"), "wide": sys.maxsize > 2**32,
    "system": sys.platform, "machine": platform.machine(), "libc": libc, "libc_version": version,
}))
"""

_KEPT_ENVIRONMENT = ("HOME", "LANG", "LC_ALL", "PATH", "PYENV_ROOT", "XDG_DATA_HOME", "UV_PYTHON_INSTALL_DIR")


class Purpose(NamedTuple):
    """What an interpreter is looked for, in the words that are used when it is not there."""

    refusal: str
    elsewhere: str
    """The remedy on a machine of another platform."""
    absent: str
    """The remedy where only other versions are; ``{version}`` and ``{minor}`` are filled in."""


RESOLVING = Purpose(
    refusal="pip-tools cannot be asked here",
    elsewhere="Lock this target on a machine of its platform, or with the resolver uv.",
    absent="Install CPython {version}, name it with --python {minor}=PATH, or lock for a version that is here.",
)
INSTALLING = Purpose(
    refusal="cannot be installed here",
    elsewhere="Install on a machine of that platform.",
    absent="Install CPython {version} or name it with --python; --any-patch takes another patch of {minor}.",
)


class Interpreters:
    """Looks for interpreters where people have them, and asks each of them once what it is."""

    def __init__(
        self,
        explicit: Mapping[str, Path],
        environ: Mapping[str, str],
        home: Path,
        uv: Path,
        purpose: Purpose = RESOLVING,
    ) -> None:
        """``explicit`` maps minor or full versions to programs, which are tried first; ``uv`` is the uv program."""
        self._purpose = purpose
        self._explicit = explicit
        self._environ = environ
        self._home = home
        self._uv = uv
        self._guard = Mutex()
        self._probed: dict[str, HostPython | None] = {}

    def find(self, target: Target, *, any_patch: bool = False) -> HostPython:
        """Return the interpreter of ``target``: this patch version, on this platform.

        With ``any_patch`` another patch of the same minor will do where the very one is not there: the newest.

        Raises :class:`UnaskableError` that says what was found instead.
        """
        with self._guard:
            host = self._probe(Path(sys.executable))
            if host is not None and not host.runs(target):
                raise UnaskableError(
                    f"{self._purpose.refusal}: this machine is {host.platform}, not {target.platform.name}",
                    context=target.name,
                    remedy=self._purpose.elsewhere,
                )
            wanted = target.interpreter
            found: dict[str, HostPython] = {}
            if named := self._named(wanted.minor, wanted.version, any_patch=any_patch):
                if not named.runs(target):
                    raise UnaskableError(
                        f"{self._purpose.refusal}: {named.path} is for {named.platform}",
                        context=target.name,
                        remedy=self._purpose.elsewhere,
                    )
                return named
            for path in self._candidates(wanted.minor, wanted.version):
                python = self._probe(path)
                if python is None or python.minor != wanted.minor or not python.runs(target):
                    continue
                if python.version == wanted.version:
                    return python
                found.setdefault(python.version, python)
        if any_patch and found:
            return found[max(found, key=_patch)]
        here = f"{', '.join(sorted(found, key=_patch))} found" if found else f"no CPython {wanted.minor} found"
        raise UnaskableError(
            f"{self._purpose.refusal}: {here}, {wanted.version} locked",
            context=target.name,
            remedy=self._purpose.absent.format(version=wanted.version, minor=wanted.minor),
        )

    def _candidates(self, minor: str, version: str) -> Iterator[Path]:
        yield Path(sys.executable)
        for name in (f"python{minor}", "python3", "python"):
            if program := shutil.which(name, path=self._environ.get("PATH", "")):
                yield Path(program)
        pyenv = Path(self._environ.get("PYENV_ROOT") or self._home / ".pyenv") / "versions"
        yield pyenv / version / "bin" / "python"
        yield from sorted(path / "bin" / "python" for path in pyenv.glob(f"{minor}[.-]*") if path.name != version)
        if managed := self._managed_by_uv(version):
            yield managed

    def _named(self, minor: str, version: str, *, any_patch: bool) -> HostPython | None:
        """Return what ``--python`` names for a version, if it names anything.

        Raises :class:`UnaskableError` if that is no interpreter that can be locked, or another than is wanted: what
        somebody names is never passed over for something else.
        """
        name = next((each for each in (version, minor) if each in self._explicit), None)
        if name is None:
            return None
        path, python = self._explicit[name], self._probe(self._explicit[name])
        if python is None:
            message = "is no CPython with the GIL that answers"
        elif python.version == version or (any_patch and python.minor == minor):
            return python
        else:
            message = f"is CPython {python.version}, and {version} is locked"
        raise UnaskableError(
            message,
            context=f"--python {name}={path}",
            remedy="Name the program of that interpreter, or leave the option out.",
        )

    def _managed_by_uv(self, version: str) -> Path | None:
        arguments = ("--managed-python", "--no-python-downloads", "--offline", "--no-config", "--no-project")
        command = [str(self._uv), "python", "find", version, *arguments, "--no-cache"]
        try:
            done = run(command, Path("/"), self._environment(), "uv", PROBE_LIMIT)
        except ToolError:
            return None
        return Path(done.stdout.strip()) if done.returncode == 0 else None

    def _probe(self, path: Path) -> HostPython | None:
        """Return what an interpreter says it is, ``None`` for one that does not answer or is of another kind."""
        key = str(path)
        if key not in self._probed:
            python = probe(path, self._environment())
            self._probed[key] = python if python is not None and python.is_cpython else None
        return self._probed[key]

    def _environment(self) -> dict[str, str]:
        return {key: self._environ[key] for key in _KEPT_ENVIRONMENT if key in self._environ}


def probe(path: Path, environment: Mapping[str, str]) -> HostPython | None:
    """Ask a program what interpreter it is; ``None`` if it does not answer as one."""
    try:
        done = run([str(path), "-I", "-c", _PROBE], Path("/"), environment, path.name, PROBE_LIMIT)
        return decode(done.stdout, HostPython) if done.returncode == 0 else None
    except (ToolError, InputError, ValueError):
        return None


def _patch(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))
