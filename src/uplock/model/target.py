"""Targets: an interpreter on a platform that need not be this machine.

A target supplies everything that the running interpreter would otherwise leak in: all eleven marker variables
(PEP 508), the ABI and the platform tags (PEP 425, 600). Nothing here asks the host.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from uplock.errors import ConfigError
from uplock.model.value import Value

if TYPE_CHECKING:
    from packaging.tags import Tag

Architecture = Literal["x86_64", "aarch64"]

DEFAULT_GLIBC = (2, 28)
"""What plain ``linux-x86_64`` means: manylinux_2_28."""

GLIBC_FLOORS = (
    (2, 17),
    (2, 28),
    (2, 31),
    (2, 32),
    (2, 33),
    (2, 34),
    (2, 35),
    (2, 36),
    (2, 37),
    (2, 38),
    (2, 39),
    (2, 40),
)
"""glibc versions that the resolver can be asked for."""

SUPPORTED_MINORS = ("3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14", "3.15")

_LEGACY_MANYLINUX = {(2, 17): "manylinux2014", (2, 12): "manylinux2010", (2, 5): "manylinux1"}
_OLDEST_MANYLINUX_MINOR = {"x86_64": 5, "aarch64": 17}
_PLATFORM = re.compile(r"linux-(?P<arch>x86_64|aarch64)(?:-glibc(?P<major>\d+)\.(?P<minor>\d+))?\Z")


class Interpreter(Value, frozen=True, kw_only=True):
    """A CPython with the GIL, by its full version (``3.9.18``): two patches can have different locks."""

    version: str
    implementation: Literal["cpython"] = "cpython"

    @property
    def minor(self) -> str:
        """``3.9`` of ``3.9.18``."""
        major, minor, _ = self.version.split(".", 2)
        return f"{major}.{minor}"

    @property
    def release(self) -> tuple[int, int]:
        """``(3, 9)`` of ``3.9.18``."""
        major, minor = self.minor.split(".")
        return int(major), int(minor)

    @property
    def tag(self) -> str:
        """The ABI and interpreter tag: ``cp39``."""
        return "cp" + self.minor.replace(".", "")


class Platform(Value, frozen=True, kw_only=True):
    """Linux with glibc: an architecture and the glibc version that is there."""

    arch: Architecture
    glibc: tuple[int, int] = DEFAULT_GLIBC
    system: Literal["linux"] = "linux"

    @property
    def name(self) -> str:
        """As written in the configuration: ``linux-x86_64`` or ``linux-x86_64-glibc2.17``."""
        base = f"linux-{self.arch}"
        return base if self.glibc == DEFAULT_GLIBC else f"{base}-glibc{self.glibc[0]}.{self.glibc[1]}"

    @property
    def slug(self) -> str:
        """The name as file names carry it, without dots (PEP 751 allows none): ``linux-x86_64-glibc2_17``."""
        return self.name.replace(".", "_")

    @property
    def uv_name(self) -> str:
        """The resolver's (uv's) name of this platform (``--python-platform``)."""
        return f"{self.arch}-manylinux_{self.glibc[0]}_{self.glibc[1]}"

    def tags(self) -> Iterator[str]:
        """Yield the platform tags, best first (PEP 600 with its legacy aliases)."""
        major, newest = self.glibc
        for minor in range(newest, _OLDEST_MANYLINUX_MINOR[self.arch] - 1, -1):
            yield f"manylinux_{major}_{minor}_{self.arch}"
            if legacy := _LEGACY_MANYLINUX.get((major, minor)):
                yield f"{legacy}_{self.arch}"
        yield f"linux_{self.arch}"


class Target(Value, frozen=True, kw_only=True):
    """One interpreter on one platform; a lock answers for exactly one target."""

    interpreter: Interpreter
    platform: Platform

    @property
    def name(self) -> str:
        """``py312-linux-x86_64``: lower-case, no dots, used in every file name."""
        return f"py{self.interpreter.minor.replace('.', '')}-{self.platform.slug}"

    def marker_environment(self) -> dict[str, str]:
        """Return all eleven PEP 508 marker variables; ``extra`` is the caller's business.

        ``platform_release`` and ``platform_version`` are empty: they name a kernel, and a target has none.
        """
        return {
            "implementation_name": "cpython",
            "implementation_version": self.interpreter.version,
            "os_name": "posix",
            "platform_machine": self.platform.arch,
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_system": "Linux",
            "platform_version": "",
            "python_full_version": self.interpreter.version,
            "python_version": self.interpreter.minor,
            "sys_platform": "linux",
        }

    def tags(self) -> tuple[Tag, ...]:
        """Return the wheel tags that install here, best first, without asking the host."""
        from packaging import tags

        release, platforms, abi = self.interpreter.release, list(self.platform.tags()), self.interpreter.tag
        return (
            *tags.cpython_tags(python_version=release, abis=[abi], platforms=platforms),
            *tags.compatible_tags(python_version=release, interpreter=abi, platforms=platforms),
        )


def parse_platform(text: str) -> Platform:
    """Parse ``linux-x86_64`` or ``linux-aarch64-glibc2.17``. Raises :class:`ConfigError` with the reason."""
    match = _PLATFORM.match(text)
    if match is None:
        raise ConfigError(
            f"platform {text!r} is not supported",
            remedy="Use linux-x86_64 or linux-aarch64, with -glibc2.17 and the like for another glibc.",
        )
    glibc = DEFAULT_GLIBC if match["major"] is None else (int(match["major"]), int(match["minor"]))
    if glibc not in GLIBC_FLOORS:
        known = ", ".join(f"{major}.{minor}" for major, minor in GLIBC_FLOORS)
        raise ConfigError(f"platform {text!r}: no resolver target for that glibc", remedy=f"Use one of {known}.")
    return Platform(arch="x86_64" if match["arch"] == "x86_64" else "aarch64", glibc=glibc)
