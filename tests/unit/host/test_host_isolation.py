"""Cutting a program off from the network: every way that works here is tried, and one that does not cut is refused."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from uplock.errors import UnaskableError
from uplock.host.isolation import METHODS, find_isolation, prefix_of, trial_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="namespaces and seccomp are Linux's")

WAYS = [method for _, method in METHODS if not trial_of(prefix_of(method))]


def cut(method: str, code: str) -> subprocess.CompletedProcess[str]:
    command = [*prefix_of(method), sys.executable, "-I", "-S", "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_some_way_works_and_it_is_named() -> None:
    try:
        found = find_isolation()
    except UnaskableError as error:
        pytest.skip(str(error))
    assert found.name in {name for name, _ in METHODS}
    assert trial_of(found.prefix) == ""


def test_nothing_in_front_of_a_program_is_no_isolation() -> None:
    assert trial_of(()) == "what is cut off still reaches loopback and a UNIX socket"


def test_a_prefix_under_which_nothing_runs_is_no_isolation() -> None:
    assert trial_of((sys.executable, "-c", "import sys; sys.exit('not here')")) == "not here"
    assert "cannot be tried" in trial_of(("/nowhere/at/all",))


@pytest.mark.parametrize("method", WAYS)
def test_a_program_that_is_cut_off_runs_with_its_arguments_and_its_user(method: str) -> None:
    done = cut(method, "import os, sys; print(os.geteuid(), os.getegid())")
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [str(os.geteuid()), str(os.getegid())]


REACHES = {
    "loopback": "import socket; socket.create_connection(('127.0.0.1', 9), 2)",
    "an address": "import socket; socket.create_connection(('192.0.2.1', 80), 2)",
    "another over UDP": "import socket; socket.socket(2, 2).sendto(b'x', ('192.0.2.1', 53))",
    "IPv6": "import socket; socket.create_connection(('2001:db8::1', 80), 2)",
    "a UNIX socket": "import socket; socket.socket(1)",
    "VSOCK": "import socket; socket.socket(40, 1)",
    "raw packets": "import socket; socket.socket(17, 3, 768)",
    "io_uring": "import ctypes; l = ctypes.CDLL(None); b = ctypes.create_string_buffer(120);"
    "assert l.syscall(425, 1, b) >= 0",
    "another namespace": "import ctypes, os; l = ctypes.CDLL(None);"
    "assert l.setns(os.open('/proc/1/ns/net', 0), 0) == 0",
    "its parent": "import ctypes, os; l = ctypes.CDLL(None); assert l.ptrace(16, os.getppid(), 0, 0) == 0",
}


@pytest.mark.parametrize("method", WAYS)
@pytest.mark.parametrize("what", REACHES)
def test_a_program_that_is_cut_off_does_not_reach(method: str, what: str) -> None:
    done = cut(method, REACHES[what])
    assert done.returncode != 0, f"{what} is reached"
    assert "Error" in done.stderr


@pytest.mark.parametrize("method", WAYS)
def test_what_programs_need_besides_still_works(method: str) -> None:
    pair = "import asyncio, socket; a, b = socket.socketpair(); a.send(b'x'); print(b.recv(1))"
    done = cut(method, f"{pair}; asyncio.run(asyncio.sleep(0))")
    assert done.stdout == "b'x'\n", done.stderr


@pytest.mark.parametrize("method", WAYS)
def test_children_are_cut_off_as_well(method: str) -> None:
    child = "import socket; socket.create_connection(('127.0.0.1', 9), 2)"
    again = f"subprocess.run([sys.executable, '-c', {child!r}]).returncode"
    done = cut(method, f"import subprocess, sys; sys.exit({again})")
    assert done.returncode != 0


@pytest.mark.parametrize("method", [each for each in WAYS if each != "seccomp"])
def test_in_a_namespace_it_does_not_get_at_the_memory_of_its_parent(method: str) -> None:
    """Else it could let uplock itself, which is not cut off, act for it."""
    done = cut(method, "import os; os.open(f'/proc/{os.getppid()}/mem', os.O_RDWR)")
    assert "PermissionError" in done.stderr
