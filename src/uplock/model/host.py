"""Interpreters of this machine, as they say themselves."""

from __future__ import annotations

import re

from uplock.model.target import Target
from uplock.model.value import Value

_PLATFORM_TAG = re.compile(r"(?P<family>many|musl)linux_(?P<many>\d+_\d+)_|(?P<mac>macosx)_(?P<version>\d+_\d+)_")
_FAMILIES = {"many": "glibc", "musl": "musl", "macosx": "macos"}


class HostPython(Value, frozen=True, kw_only=True):
    """An interpreter of this machine, as it says itself. ``libc_version`` is empty where nothing is known."""

    path: str
    version: str
    implementation: str
    gil: bool
    wide: bool
    """Whether it is a build for 64 bits."""
    system: str
    """As ``sys.platform``."""
    machine: str
    libc: str
    """``glibc``, ``musl``, or ``macos`` with the version of the system."""
    libc_version: str

    @property
    def minor(self) -> str:
        """``3.9`` of ``3.9.18``."""
        return ".".join(self.version.split(".")[:2])

    @property
    def is_cpython(self) -> bool:
        """Whether targets can be of its kind: CPython with the GIL, for 64 bits."""
        return self.implementation == "cpython" and self.gil and self.wide

    @property
    def platform(self) -> str:
        """What it runs on, in words."""
        return " ".join(part for part in (self.system, self.machine, self.libc, self.libc_version) if part)

    def runs(self, target: Target) -> bool:
        """Whether its platform is that of ``target``: system, machine, kind of libc, and a libc no older."""
        markers = target.marker_environment()
        if (self.system, self.machine) != (markers["sys_platform"], markers["platform_machine"]):
            return False
        match = _PLATFORM_TAG.match(next(iter(target.platform.tags())))
        if match is None:
            return True
        family, version = match["family"] or match["mac"], match["many"] or match["version"]
        needed = tuple(int(part) for part in version.split("_"))
        return _FAMILIES[family] == self.libc and _numbers(self.libc_version) >= needed


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:2])
