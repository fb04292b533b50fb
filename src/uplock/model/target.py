"""Targets: an interpreter on a platform that need not be this machine.

A target supplies everything that the running interpreter would otherwise leak in: all eleven marker variables
(PEP 508), the ABI and the platform tags (PEP 425). Nothing here asks the host.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from uplock.errors import ConfigError
from uplock.model.platform import DEFAULT_GLIBC, GLIBC_FLOORS, Platform
from uplock.model.platform_name import parse_platform
from uplock.model.value import Value

if TYPE_CHECKING:
    from packaging.tags import Tag

__all__ = [
    "DEFAULT_GLIBC",
    "GLIBC_FLOORS",
    "SUPPORTED_MINORS",
    "Interpreter",
    "Platform",
    "Target",
    "parse_interpreter",
    "parse_platform",
]

SUPPORTED_MINORS = ("3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14", "3.15")


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
            "os_name": self.platform.os_name,
            "platform_machine": self.platform.machine,
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_system": self.platform.platform_system,
            "platform_version": "",
            "python_full_version": self.interpreter.version,
            "python_version": self.interpreter.minor,
            "sys_platform": self.platform.sys_platform,
        }

    def tags(self) -> tuple[Tag, ...]:
        """Return the wheel tags that install here, best first, without asking the host."""
        from packaging import tags

        release, platforms, abi = self.interpreter.release, list(self.platform.tags()), self.interpreter.tag
        return (
            *tags.cpython_tags(python_version=release, abis=[abi], platforms=platforms),
            *tags.compatible_tags(python_version=release, interpreter=abi, platforms=platforms),
        )


_KNOWN = f"CPython {SUPPORTED_MINORS[0]} to {SUPPORTED_MINORS[-1]}"
_CPYTHON = re.compile(r"(?P<minor>[0-9]{1,3}\.(?:0|[1-9][0-9]{0,2}))(?:\.(?P<patch>0|[1-9][0-9]{0,2}))?")
_MAX_NAME = 80
"""Characters of a name that are looked at to say why it is refused."""

_RELEASE = r"(?:python|cpython|cp)?[-@ ]?[0-9][0-9.]*"
_REFUSALS = (
    (
        rf"{_RELEASE}(?:t|\+?-?free-?threaded|-?nogil)",
        "free-threaded builds are not supported: their ABI takes other wheels than that of the build with the GIL",
    ),
    (rf"{_RELEASE}(?:td|dt?|\+?-?debug)", "debug builds are not supported: their ABI has no wheels"),
    (r"(?:pypy|pp)(?![a-z]).*", "PyPy is not supported: its wheels and its patch versions are not CPython's"),
    (
        r"(?:graalpy|graalpython|jython|ironpython|micropython|circuitpython|pyston|cinder|rustpython).*",
        "other implementations than CPython are not supported: they take other wheels",
    ),
    (
        rf"{_RELEASE}(?:(?:a|b|c|rc|alpha|beta)[0-9]+|[-.]?dev[0-9]*)",
        "pre-releases are not supported: their ABI may still change",
    ),
    (rf"{_RELEASE}[-_](?:32|x86|win32|i[3-6]86)", "32-bit builds are not supported: they find almost no wheels"),
)
"""Whole lower-case names, and why they are refused; the first that fits is told."""


def parse_interpreter(text: str, latest: Mapping[str, str]) -> Interpreter:
    """Parse ``3.12.1``, or ``3.12`` by the table of latest patches (``{"3.12": "3.12.16"}``).

    Raises :class:`ConfigError` with the reason.
    """
    match = _CPYTHON.fullmatch(text)
    if match is None:
        reason = next((why for pattern, why in _REFUSALS if re.fullmatch(pattern, text[:_MAX_NAME].lower())), None)
        raise ConfigError(
            f"{text!r}: {reason}" if reason else f"{text!r} is not a version of CPython, as 3.12 or 3.12.1",
            remedy=f"Use {_KNOWN} with the GIL.",
        )
    minor = match["minor"]
    if minor not in SUPPORTED_MINORS:
        major, number = (int(part) for part in minor.split("."))
        older = (major, number) < Interpreter(version=f"{SUPPORTED_MINORS[0]}.0").release
        limit = (
            f"the oldest CPython is {SUPPORTED_MINORS[0]}" if older else f"the newest CPython is {SUPPORTED_MINORS[-1]}"
        )
        raise ConfigError(f"{text!r} is not supported: {limit}", remedy=f"Use {_KNOWN}.")
    if match["patch"] is not None:
        return Interpreter(version=text)
    if minor not in latest:
        raise ConfigError(
            f"{text!r}: no patch release of {minor} is known here: name one in full, as {minor}.0",
            remedy=f"Name a release of {minor} in full.",
        )
    return Interpreter(version=latest[minor])
