"""How long a plan takes, as a multiple of one plain resolve of the same input in the same run.

The plain resolve is what people run today: ``uv pip compile`` for the target, wheels only, old pins as preferences. It
gives an answer that does not import. Both have warm caches. Usage, with a network:

    python tests/benchmarks/uplift_plan.py [PROJECT] [MINOR]
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from e2e.test_e2e_uplift import CUT_OFF, PROJECTS, planned
from support.interpreters import find_python
from uplock.resolve.uv import find_uv

ROUNDS = 3


def plain(project: Path, minor: str, folder: Path) -> float:
    """Return the seconds of one plain resolve."""
    began = time.perf_counter()
    subprocess.run(
        [
            *(find_uv(), "pip", "compile", "--quiet", project / "pyproject.toml", "--exclude-newer", CUT_OFF),
            *("--python", find_python(minor) or sys.executable, "--only-binary", ":all:", "-o", folder / "out.txt"),
        ],
        check=True,
        capture_output=True,
    )
    return time.perf_counter() - began


def main() -> None:
    """Print the ratios of the rounds."""
    name = sys.argv[1] if len(sys.argv) > 1 else "eighteen"
    minor = sys.argv[2] if len(sys.argv) > 2 else "3.12"
    ratios = []
    with tempfile.TemporaryDirectory() as folder:
        plain(PROJECTS / name, minor, Path(folder))
        planned(Path(folder) / "warm", name, minor)
        for number in range(ROUNDS):
            base = plain(PROJECTS / name, minor, Path(folder))
            began = time.perf_counter()
            _, done = planned(Path(folder) / str(number), name, minor)
            spent = time.perf_counter() - began
            if done.returncode != 0:
                sys.exit(done.stderr)
            ratios.append(spent / base)
    low, middle, high = min(ratios), statistics.median(ratios), max(ratios)
    print(f"plan of {name} to {minor} / one plain resolve: {middle:.1f} ({low:.1f} to {high:.1f})")


if __name__ == "__main__":
    main()
