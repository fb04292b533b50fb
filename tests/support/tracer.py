"""A tracer for Linux: counts the calls of a process that change files, and kills it at one of them.

    python tests/support/tracer.py REQUEST ANSWER

REQUEST is JSON: ``command``, ``places`` (what is below them counts), ``at`` (the number of the call to kill at, counted
from 1; 0: never), ``torn`` (let a write do half of its bytes first). All threads and children are traced, and all of
them are killed at once, with SIGKILL, before the call is done. ANSWER gets ``points`` (name and path of each call),
``killed`` and ``code``. Exit code 0, or 3 with one line on standard error if tracing is not possible here.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from support.system_calls import CALLS, Call, numbered, register_of, stop_at_each, supported

_SEIZE, _CONTINUE, _LISTEN, _TO_NEXT_CALL = 0x4206, 7, 0x4208, 24
_GET_REGISTERS, _SET_REGISTERS, _CALL_INFO = 0x4204, 0x4205, 0x420E
_GENERAL = 1
_OPTIONS = 0x01 | 0x02 | 0x04 | 0x08 | 0x10 | 0x80 | 0x100000
"""Mark stops at calls; follow forks, vforks, threads and programs; stop at filtered calls; die with the tracer."""
_EVENT_FILTERED, _EVENT_STOPPED = 7, 128
_AT_CALL = signal.SIGTRAP | 0x80
_WALL = 0x40000000
_INFO_SIZE = 88
_HERE = -100
"""The descriptor that means the working folder."""
_MAX_PATH = 4096

_libc = ctypes.CDLL(None, use_errno=True)
_libc.ptrace.restype = ctypes.c_long


class Untraceable(Exception):  # noqa: N818 - a state of this machine
    """Processes cannot be traced here."""


class Request(NamedTuple):
    """What to run, what counts, and where to kill."""

    command: list[str]
    places: list[str]
    at: int = 0
    torn: bool = False


class Trace:
    """One process with all its threads and children, from its start to its end."""

    def __init__(self, request: Request) -> None:
        self.points: list[tuple[str, str]] = []
        self.killed = False
        self.code = 0
        self._request = request
        self._names = numbered()
        self._places = [os.path.realpath(place) for place in request.places]
        self._threads: set[int] = set()

    def run(self) -> None:
        """Run the command to its end, or kill it. Raises :class:`Untraceable`."""
        main = _start(self._request.command)
        self._threads.add(main)
        while self._threads:
            try:
                thread, status = os.waitpid(-1, _WALL)
            except ChildProcessError:
                break
            self._threads.add(thread)
            if os.WIFEXITED(status) or os.WIFSIGNALED(status):
                self._threads.discard(thread)
                if thread == main:
                    self.code = os.waitstatus_to_exitcode(status)
            elif os.WIFSTOPPED(status):
                self._stopped(thread, os.WSTOPSIG(status), status >> 16)

    def _stopped(self, thread: int, number: int, event: int) -> None:
        if self.killed:
            _kill(thread)
        elif event == _EVENT_FILTERED:
            self._at_call(thread)
        elif event == _EVENT_STOPPED and number != signal.SIGTRAP:
            _ptrace(_LISTEN, thread)
        elif event or number == signal.SIGTRAP:
            _ptrace(_CONTINUE, thread)
        elif number == _AT_CALL:  # half of the bytes are written: a write is only followed to its end to be torn
            self._kill_all()
        else:
            _ptrace(_CONTINUE, thread, data=number)

    def _at_call(self, thread: int) -> None:
        number, arguments = _call_of(thread)
        name = self._names.get(number, str(number))
        path = next((path for path in _paths(thread, CALLS[name], arguments) if self._counts(path)), None)
        if path is None:
            _ptrace(_CONTINUE, thread)
            return
        self.points.append((name, path))
        if len(self.points) != self._request.at:
            _ptrace(_CONTINUE, thread)
        elif self._request.torn and CALLS[name].length >= 0 and arguments[CALLS[name].length] > 1:
            _set_argument(thread, CALLS[name].length, arguments[CALLS[name].length] // 2)
            _ptrace(_TO_NEXT_CALL, thread)
        else:
            self._kill_all()

    def _counts(self, path: str) -> bool:
        return any(path == place or path.startswith(f"{place}/") for place in self._places)

    def _kill_all(self) -> None:
        self.killed = True
        for thread in self._threads:
            _kill(thread)


def _start(command: list[str]) -> int:
    """Start a command that waits until it is traced. Raises :class:`Untraceable`."""
    child = os.fork()
    if child == 0:
        try:
            os.kill(os.getpid(), signal.SIGSTOP)
            stop_at_each()
            os.execvp(command[0], command)  # noqa: S606 - the command that a test names, without a shell
        except OSError as error:
            os.write(2, f"{error}\n".encode())
        finally:
            os._exit(127)
    os.waitpid(child, os.WUNTRACED)
    try:
        _ptrace(_SEIZE, child, data=_OPTIONS)
    except OSError as error:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        raise Untraceable(str(error)) from error
    os.kill(child, signal.SIGCONT)
    return child


def _ptrace(request: int, thread: int, address: int = 0, data: int | ctypes.Array[ctypes.c_char] = 0) -> int:
    pointer = ctypes.c_void_p(data) if isinstance(data, int) else data
    done: int = _libc.ptrace(ctypes.c_long(request), ctypes.c_long(thread), ctypes.c_void_p(address), pointer)
    if done == -1:
        number = ctypes.get_errno()
        if request in {_CONTINUE, _LISTEN, _TO_NEXT_CALL}:
            return done  # it was killed meanwhile, by itself or another: the next wait says so
        raise OSError(number, os.strerror(number))
    return done


def _kill(thread: int) -> None:
    try:
        os.kill(thread, signal.SIGKILL)
    except ProcessLookupError:
        return


def _call_of(thread: int) -> tuple[int, tuple[int, ...]]:
    info = ctypes.create_string_buffer(_INFO_SIZE)
    _ptrace(_CALL_INFO, thread, _INFO_SIZE, info)
    number, *arguments = struct.unpack_from("7Q", info.raw, 24)
    return number, tuple(arguments)


def _set_argument(thread: int, argument: int, value: int) -> None:
    registers = ctypes.create_string_buffer(1024)
    vector = ctypes.create_string_buffer(struct.pack("QQ", ctypes.addressof(registers), len(registers)), 16)
    _ptrace(_GET_REGISTERS, thread, _GENERAL, vector)
    struct.pack_into("Q", registers, 8 * register_of(argument), value)
    _ptrace(_SET_REGISTERS, thread, _GENERAL, vector)


def _paths(thread: int, call: Call, arguments: tuple[int, ...]) -> Iterator[str]:
    """Yield what a call is about, last what it makes or replaces."""
    for file in call.files:
        yield _descriptor(thread, arguments[file])
    for folder, path in reversed(call.paths):
        at = _HERE if folder < 0 else ctypes.c_int(arguments[folder] & 0xFFFFFFFF).value
        base = os.readlink(f"/proc/{thread}/cwd") if at == _HERE else _descriptor(thread, at)
        joined = os.path.join(base, _text(thread, arguments[path]))
        yield os.path.join(os.path.realpath(os.path.dirname(joined)), os.path.basename(joined))


def _descriptor(thread: int, number: int) -> str:
    try:
        return os.readlink(f"/proc/{thread}/fd/{number}")
    except OSError:
        return ""


def _text(thread: int, address: int) -> str:
    """Return the text at an address, page by page: the next one may not be there."""
    text = b""
    with open(f"/proc/{thread}/mem", "rb", buffering=0) as memory:
        while b"\0" not in text and len(text) < _MAX_PATH:
            memory.seek(address + len(text))
            text += memory.read(4096 - (address + len(text)) % 4096) or b"\0"
    return os.fsdecode(text.partition(b"\0")[0])


def main(request: str, answer: str) -> int:
    """Trace as ``request`` says, and write the answer."""
    given: dict[str, Any] = json.loads(Path(request).read_text())
    if not supported():
        sys.stderr.write("tracer: the system calls of this machine are not known\n")
        return 3
    trace = Trace(Request(**given))
    try:
        trace.run()
    except Untraceable as error:
        sys.stderr.write(f"tracer: {error}\n")
        return 3
    told = {"points": trace.points, "killed": trace.killed, "code": trace.code}
    Path(answer).write_text(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
