"""Locking four interpreters with nothing cached against bare uv for the slowest single one of them.

    PYTHONPATH=tests .venv/bin/python tests/benchmarks/lock_cold.py

Both start from empty caches every time and ask the real index. uv is told its own interpreter, as uplock tells it:
looking for one takes seconds on some machines. Bound: 1.5.
"""

from __future__ import annotations

import itertools
import sys
import tempfile
from pathlib import Path

from support.other_tools import Place, uv_compile
from support.real_locks import Locked, libraries
from support.timing import interleaved, ratio

CUT_OFF = "2025-10-01T00:00:00Z"
VERSIONS = ("3.9.18", "3.11.7", "3.12.1", "3.13.0")
ROUNDS = 5


def main() -> int:
    """Time them in turn and print the ratios."""
    with tempfile.TemporaryDirectory() as folder:
        numbers = itertools.count()

        def new() -> tuple[Place, Path]:
            here = Path(folder) / str(next(numbers))
            return Place(here), libraries(here / "project", CUT_OFF, targets=VERSIONS)

        def bare(version: str) -> None:
            place, project = new()
            assert len(uv_compile(place, project, version, CUT_OFF, "pyproject.toml")) > 50

        def ours(*options: str) -> None:
            place, project = new()
            assert Locked.by(place, project, CUT_OFF, *options).code == 0

        works = {version: lambda version=version: bare(version) for version in VERSIONS}
        times = interleaved({**works, "uplock": ours, "parallel": lambda: ours("--jobs", "4")}, ROUNDS)
    slowest = [max(times[version][turn] for version in VERSIONS) for turn in range(ROUNDS)]
    all_four = [sum(times[version][turn] for version in VERSIONS) for turn in range(ROUNDS)]
    print(ratio("uplock lock of four interpreters / the slowest of four bare uv", times["uplock"], slowest, "1.5"))
    print(ratio("the same with --jobs 4", times["parallel"], slowest, "1.5"))
    print(ratio("for comparison, all four bare uv", all_four, slowest, "none"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
