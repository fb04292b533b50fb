"""Importing modules of an environment, each package in a process of its own, cut off from the network."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Literal

from uplock.errors import InputError, ToolError
from uplock.host.isolation import Isolation
from uplock.model.installed import ImportFailure, ImportTrace, TracedFailure
from uplock.model.value import Value, decode

WORKERS = 2
"""Packages at once."""

MAX_DETAIL = 500
"""Characters of what an interpreter says of a failure."""
MAX_REPORT = 4 * 1024 * 1024
"""Bytes of a report that are read."""
MAX_AT_ONCE = 500
"""Modules that one process imports: their names are arguments."""
MAX_ENDINGS = 5
"""Modules of one package that may end their process or hang; those after them are not tried."""
MAX_WORDS = 2000
"""Bytes at the end of what a process wrote to standard error that are looked at."""

_PROGRAM = r"""
import sys
sys.path[:] = [each for each in sys.path if each]
import importlib, json, os, resource
report, modules = sys.argv[1], sys.argv[2:]
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 28, 1 << 28))
out = os.open(report, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
def say(module, state, detail="", files=()):
    line = {"module": module, "state": state, "detail": detail[-500:], "files": files}
    os.write(out, (json.dumps(line) + "\n").encode())
def inside(names):
    mark = os.sep + "site-packages" + os.sep
    return [str(name).partition(mark)[2] for name in names if name and mark in str(name)]
def frames(error):
    found, seen = [], set()
    while error is not None and id(error) not in seen and len(seen) < 20:
        seen.add(id(error))
        step = error.__traceback__
        while step is not None and len(found) < 400:
            found.append(step.tb_frame.f_code.co_filename)
            step = step.tb_next
        error = error.__cause__ or error.__context__
    return inside(found)
sys.argv[1:] = []
for module in modules:
    say(module, "begun")
    try:
        importlib.import_module(module)
    except BaseException as error:
        say(module, "raised", "%s: %s" % (type(error).__name__, str(error).strip()), frames(error))
    else:
        say(module, "imported")
say("", "loaded", "", inside(getattr(each, "__file__", None) for each in list(sys.modules.values())))
os._exit(0)
"""


Ending = Literal["timed-out", "killed"]


class _Line(Value, frozen=True, kw_only=True):
    """One line of a report."""

    module: str
    state: str
    detail: str
    files: tuple[str, ...] = ()
    """Below ``site-packages``: of a failure the frames, of the end what was loaded."""


def check_imports(
    directory: Path, modules: Mapping[str, tuple[str, ...]], limit: float, isolation: Isolation
) -> tuple[ImportFailure, ...]:
    """Import modules, given by package; ``limit`` is in seconds for each package. As :func:`trace_imports`."""
    return tuple(each.failure for each in trace_imports(directory, modules, limit, isolation).failures)


def trace_imports(
    directory: Path, modules: Mapping[str, tuple[str, ...]], limit: float, isolation: Isolation
) -> ImportTrace:
    """Import modules, given by package, and tell what failed, in whose code, and what files were loaded.

    ``limit`` is in seconds for each package. Nothing is written into the environment: no bytecode, and home and working
    folder are elsewhere. Raises :class:`ToolError` if the environment's interpreter cannot be started.
    """
    python = directory / "bin" / "python"

    def check(package: str) -> tuple[list[TracedFailure], set[str]]:
        loaded: set[str] = set()
        return list(_package(python, package, modules[package], limit, isolation, loaded=loaded)), loaded

    with ThreadPoolExecutor(WORKERS, thread_name_prefix="imports") as pool:
        found = list(pool.map(check, sorted(modules)))
    return ImportTrace(
        failures=tuple(failure for failures, _ in found for failure in failures),
        loaded=tuple(sorted(set().union(*(loaded for _, loaded in found)))),
    )


def _package(  # noqa: PLR0913 - one package, how it is tried, and where to put what it loads
    python: Path, package: str, modules: Sequence[str], limit: float, isolation: Isolation, *, loaded: set[str]
) -> Iterator[TracedFailure]:
    """Yield the failures of one package. After a module that ends the process, the others go on in a new one."""
    left = list(modules)
    endings = 0
    while left:
        batch = left[:MAX_AT_ONCE]
        lines, ended = _run(python, batch, limit, isolation)
        done = {line.module: line for line in lines if line.state in {"imported", "raised"}}
        loaded.update(file for line in lines if line.state == "loaded" for file in line.files)
        for line in done.values():
            if line.state == "raised":
                failure = ImportFailure(package=package, module=line.module, kind="raised", detail=_shown(line.detail))
                yield TracedFailure(failure=failure, frames=line.files)
        open_ = [module for module in batch if module not in done]
        left = [*open_[1:], *left[MAX_AT_ONCE:]]
        if not open_:
            continue
        kind, detail = ended
        yield TracedFailure(failure=ImportFailure(package=package, module=open_[0], kind=kind, detail=detail))
        endings += 1
        if endings == MAX_ENDINGS and left:
            detail = f"not tried, nor {len(left) - 1} after it: {endings} modules ended the interpreter"
            yield TracedFailure(failure=ImportFailure(package=package, module=left[0], kind="killed", detail=detail))
            return


def _run(
    python: Path, modules: Sequence[str], limit: float, isolation: Isolation
) -> tuple[list[_Line], tuple[Ending, str]]:
    with tempfile.TemporaryDirectory(prefix="uplock-imports-", ignore_cleanup_errors=True) as folder:
        report = os.path.join(folder, "report")
        home = os.path.join(folder, "home")
        os.mkdir(home)
        command = [*isolation.prefix, str(python), "-s", "-B", "-c", _PROGRAM, report, *modules]
        words = os.path.join(folder, "words")
        with open(words, "wb") as errors:
            kind, detail = _ended(command, home, limit, errors)
        return _lines(report), (kind, f"{detail}{_last_words(words)}")


def _ended(command: list[str], home: str, limit: float, errors: BinaryIO) -> tuple[Ending, str]:
    """Run the program to its end, and say how it ended before it was done."""
    # Messages may hold sets, whose order must not differ from run to run: so the interpreter is not told to ignore all
    # of the environment, of which there is nothing else here.
    environment = {"HOME": home, "TMPDIR": home, "PATH": os.defpath, "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0"}
    try:
        process = subprocess.Popen(  # noqa: S603 - our own arguments, no shell; what is imported is cut off
            command,
            cwd=home,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            start_new_session=True,
        )
    except OSError as error:
        raise ToolError(
            f"cannot be run: {error.strerror}", context=command[0], remedy="Install the environment again."
        ) from error
    try:
        code = process.wait(limit)
    except subprocess.TimeoutExpired:
        return "timed-out", f"not done within {limit:g} seconds"
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if code < 0:
        return "killed", f"the interpreter was ended by {signal.Signals(-code).name}"
    return "killed", f"the interpreter ended with code {code}"


def _lines(report: str) -> list[_Line]:
    """Return what was reported; what is no line of ours is passed over, for modules may write what they like."""
    try:
        with open(report, "rb") as stream:
            text = stream.read(MAX_REPORT)
    except OSError:
        return []
    found = []
    for line in text.splitlines():
        with suppress(InputError):
            found.append(decode(line, _Line))
    return found


def _last_words(path: str) -> str:
    """Return the last line of standard error behind a colon, if there is one: a loader says there what is missing."""
    with open(path, "rb") as stream:
        stream.seek(max(os.path.getsize(path) - MAX_WORDS, 0))
        lines = [line for line in stream.read(MAX_WORDS).decode("utf-8", "replace").splitlines() if line.strip()]
    return f": {_shown(lines[-1])}" if lines else ""


def _shown(detail: str) -> str:
    last = [line for line in detail.splitlines() if line.strip()]
    return json.dumps(last[0] if last else "no reason given", ensure_ascii=False)[1:-1][:MAX_DETAIL]
