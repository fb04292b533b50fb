"""The index of ``fixtures/projects/stuck``: a till that cannot leave CPython 3.9, since two packages are hard stops.

``cardlink``, a driver that two direct dependencies need, has compiled wheels for CPython 3.8 and 3.9 in every release:
no stable ABI, no pure wheel, no sdist. ``printspool``, which one of the two needs, says that it runs on nothing after
3.9. ``ledger`` could move, ``coinutil`` need not.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from support.elf import build_elf
from support.index_simulator import IndexSimulator
from support.wheels import build_wheel

STUCK = Path(__file__).resolve().parents[2] / "fixtures" / "projects" / "stuck"

EARLY = datetime(2024, 1, 1, tzinfo=UTC)
LATE = datetime(2025, 1, 1, tzinfo=UTC)
CUT_OFF = "2025-06-01"
"""Of a plan: everything has been uploaded by then."""

BLOCKERS: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "cardlink": ("2.4.0", "L1", ("receiptkit", "tillkit")),
    "printspool": ("1.1", "L0", ("receiptkit",)),
}
"""By name: the version that is locked for 3.9, the level at which it stops, and what waits for it."""

LOCKED: Mapping[str, str] = {
    "cardlink": "2.4.0",
    "coinutil": "1.2",
    "ledger": "1.3",
    "printspool": "1.1",
    "receiptkit": "1.6",
    "tillkit": "3.1",
}
"""All pins for 3.9 at the project's own cut-off."""


def stuck_index() -> IndexSimulator:
    """Return the index; ``HttpIndex(stuck_index())`` serves it on loopback."""
    index = IndexSimulator(provenance_offered=False)
    for version, when in (("2.3.0", EARLY), ("2.4.0", EARLY), ("2.5.0", LATE)):
        for minor in ("38", "39"):
            index.publish(*driver(version, minor), upload_time=when)
    for version, when in (("1.0", EARLY), ("1.1", EARLY), ("1.2", LATE)):
        python = ">=3.7,<3.10"
        wheel = build_wheel("printspool", version, requires_python=python)
        index.publish(*wheel, upload_time=when, requires_python=python)
    for name, version, when, needs in (
        ("tillkit", "3.0", EARLY, ("cardlink>=2.3", "coinutil")),
        ("tillkit", "3.1", EARLY, ("cardlink>=2.3", "coinutil")),
        ("tillkit", "3.2", LATE, ("cardlink>=2.4", "coinutil")),
        ("receiptkit", "1.6", EARLY, ("cardlink>=2.4", "printspool>=1")),
        ("receiptkit", "1.7", LATE, ("cardlink>=2.4", "printspool>=1.1")),
        ("coinutil", "1.2", EARLY, ()),
        ("coinutil", "1.3", LATE, ()),
    ):
        index.publish(*build_wheel(name, version, requires_dist=needs), upload_time=when)
    index.publish(*_compiled("ledger", "1.3", "39"), upload_time=EARLY)
    for version in ("1.4", "1.5"):
        for minor in ("39", "312"):
            index.publish(*_compiled("ledger", version, minor), upload_time=LATE)
    return index


def stuck_project(folder: Path) -> Path:
    """Copy the project into ``folder``, which must not be there, and return it."""
    shutil.copytree(STUCK, folder, ignore=shutil.ignore_patterns(".uplock", "locks", "sboms", "verdicts"))
    return folder


def driver(version: str, minor: str) -> tuple[str, bytes]:
    """Return a wheel of the driver for one minor: publishing ``driver("2.6.0", "312")`` takes the first stop away."""
    return _compiled("cardlink", version, minor)


def mend(index: IndexSimulator) -> None:
    """Publish what the project waits for: with these two it can move."""
    index.publish(*driver("2.6.0", "312"), upload_time=LATE)
    index.publish(*build_wheel("printspool", "2.0", requires_python=">=3.9"), upload_time=LATE, requires_python=">=3.9")


def _compiled(name: str, version: str, minor: str) -> tuple[str, bytes]:
    """Return a wheel with an extension module for one minor, which nothing imports by itself."""
    tag = f"cp{minor}-cp{minor}-manylinux_2_17_x86_64"
    module = build_elf(needed=("libc.so.6",), versions={"libc.so.6": ("GLIBC_2.2.5", "GLIBC_2.17")})
    return build_wheel(name, version, tag=tag, files={f"{name}/_native.cpython-{minor}-x86_64-linux-gnu.so": module})
