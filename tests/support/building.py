"""A builder as ``uplock build`` has it, and orders for it."""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterable
from pathlib import Path

from uplock.environment.build import IsolatedBuilder
from uplock.environment_ports import BuildOrder
from uplock.host.interpreters import probe
from uplock.host.isolation import find_isolation
from uplock.inspect.sdist_tree import pyproject_of
from uplock.lockfile.build_system import parse_build_system
from uplock.model.host import HostPython
from uplock.resolve.uv import find_uv

EPOCH = 1_700_000_000


def builder(limit: float = 60.0) -> IsolatedBuilder:
    """Return a builder with a limit in seconds."""
    return IsolatedBuilder(find_uv(), find_isolation, limit)


@functools.cache
def own_python() -> HostPython:
    """Return the running interpreter."""
    found = probe(Path(sys.executable), {})
    assert found is not None
    return found


def order_of(folder: Path, sdist: tuple[str, bytes], wheels: Iterable[tuple[str, bytes]] = ()) -> BuildOrder:
    """Write files below ``folder`` and return the order to build one of them with the others."""
    for name, data in (sdist, *wheels):
        (folder / name).write_bytes(data)
    place = folder / sdist[0]
    with place.open("rb") as stream:
        system = parse_build_system(pyproject_of(stream, place.name))
    return BuildOrder(
        sdist=place,
        filename=place.name,
        system=system,
        python=own_python(),
        wheels=tuple((name, folder / name) for name, _ in wheels),
        epoch=EPOCH,
    )
