"""Libraries that Linux wheels may take from the system: the manylinux and musllinux policies, as auditwheel keeps them.

A policy lists the SONAMEs that every system of its kind has. Its blacklist, which is about symbols of those libraries
and not about libraries, is not looked at. ``data/ORIGIN.toml`` says where the files come from.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from uplock.model.platform import MUSL, GlibcLinux, MuslLinux
from uplock.model.value import Value, decode_json

_GLIBC = re.compile(
    r"(?:lib(?:c|m|mvec|pthread|dl|rt|util|resolv|anl|thread_db|BrokenLocale|nss_[a-z]+)|ld-linux(?:-[a-z0-9_-]+)?)"
    r"\.so\.[0-9]+\Z"
)
"""SONAMEs that glibc itself brings, the loader's among them: policies do not mention it."""
_DRIVER = re.compile(r"lib(?:cuda|cudadebugger|nvidia-[a-z0-9-]+|nvcuvid|nvoptix)\.so\.[0-9]+\Z")
"""SONAMEs that come with a driver of NVIDIA: it fits the machine's kernel, so no wheel can bring it."""
_POLICY = re.compile(r"(?:many|musl)linux_(\d{1,3})_(\d{1,3})\Z")


class Policy(Value, frozen=True, kw_only=True):
    """What one kind of system has: ``manylinux_2_28_x86_64``."""

    name: str
    sonames: frozenset[str]


def is_glibc(soname: str) -> bool:
    """Whether glibc brings the library of this SONAME."""
    return _GLIBC.match(soname) is not None


def is_driver(soname: str) -> bool:
    """Whether the library of this SONAME comes with a driver of the machine."""
    return _DRIVER.match(soname) is not None


@lru_cache(maxsize=64)
def policy_for(platform: GlibcLinux | MuslLinux) -> Policy:
    """Return the newest policy that a platform fulfils; where there is none, one without any library."""
    libc: tuple[str, ...] = ()
    match platform:
        case GlibcLinux(arch=arch, glibc=there):
            name = "manylinux"
        case MuslLinux(arch=arch):
            there, name = MUSL, "musllinux"
            libc = (f"libc.musl-{arch}.so.1", f"ld-musl-{arch}.so.1")
    found = [
        (version, each["name"], each["lib_whitelist"])
        for each in _policies(name)
        if (version := _version(each["name"])) is not None and version <= there and arch in each["symbol_versions"]
    ]
    _, chosen, sonames = max(found, default=((0, 0), "linux", ()))
    return Policy(name=f"{chosen}_{arch}", sonames=frozenset((*sonames, *libc)))


@cache
def _policies(name: str) -> tuple[dict[str, Any], ...]:
    return tuple(decode_json((files("uplock.linkage") / "data" / f"{name}.json").read_bytes()))


def _version(name: str) -> tuple[int, int] | None:
    """Return the version of a policy by its name; that of the bare ``linux`` has none."""
    match = _POLICY.match(name)
    return (int(match[1]), int(match[2])) if match else None
