"""What bare pip-compile takes to hash one interpreter's pins against uplock asking both resolvers, hashes included.

    PYTHONPATH=tests .venv/bin/python tests/benchmarks/lock_cross_check.py

Both have pip-tools installed and ask the real index with nothing of it cached. Bound: at least 4.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from support.other_tools import PIP_TOOLS, Place, installed, pip_compile
from support.real_locks import LIBRARIES, Locked, copied, libraries
from support.timing import interleaved, ratio

CUT_OFF = "2025-10-01T00:00:00Z"
MINOR = "3.12"
ROUNDS = 3


def main() -> int:
    """Time both in turn and print the ratio."""
    if MINOR not in installed():
        print(f"CPython {MINOR} is not installed here")
        return 3
    version, program = installed()[MINOR]
    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(folder))
        python = place.environment_of(program, "venv", "pip", PIP_TOOLS)
        written = libraries(place.folder / "project", CUT_OFF, targets=(version,))

        def empty() -> None:
            for path in (place.folder / "cache").iterdir():
                if path.is_dir() and path.name != "environments":
                    shutil.rmtree(path)
            for path in (place.folder / "pip", place.folder / "home", place.folder / "locked"):
                shutil.rmtree(path, ignore_errors=True)

        def theirs() -> None:
            assert len(pip_compile(place, python, CUT_OFF, LIBRARIES)) > 50

        def ours() -> None:
            project = copied(written, place.folder / "locked")
            locked = Locked.by(place, project, CUT_OFF, "--cross-check", f"--python={version}={program}")
            assert locked.code == 0
            assert [each["agreement"]["outcome"] for each in locked.answer["targets"]] == ["agrees"]

        ours()
        works = {"ours": (empty, ours), "theirs": (empty, theirs)}
        times: dict[str, list[float]] = {name: [] for name in works}
        for _ in range(ROUNDS):
            for name, (before, work) in works.items():
                before()
                times[name] += interleaved({name: work}, 1)[name]
    print(ratio("pip-compile --generate-hashes / uplock lock --cross-check", times["theirs"], times["ours"], ">= 4"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
