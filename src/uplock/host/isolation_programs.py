"""Programs that stand between uplock and a command without a network: the launcher, and the trial of it.

They run in an interpreter of their own (``python -I -S -c``), because what they do cannot be taken back.
"""

from __future__ import annotations

LAUNCHER = r"""
import ctypes, os, platform, struct, sys

libc = ctypes.CDLL(None, use_errno=True)
method, command = sys.argv[1], sys.argv[2:]
USER, NET, NO_NEW_PRIVS, SECCOMP, FILTER = 0x10000000, 0x40000000, 38, 22, 2
BOUNDING_DROP, SYS_PTRACE = 24, 19
MACHINES = {
    "x86_64": (0xC000003E, 41, {101, 308, 311, 425, 438}),
    "aarch64": (0xC00000B7, 198, {117, 268, 271, 425, 438}),
}

def refuse(what):
    sys.stderr.write("uplock: %s: %s\n" % (what, os.strerror(ctypes.get_errno())))
    sys.exit(97)

def unshare(flags):
    if libc.unshare(ctypes.c_int(flags)) != 0:
        refuse("unshare")

def own_namespace():
    user, group = os.geteuid(), os.getegid()
    if method == "user":
        unshare(USER | NET)
        for name, text in (("setgroups", "deny"), ("gid_map", "%d %d 1" % (group, group)),
                           ("uid_map", "%d %d 1" % (user, user))):
            with open("/proc/self/" + name, "w") as out:
                out.write(text)
    else:
        unshare(NET)
        if libc.prctl(BOUNDING_DROP, *map(ctypes.c_ulong, (SYS_PTRACE, 0, 0, 0))) != 0:
            refuse("bounding set")

def filtered(families):
    if platform.machine() not in MACHINES:
        sys.stderr.write("uplock: no filter for this machine\n")
        sys.exit(97)
    arch, socket, forbidden = MACHINES[platform.machine()]
    LOAD, EQUAL, ATLEAST, RETURN = 0x20, 0x15, 0x35, 0x06
    ALLOW, DENY, KILL = 0x7FFF0000, 0x00050000 | 13, 0x80000000
    body = [(LOAD, 0, 0, 0)]
    if platform.machine() == "x86_64":
        body += [(ATLEAST, 0, 1, 0x40000000), (RETURN, 0, 0, DENY)]
    for number in sorted(forbidden):
        body += [(EQUAL, 0, 1, number), (RETURN, 0, 0, DENY)]
    body += [(EQUAL, 1, 0, socket), (RETURN, 0, 0, ALLOW), (LOAD, 0, 0, 16)]
    for family in families:
        body += [(EQUAL, 0, 1, family), (RETURN, 0, 0, ALLOW)]
    program = [(LOAD, 0, 0, 4), (EQUAL, 1, 0, arch), (RETURN, 0, 0, KILL), *body, (RETURN, 0, 0, DENY)]
    code = b"".join(struct.pack("=HBBI", *each) for each in program)
    held = ctypes.create_string_buffer(code, len(code))
    header = ctypes.create_string_buffer(struct.pack("@HP", len(program), ctypes.addressof(held)))
    zero = ctypes.c_ulong(0)
    if libc.prctl(NO_NEW_PRIVS, ctypes.c_ulong(1), zero, zero, zero) != 0:
        refuse("no new privileges")
    if libc.prctl(SECCOMP, ctypes.c_ulong(FILTER), ctypes.c_void_p(ctypes.addressof(header)), zero, zero) != 0:
        refuse("seccomp")

NETLINK, INET, INET6 = 16, 2, 10
if method == "seccomp":
    filtered((NETLINK,))
else:
    own_namespace()
    filtered((NETLINK, INET, INET6))
os.execvpe(command[0], command, os.environ)
"""
"""Cuts itself off by the method that is named first, and becomes the command.

A namespace of its own has no way out but by addresses in the file system (UNIX), by other kinds of sockets that no
namespace holds (VSOCK), by another process (ptrace, a stolen descriptor), or by joining another namespace: the filter
denies these, and root gives up what lets it write to the memory of others (CAP_SYS_PTRACE). ``io_uring`` would open
sockets past the filter. Numbers: ``socket``; ptrace, setns, process_vm_writev, io_uring_setup, pidfd_getfd of each
machine (Linux UAPI).
"""

TRIAL = r"""
import json, os, socket, subprocess, sys, tempfile

prefix = json.loads(sys.argv[1])
TRY = "import socket,sys\nfamily, where = int(sys.argv[1]), sys.argv[2]\n" \
      "s = socket.socket(family)\ns.settimeout(5)\n" \
      "s.connect(where if family == 1 else ('127.0.0.1', int(where)))\n"
found = {}
with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as tcp, \
        socket.socket(socket.AF_UNIX) as unix:
    place = os.path.join(folder, "socket")
    unix.bind(place)
    unix.listen()
    targets = {"tcp": ("2", str(tcp.getsockname()[1])), "unix": ("1", place)}
    for name, before in (("control", []), ("cut", prefix)):
        for kind, where in targets.items():
            done = subprocess.run([*before, sys.executable, "-I", "-S", "-c", TRY, *where], capture_output=True)
            found[name + "-" + kind] = done.returncode == 0
    plain = subprocess.run([*prefix, sys.executable, "-I", "-S", "-c", "print('alive')"], capture_output=True)
    found["alive"] = plain.stdout == b"alive\n"
    found["words"] = plain.stderr.decode("utf-8", "replace")[-300:]
print(json.dumps(found))
"""
"""Listens, and says who reaches it: a process without and one with the prefix that is given as JSON."""
