"""Who brings a library that no wheel brings: the system of a target, CPython itself, or a driver."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from uplock.linkage import linux, windows
from uplock.model.native import Format, NativeMember
from uplock.model.platform import GlibcLinux, MacOS, MuslLinux, Platform, Windows
from uplock.model.target import Target
from uplock.model.value import Value

_MACOS = ("/usr/lib/", "/System/")
_BUILDS: Mapping[type[Platform], tuple[Format, str | None]] = {
    GlibcLinux: ("elf", "glibc"),
    MuslLinux: ("elf", "musl"),
    MacOS: ("mach-o", None),
    Windows: ("pe", None),
}
"""Format and C library of native files for each kind of platform."""


class Assumed(Value, frozen=True, kw_only=True):
    """Who may be assumed to bring a library, and by which policy."""

    kind: Literal["system", "interpreter", "driver"]
    policy: str | None = None
    always: bool = False
    """Whether a process has it loaded before any wheel is looked at: then no wheel's copy takes its place."""


def assumed(name: str, target: Target) -> Assumed | None:
    """Return who brings a library to wheels on a target if no wheel does; ``None`` if nobody can be relied on."""
    match target.platform:
        case GlibcLinux() | MuslLinux():
            return _on_linux(name, target.platform)
        case MacOS():
            return Assumed(kind="system", policy="macos", always=True) if is_of_macos(name) else None
        case Windows():
            return _on_windows(name, target)


def is_of_macos(install_name: str) -> bool:
    """Whether macOS itself has the library of this install name: its absolute path, without a way out of it."""
    return install_name.startswith(_MACOS) and ".." not in install_name.split("/")


def runs_there(member: NativeMember, platform: Platform) -> bool:
    """Whether a native file is for a platform at all: wheels hold files for other systems and processors, too."""
    form, libc = _BUILDS[type(platform)]
    return (member.format, member.arch) == (form, platform.arch) and member.libc in {None, libc}


def _on_linux(soname: str, platform: GlibcLinux | MuslLinux) -> Assumed | None:
    policy = linux.policy_for(platform)
    own = isinstance(platform, GlibcLinux) and linux.is_glibc(soname)
    if own or soname in policy.sonames:
        return Assumed(kind="system", policy=policy.name, always=own)
    return Assumed(kind="driver") if linux.is_driver(soname) else None


def _on_windows(name: str, target: Target) -> Assumed | None:
    dll = name.lower()
    if windows.is_of_windows(dll):
        return Assumed(kind="system", policy="windows", always=True)
    if windows.is_of_python(dll, target.interpreter.minor):
        return Assumed(kind="interpreter", always=True)
    return Assumed(kind="driver") if windows.is_driver(dll) else None
