"""Checking the locks of 200 pins for four interpreters, offline, against importing click.

    PYTHONPATH=tests .venv/bin/python tests/benchmarks/lock_check.py

The locks are real, of 200 packages that need each other, from an index on loopback. Bound: 5.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from support.http_index import HttpIndex
from support.index_simulator import IndexSimulator
from support.other_tools import Place
from support.real_locks import libraries
from support.timing import interleaved, ratio
from support.wheels import build_wheel

CUT_OFF = "2026-03-01T00:00:00Z"
VERSIONS = ("3.9.18", "3.11.7", "3.12.1", "3.13.0")
PINS = 200
ROUNDS = 21


def stocked() -> IndexSimulator:
    """Return an index of packages that each need up to three of those after it, one of them by marker."""
    index = IndexSimulator(provenance_offered=False)
    for number in range(PINS):
        needs = [each for each in (number + 1, 2 * number + 1, 2 * number + 2) if each < PINS]
        lines = [f"package-{each}>=1,<3; python_version >= '3.{6 + each % 3}'" for each in needs]
        wheel = build_wheel(f"package-{number}", f"1.{number}.0", requires_dist=lines, requires_python=">=3.8")
        index.publish(*wheel, upload_time=datetime(2026, 1, 1, tzinfo=UTC), requires_python=">=3.8")
    return index


def main() -> int:
    """Time both in turn and print the ratio."""
    uplock = Path(sys.executable).with_name("uplock")
    with tempfile.TemporaryDirectory() as folder, HttpIndex(stocked()) as index:
        place = Place(Path(folder))
        asked = tuple(f"package-{number}>=1" for number in range(0, PINS, 5))
        project = libraries(place.folder / "project", CUT_OFF, asked, VERSIONS)
        place.output(uplock, "lock", project, "--quiet", "--index-url", index.url)
        checked = place.output(uplock, "lock", project, "--check", "--json")
        assert f'"packages":{PINS * len(VERSIONS)}' in checked.replace(" ", ""), checked

        def first() -> None:
            """Check as in a fresh clone, where nothing was read of the same locks before."""
            shutil.rmtree(place.folder / "cache")
            check()

        def check() -> None:
            place.output(uplock, "lock", project, "--check")

        def click() -> None:
            place.output(sys.executable, "-c", "import click")

        times = interleaved({"click": click, "first": first, "check": check}, ROUNDS)
    what = f"uplock lock --check of {PINS} pins for {len(VERSIONS)} interpreters / import click"
    print(ratio(what, times["check"], times["click"], "5"))
    print(ratio("for comparison, the same with an empty cache", times["first"], times["click"], "none"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
