"""A small estate that has to move to the interpreter of the tests: one package for each rung of the ladder.

Its old lock is for CPython 3.9, of early 2024; what the plan may choose came later. Every package demands a change for
one reason of its own, or none.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from support.index_simulator import IndexSimulator
from support.wheels import build_wheel

MINOR = f"{sys.version_info[0]}.{sys.version_info[1]}"
"""What the estate moves to: then L3 is tried wherever the tests run."""
HERE = f"cp{sys.version_info[0]}{sys.version_info[1]}"
VERSION = ".".join(map(str, sys.version_info[:3]))
OLD = "cp39-cp39-manylinux_2_17_x86_64"
NEW = f"{HERE}-{HERE}-manylinux_2_17_x86_64"

EARLY = datetime(2024, 1, 1, tzinfo=UTC)
LATE = datetime(2025, 1, 1, tzinfo=UTC)

PYPROJECT = f"""\
[project]
name = "movable"
version = "1.0"
dependencies = ["caller", "capped", "native", "older", "solid"]

[tool.uplock]
from = "3.9.18"
targets = ["{VERSION}"]
exclude-newer = "2024-03-01T00:00:00Z"
"""

_FAILS = b"raise RuntimeError('not on this interpreter')\n"
_OLD_ONLY = b"import sys\nif sys.version_info >= (3, 10):\n    raise RuntimeError('not on this interpreter')\n"


def movable() -> IndexSimulator:
    """Return the index."""
    index = IndexSimulator(provenance_offered=False)

    def publish(wheel: tuple[str, bytes], when: datetime, python: str | None = None) -> None:
        index.publish(*wheel, upload_time=when, requires_python=python)

    # Stays as it is, though there are newer versions.
    publish(build_wheel("solid", "1.0"), EARLY)
    publish(build_wheel("solid", "2.0"), LATE)
    # L1: compiled for the old interpreter only; 1.1 is a pre-release of what comes. What it newly needs comes highest.
    publish(build_wheel("native", "1.0", tag=OLD, requires_dist=("gone; python_version < '3.10'",)), EARLY)
    for version in ("1.2", "1.3"):
        publish(build_wheel("native", version, tag=NEW, requires_dist=("entering>=0.1",)), LATE)
    publish(build_wheel("native", "1.1rc1", tag=NEW), LATE)
    publish(build_wheel("gone", "1.0"), EARLY)
    publish(build_wheel("entering", "0.1", files={"entering/__init__.py": _FAILS}), EARLY)
    publish(build_wheel("entering", "2.0"), LATE)
    # L0: says that it does not run there.
    publish(build_wheel("older", "1.0", requires_python="<3.10"), EARLY, "<3.10")
    publish(build_wheel("older", "1.1", requires_python=">=3.9"), LATE, ">=3.9")
    # Asked for by a requirement: the old version caps what has to move.
    publish(build_wheel("capped", "1.0", requires_dist=("native<1.1",)), EARLY)
    publish(build_wheel("capped", "1.1", requires_dist=("native>=1.0",)), LATE)
    # L3: installs, and fails in the code of what it imports, until 1.3.
    publish(
        build_wheel("caller", "1.0", requires_dist=("breaks",), files={"caller/__init__.py": b"import breaks\n"}), EARLY
    )
    for version in ("1.0", "1.1", "1.2"):
        files = {"breaks/__init__.py": _OLD_ONLY}
        publish(build_wheel("breaks", version, files=files), EARLY if version == "1.0" else LATE)
    for version in ("1.3", "1.4"):
        publish(build_wheel("breaks", version), LATE)
    return index
