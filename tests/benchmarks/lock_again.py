"""Resolving four interpreters again from an archived view against four bare uv that have everything cached.

    PYTHONPATH=tests .venv/bin/python tests/benchmarks/lock_again.py

Neither asks an index: ``uplock lock --check=resolve`` reads the archive, ``uv pip compile --offline`` its cache.
Bound: 5.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from support.other_tools import Place, uv_compile
from support.real_locks import Locked, libraries
from support.timing import interleaved, ratio

CUT_OFF = "2025-10-01T00:00:00Z"
VERSIONS = ("3.9.18", "3.11.7", "3.12.1", "3.13.0")
ROUNDS = 15


def main() -> int:
    """Time both in turn and print the ratio."""
    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(folder))
        project = libraries(place.folder / "project", CUT_OFF, targets=VERSIONS)

        def bare(*options: str) -> None:
            for version in VERSIONS:
                assert len(uv_compile(place, project, version, CUT_OFF, "pyproject.toml", *options)) > 50

        def again() -> None:
            assert Locked.by(place, project, CUT_OFF, "--check=resolve").code == 0

        assert Locked.by(place, project, CUT_OFF).code == 0
        bare()
        again()
        times = interleaved({"uv": lambda: bare("--offline"), "uplock": again}, ROUNDS)
    print(ratio("uplock lock --check=resolve / four bare uv offline", times["uplock"], times["uv"], "5"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
