"""Start-up and warm-run cost, as ratios against ``python -c "import click"`` measured in the same run.

    .venv/bin/python tests/benchmarks/warm_run.py [PROJECT]

PROJECT (default fixtures/projects/webshop) must have been run once. Bounds: a warm, unchanged run takes at most
5 times, ``uplock --help`` at most 1.5 times as long as importing click. Machines are noisy: compare ratios only.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROUNDS = 21


def seconds(command: list[str]) -> float:
    """Return the wall time of one run of ``command``."""
    began = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - began


def main(arguments: list[str]) -> int:
    """Time the commands in turn and print median ratios."""
    project = arguments[0] if arguments else "fixtures/projects/webshop"
    uplock = str(Path(sys.executable).with_name("uplock"))
    commands = {
        "import click": [sys.executable, "-c", "import click"],
        "uplock --help": [uplock, "--help"],
        "uplock run (warm)": [uplock, "run", project],
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    for command in commands.values():
        seconds(command)
    for _ in range(ROUNDS):
        for name, command in commands.items():
            times[name].append(seconds(command))
    base = times["import click"]
    for name, measured in times.items():
        ratios = [one / other for one, other in zip(measured, base, strict=True)]
        print(f"{name:20} {statistics.median(ratios):5.2f} x import click  ({min(ratios):.2f} to {max(ratios):.2f})")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
