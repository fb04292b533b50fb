"""The target that the test run itself is: for resolvers that answer for the interpreter they run in."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path

from uplock.errors import IntegrityError
from uplock.model.digest import Sha256
from uplock.model.platform import GLIBC_FLOORS
from uplock.model.platform_name import parse_platform
from uplock.model.target import Interpreter, Target
from uplock.resolve.pip_tools import PipToolsResolver
from uplock.resolve.uv import find_uv


def own_target() -> Target:
    """Return the running interpreter on the newest glibc that this machine can stand for."""
    here = tuple(int(part) for part in platform.libc_ver()[1].split(".")[:2])
    major, minor = max(floor for floor in GLIBC_FLOORS if floor <= here)
    name = f"{sys.platform}-{platform.machine()}-glibc{major}.{minor}"
    return Target(interpreter=Interpreter(version=platform.python_version()), platform=parse_platform(name))


def pip_tools_here(folder: Path) -> PipToolsResolver:
    """Return pip-tools as it stands beside the tests; it finds no other interpreter and must fetch nothing."""
    return PipToolsResolver(
        uv=find_uv(), environments=folder / "environments", fetch=unfetchable, home=folder, environ={"PATH": os.defpath}
    )


def unfetchable(name: str, version: str, sha256: Sha256) -> Path:
    """Stand in for an index that must not be asked."""
    raise IntegrityError(f"{name} {version} was fetched ({sha256})")
