"""Names of platforms, as the configuration and locks write them, and why others are refused."""

from __future__ import annotations

import re
from typing import NoReturn, cast

from uplock.errors import ConfigError
from uplock.model.platform import (
    DEFAULT_GLIBC,
    DEFAULT_MACOS,
    GLIBC_FLOORS,
    MUSL,
    DesktopArchitecture,
    GlibcLinux,
    LinuxArchitecture,
    MacOS,
    MuslLinux,
    Platform,
    Windows,
    dotted,
)

_MACOS_MAJORS = (*range(11, 16), *range(26, 100))
"""Versions of macOS since 11: after 15 they are numbered by years. Wheels name no other minor version than 0."""

_OLD_MACOS = tuple((10, minor) for minor in range(9, 16))
"""Versions since the oldest that CPython 3.8 runs on; on x86-64 only."""

_NUMBER = r"(?:0|[1-9][0-9]?)"
_VERSION = rf"{_NUMBER}\.{_NUMBER}"
_SUPPORTED = re.compile(
    rf"linux-(?P<linux>x86_64|aarch64)(?:-glibc(?P<glibc>{_VERSION})|-musl(?P<musl>{_VERSION})?|(?P<plain>))"
    rf"|macos-(?P<macos>x86_64|arm64)(?:-(?P<minimum>{_VERSION}))?"
    r"|windows-(?P<windows>x86_64|arm64)"
)

_MAX_NAME = 80
"""Characters of a name that are looked at to say why it is refused."""

_OTHER_SPELLINGS = {
    "linux-amd64": "linux-x86_64",
    "linux-arm64": "linux-aarch64",
    "macos-aarch64": "macos-arm64",
    "windows-amd64": "windows-x86_64",
    "windows-aarch64": "windows-arm64",
}

_REFUSALS = (
    (
        r".*android.*",
        "Android is not supported: its wheels are for one API level and are put into an app when it is built",
    ),
    (r"(?:.*[-_])?i(?:pad)?os(?:[-_].*)?", "iOS is not supported: its wheels are put into an app when it is built"),
    (
        r".*(?:pyodide|emscripten|wasm|wasi).*",
        "Pyodide and other WebAssembly is not supported: most of its packages come with the runtime, not from an index",
    ),
    (
        r"win32|.*[-_](?:x86|x86_32|i[3-6]86|win32|32|32bit|armv[5-7][a-z]*|armhf|armel)(?:-.*)?",
        "32-bit systems are not supported: a lock would find almost no wheels for them",
    ),
    (
        r"linux-(?:riscv64|ppc64|ppc64le|s390x|loongarch64)(?:-.*)?",
        "Linux is supported on x86_64 and aarch64 only: other processors have too few wheels to lock",
    ),
    (
        r"macos-universal2?(?:-.*)?",
        "a lock is for one processor: name macos-arm64 and macos-x86_64, both if both are used",
    ),
)
"""Whole lower-case names, and why they are refused; the first that fits is told."""


def parse_platform(text: str) -> Platform:
    """Parse ``linux-x86_64``, ``linux-aarch64-glibc2.17``, ``macos-arm64-14.0`` and the like.

    Versions that are the default may be named. Raises :class:`ConfigError` with the reason.
    """
    match = _SUPPORTED.fullmatch(text)
    if match is None:
        _refuse(text)
    if match["windows"]:
        return Windows(arch=cast("DesktopArchitecture", match["windows"]))
    if match["macos"]:
        return _macos(text, cast("DesktopArchitecture", match["macos"]), match["minimum"])
    arch = cast("LinuxArchitecture", match["linux"])
    if match["glibc"] is None and match["plain"] is None:
        if match["musl"] not in {None, dotted(MUSL)}:
            raise ConfigError(
                f"platform {text!r}: uv cannot be asked for musl {match['musl']}: name {dotted(MUSL)} or none",
                remedy=f"Use linux-{arch}-musl.",
            )
        return MuslLinux(arch=arch)
    glibc = DEFAULT_GLIBC if match["glibc"] is None else _numbers(match["glibc"])
    if glibc not in GLIBC_FLOORS:
        raise ConfigError(
            f"platform {text!r}: uv cannot be asked for glibc {match['glibc']}: name 2.17, 2.28 or 2.31 to 2.40",
            remedy=f"Use one of {', '.join(map(dotted, GLIBC_FLOORS))}.",
        )
    return GlibcLinux(arch=arch, glibc=glibc)


def _macos(text: str, arch: DesktopArchitecture, version: str | None) -> MacOS:
    minimum = DEFAULT_MACOS if version is None else _numbers(version)
    major, minor = minimum
    if minimum in _OLD_MACOS and arch == "x86_64":
        return MacOS(arch=arch, minimum=minimum)
    if major not in _MACOS_MAJORS:
        old = f"{dotted(_OLD_MACOS[0])} to {dotted(_OLD_MACOS[-1])}, " if arch == "x86_64" else ""
        raise ConfigError(
            f"platform {text!r}: macOS {version} is not supported: name {old}11.0 to 15.0, or 26.0 or later",
            remedy=f"Name another version of macOS, as in macos-{arch}-14.0.",
        )
    if minor:
        raise ConfigError(
            f"platform {text!r}: wheels do not tell minor versions of macOS {major} apart: name {major}.0",
            remedy=f"Use macos-{arch}-{major}.0.",
        )
    return MacOS(arch=arch, minimum=minimum)


def _refuse(text: str) -> NoReturn:
    """Raise the error that says why this very name is no platform of ours."""
    name = text[:_MAX_NAME].lower()
    remedy = (
        "Use linux-x86_64 or linux-aarch64 (with -glibc2.17 and the like, or -musl), macos-arm64 or macos-x86_64 (with "
        "-14.0 and the like), windows-x86_64 or windows-arm64."
    )
    for spelling, ours in _OTHER_SPELLINGS.items():
        if name == spelling or name.startswith(f"{spelling}-"):
            known = ours + name.removeprefix(spelling)
            raise ConfigError(f"platform {text!r}: it is called {known} here", remedy=f"Use {known}.")
    for pattern, reason in _REFUSALS:
        if re.fullmatch(pattern, name):
            raise ConfigError(f"platform {text!r}: {reason}", remedy=remedy)
    raise ConfigError(
        f"platform {text!r} is not supported: locks are for Linux, macOS and Windows on 64-bit x86 and ARM",
        remedy=remedy,
    )


def _numbers(text: str) -> tuple[int, int]:
    major, minor = text.split(".")
    return int(major), int(minor)
