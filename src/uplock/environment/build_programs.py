"""Programs that run beside uplock when a wheel is built: what confines a build, and what calls its backend.

They are texts, and not modules, since other interpreters run them, without uplock.
"""

from __future__ import annotations

FRONTEND_VERSION = 1
"""Counts changes of what a build is given that can change its wheel."""

CONFINE = """
import ctypes, os, resource, signal, sys

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
VERSION, NO_NEW_PRIVS, PDEATHSIG, SUBREAPER, BOUNDING_DROP, NEWPID = 1, 38, 1, 36, 24, 0x20000000
DEVICES = 1 << 6 | 1 << 11


def refuse(what):
    os.write(2, (f"uplock: {what}: {os.strerror(ctypes.get_errno())}\\n").encode())
    os._exit(97)


def system(number, *arguments):
    return libc.syscall(ctypes.c_long(number), *arguments)


def allow(ruleset, path, rights):
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # what is not there need not be allowed
    if not os.path.isdir(path):
        rights &= 0b1100000000000111
    rule = rights.to_bytes(8, sys.byteorder) + handle.to_bytes(4, sys.byteorder)
    if system(445, ctypes.c_int(ruleset), ctypes.c_int(1), rule, ctypes.c_uint32(0)):
        refuse(f"cannot allow {path}")
    os.close(handle)


def confine(readable, writable):
    abi = system(444, None, ctypes.c_size_t(0), ctypes.c_uint32(VERSION))
    if abi < 3:
        refuse("this kernel cannot confine what is written (Landlock, Linux 6.2)")
    every = (1 << (16 if abi >= 5 else 15)) - 1
    parts = [every, 3 if abi >= 4 else 0, 3 if abi >= 6 else 0][: 3 if abi >= 6 else 2 if abi >= 4 else 1]
    attributes = b"".join(part.to_bytes(8, sys.byteorder) for part in parts)
    ruleset = system(444, attributes, ctypes.c_size_t(len(attributes)), ctypes.c_uint32(0))
    if ruleset < 0:
        refuse("cannot confine the build")
    for path in readable:
        allow(ruleset, path, 0b1101)
    for path in ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"):
        allow(ruleset, path, 0b110 | 1 << 14 | every & 1 << 15)
    for path in writable:
        allow(ruleset, path, every & ~DEVICES)
    if libc.prctl(NO_NEW_PRIVS, 1, 0, 0, 0) or system(446, ctypes.c_int(ruleset), ctypes.c_uint32(0)):
        refuse("cannot confine the build")


def end():
    for _ in range(1000):
        with open(f"/proc/self/task/{os.getpid()}/children") as stream:
            children = [int(each) for each in stream.read().split()]
        if not children:
            return
        for child in children:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def stop(number, frame):
    end()
    os._exit(98)


count, total, size, limit = (int(each) for each in sys.argv[1:5])
places, command = sys.argv[5 : 5 + total], sys.argv[5 + total :]
os.umask(0o022)
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
libc.prctl(PDEATHSIG, signal.SIGKILL, 0, 0, 0)
libc.prctl(SUBREAPER, 1, 0, 0, 0)  # what outlives its parents comes back here, and is ended with all else
libc.unshare(NEWPID)  # where that is allowed, the kernel does the same
first = os.fork()
if first:
    signal.signal(signal.SIGALRM, stop)
    signal.alarm(limit)
    child = status = 0
    while child != first:
        child, status = os.wait()
    signal.alarm(0)
    end()
    os._exit(os.waitstatus_to_exitcode(status) & 255)
libc.prctl(PDEATHSIG, signal.SIGKILL, 0, 0, 0)
for capability in range(64):
    libc.prctl(BOUNDING_DROP, capability, 0, 0, 0)  # so the superuser is one in name only
confine(places[:count], places[count:])
if not command:
    os._exit(0)
try:
    os.execv(command[0], command)
except OSError as error:
    ctypes.set_errno(error.errno)
    refuse(f"cannot run {command[0]}")
"""
"""``COUNT TOTAL SIZE LIMIT PLACE… COMMAND…``: run a command for at most ``LIMIT`` seconds (else exit 98) that may read
the first ``COUNT`` of ``TOTAL`` places, write to the others, and write no file larger than ``SIZE`` bytes. Without a
command it only tries whether that can be done. Nothing that the command has started outlives it.

The rights are those of Landlock: 0 to 3 execute, write and read files, read folders; 14 truncates, 15 is for devices,
which 6 and 11 make. Of TCP, abstract sockets and signals to others nothing is allowed where the kernel can refuse it.
No capability is left, not even to the superuser."""

CALL_HOOK = """
import sys
sys.path[:] = [each for each in sys.path if each]
import importlib, json, os
hook, result, backend, out = sys.argv[1:5]
path = [os.path.realpath(each) for each in sys.argv[5:]]
sys.argv[:] = ["setup.py"]
sys.path[:0] = path
name, _, attributes = backend.partition(":")
found = importlib.import_module(name)
origin = os.path.realpath(getattr(found, "__file__", None) or os.sep)
if path and not any(origin.startswith(os.path.join(each, "")) for each in path):
    raise SystemExit("the build backend does not come from its backend-path (PEP 517)")
for attribute in filter(None, attributes.split(".")):
    found = getattr(found, attribute)
if hook == "requires":
    ask = getattr(found, "get_requires_for_build_wheel", None)
    answer = [] if ask is None else [str(each) for each in ask(None)]
else:
    answer = str(found.build_wheel(out))
with open(result, "w", encoding="utf-8") as stream:
    json.dump(answer, stream)
"""
"""``HOOK RESULT BACKEND OUT PATH…``: call one hook of a backend in the source tree (PEP 517), and write its answer."""
