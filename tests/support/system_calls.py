"""The system calls of Linux that change files, by architecture, and the filter that stops a process at each of them."""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys
from typing import NamedTuple


class Call(NamedTuple):
    """A system call: its numbers (-1: not there), and which arguments are descriptors or paths."""

    x86_64: int
    aarch64: int
    files: tuple[int, ...] = ()
    """Arguments that are open files."""
    paths: tuple[tuple[int, int], ...] = ()
    """Pairs of arguments: the folder that a path is relative to (-1: the working folder), and the path."""
    flags: int = -1
    """The argument with the flags of opening, of which only those that make or empty a file count."""
    length: int = -1
    """The argument that says how many bytes are written."""


CALLS = {
    "write": Call(1, 64, files=(0,), length=2),
    "pwrite64": Call(18, 68, files=(0,), length=2),
    "writev": Call(20, 66, files=(0,)),
    "pwritev": Call(296, 70, files=(0,)),
    "pwritev2": Call(328, 287, files=(0,)),
    "sendfile": Call(40, 71, files=(0,), length=3),
    "copy_file_range": Call(326, 285, files=(2,), length=4),
    "ftruncate": Call(77, 46, files=(0,)),
    "truncate": Call(76, 45, paths=((-1, 0),)),
    "fsync": Call(74, 82, files=(0,)),
    "fdatasync": Call(75, 83, files=(0,)),
    "open": Call(2, -1, paths=((-1, 0),), flags=1),
    "creat": Call(85, -1, paths=((-1, 0),)),
    "openat": Call(257, 56, paths=((0, 1),), flags=2),
    "rename": Call(82, -1, paths=((-1, 0), (-1, 1))),
    "renameat": Call(264, 38, paths=((0, 1), (2, 3))),
    "renameat2": Call(316, 276, paths=((0, 1), (2, 3))),
    "link": Call(86, -1, paths=((-1, 0), (-1, 1))),
    "linkat": Call(265, 37, paths=((0, 1), (2, 3))),
    "symlink": Call(88, -1, paths=((-1, 1),)),
    "symlinkat": Call(266, 36, paths=((1, 2),)),
    "unlink": Call(87, -1, paths=((-1, 0),)),
    "unlinkat": Call(263, 35, paths=((0, 1),)),
    "mkdir": Call(83, -1, paths=((-1, 0),)),
    "mkdirat": Call(258, 34, paths=((0, 1),)),
    "rmdir": Call(84, -1, paths=((-1, 0),)),
}

_AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_LENGTH_REGISTERS = {"x86_64": (14, 13, 12, 7, 9, 8), "aarch64": (0, 1, 2, 3, 4, 5)}
"""Where the arguments stand in the general registers, counted in words of 8 bytes."""

_LOAD, _EQUAL, _ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
_ALLOW, _TRACE = 0x7FFF0000, 0x7FF00000
_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER_MODE = 38, 22, 2


def supported() -> bool:
    """Whether the numbers of this machine's system calls are known."""
    return sys.platform == "linux" and platform.machine() in _AUDIT


def register_of(argument: int) -> int:
    """Return where an argument of a system call stands among the general registers."""
    return _LENGTH_REGISTERS[platform.machine()][argument]


def numbered() -> dict[int, str]:
    """Return the names of the calls by their numbers on this machine."""
    rows = ((getattr(call, platform.machine()), name) for name, call in CALLS.items())
    return {number: name for number, name in rows if number >= 0}


def stop_at_each() -> None:
    """Let this process and all that it starts stop at each of the calls: then a tracer must be there.

    Raises :class:`OSError` where the kernel does not allow filters.
    """
    program = _program()
    data = ctypes.create_string_buffer(program, len(program))
    described = struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(data))
    libc = ctypes.CDLL(None, use_errno=True)
    arguments = [(_NO_NEW_PRIVILEGES, 1, None), (_SET_SECCOMP, _FILTER_MODE, described)]
    for option, value, pointer in arguments:
        if libc.prctl(option, ctypes.c_ulong(value), pointer, ctypes.c_ulong(0), ctypes.c_ulong(0)) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))


def _program() -> bytes:
    """Return the filter: stop at the calls, at those that open only if they make or empty a file."""
    code = [
        _step(_LOAD, value=_ARCHITECTURE),
        _step(_EQUAL, 1, 0, _AUDIT[platform.machine()]),
        _step(_RETURN, value=_ALLOW),
        _step(_LOAD, value=_NUMBER),
    ]
    for number, name in numbered().items():
        flags = CALLS[name].flags
        if flags < 0:
            code += [_step(_EQUAL, 0, 1, number), _step(_RETURN, value=_TRACE)]
        else:
            code += [
                _step(_EQUAL, 0, 4, number),
                _step(_LOAD, value=_ARGUMENTS + 8 * flags),
                _step(_ANY_BIT, 0, 1, os.O_CREAT | os.O_TRUNC),
                _step(_RETURN, value=_TRACE),
                _step(_RETURN, value=_ALLOW),
            ]
    return b"".join((*code, _step(_RETURN, value=_ALLOW)))


def _step(code: int, if_so: int = 0, if_not: int = 0, value: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_so, if_not, value)
