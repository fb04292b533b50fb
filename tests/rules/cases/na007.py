"""NA007: libraries that nobody brings."""

from __future__ import annotations

from support.native import native_member
from support.rule_cases import Case
from support.subjects import make_artifact_results, make_lock, make_package, make_subject, make_target
from uplock.model.native import NativeMember, NativeProfile
from uplock.model.platform import MacOS, Windows
from uplock.model.policy import Policy
from uplock.model.results import ArtifactResults
from uplock.model.target import Target
from uplock.model.value import changed
from uplock.policy.subject import Subject

WHEEL = "pyodbc-5.5.0-cp312-cp312-manylinux_2_28_x86_64.whl"
MODULE = "pyodbc.cpython-312-x86_64-linux-gnu.so"
MACOS = changed(make_target(), platform=MacOS(arch="arm64"))
WINDOWS = changed(make_target(), platform=Windows(arch="x86_64"))


def wheel(*members: NativeMember, outside: tuple[str, ...] = (), filename: str = WHEEL) -> ArtifactResults:
    """Return a wheel that does not bring ``outside`` itself."""
    return make_artifact_results(filename, native=NativeProfile(members=members, system=outside))


def needing(*names: str, target: Target | None = None, **fields: str) -> Subject:
    member = native_member(MODULE, needed=names, **fields)
    return make_subject(wheel(member, outside=names), target=target or make_target())


def with_provider(*, depends: bool) -> Subject:
    """Return a lock with a package that has what another one needs, and on which it depends or not."""
    consumer = wheel(native_member(MODULE, needed=("libodbc.so.2",)), outside=("libodbc.so.2",))
    library = native_member("odbc/libodbc.so.2", role="library", soname="libodbc.so.2")
    provider = wheel(library, filename="odbc-1.0-py3-none-manylinux_2_28_x86_64.whl")
    packages = [make_package(WHEEL), make_package(provider.filename)]
    if depends:
        packages[0] = changed(packages[0], dependencies=("odbc",))
    return make_subject(consumer, provider, lock=make_lock(packages=packages))


SPEAKS: dict[str, Case] = {
    "nobody brings it": Case(
        needing("libodbc.so.2", "libc.so.6"), says="linux-x86_64 bring: libodbc.so.2 (for pyodbc.cpython", findings=1
    ),
    "all that is missing is one finding": Case(
        needing(*(f"lib{number:02}.so.1" for number in range(30))), says="and 25 more", findings=1
    ),
    "several members need it": Case(
        make_subject(
            wheel(*(native_member(f"a/{each}.so", needed=("libx.so",)) for each in "pqr"), outside=("libx.so",))
        ),
        says="libx.so (for p.so and 2 other files)",
        findings=1,
    ),
    "a package has it, on which it does not depend": Case(with_provider(depends=False), says="libodbc.so.2"),
    "a folder of the build machine": Case(
        needing("/opt/lib/libodbc.2.dylib", target=MACOS, format="mach-o", arch="arm64"),
        says="/opt/lib/libodbc.2.dylib",
    ),
    "the run-time of C++": Case(needing("msvcp140.dll", target=WINDOWS, format="pe"), says="msvcp140.dll"),
    "the library of another Python": Case(needing("python311.dll", target=WINDOWS, format="pe"), says="python311.dll"),
    "a plug-in, which nothing is linked to, warns at most": Case(
        make_subject(
            wheel(native_member("a/plugin_mpi.so", role="library", needed=("libmpi.so.40",)), outside=("libmpi.so.40",))
        ),
        Policy(severities={"NA007": "error"}),
        says="needs for plug-ins what neither it nor its dependencies nor linux-x86_64 bring: libmpi.so.40",
        severity="warning",
        findings=1,
    ),
    "hostile names are shown harmlessly": Case(needing("lib\x1b[2J.so"), says="lib\\x1b[2J.so"),
}

SILENT: dict[str, Case] = {
    "a dependency brings it": Case(with_provider(depends=True)),
    "the system has it": Case(needing("libc.so.6", "ld-linux-x86-64.so.2", "libz.so.1", "libstdc++.so.6")),
    "macOS has it": Case(
        needing("/usr/lib/libSystem.B.dylib", "/System/Library/x", target=MACOS, format="mach-o", arch="arm64")
    ),
    "Windows and CPython have it": Case(
        needing("kernel32.dll", "python313.dll", "vcruntime140.dll", target=WINDOWS, format="pe")
    ),
    "a driver has it": Case(needing("libcuda.so.1")),
    "it is loaded at first use only": Case(
        make_subject(wheel(native_member("a.pyd", format="pe", delayed=("x.dll",)), outside=("x.dll",)), target=WINDOWS)
    ),
    "a file for another processor": Case(needing("libodbc.so.2", arch="aarch64")),
    "a file for another system": Case(needing("user32.dll", format="pe")),
    "no lock": Case(
        make_subject(wheel(native_member(MODULE, needed=("libx.so",)), outside=("libx.so",)), locked=False)
    ),
    "no native code": Case(make_subject(make_artifact_results())),
}
