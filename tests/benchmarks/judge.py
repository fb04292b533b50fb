"""Judging a generation with all rules against loading it, as a ratio measured in one run, each in fresh processes.

    PYTHONPATH=tests .venv/bin/python tests/benchmarks/judge.py

A generation of 300 packages is put into an archive: metadata, native facts and sizes as in real locks. Loading is
reading and re-hashing its blobs and decoding them; judging is everything after that: holding the lock against the
metadata of its wheels, all rules, waivers, and the verdict. Bound: judging costs at most what loading costs.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

from support.big_generation import build, opened
from support.timing import ratio

ROUNDS = 15
PACKAGES = 300


def measured(root: Path) -> tuple[float, float]:
    """Return the seconds that loading and judging take, each for the first time in this process."""
    from uplock.policy.evaluate import evaluate
    from uplock.workflow.judge import evaluation_input
    from uplock.workflow.project import Project
    from uplock.workflow.recall import recall

    archive, project = opened(root), Project(root, date(2026, 11, 23))
    began = time.perf_counter()
    recalled = recall(root, archive)
    loaded = time.perf_counter()
    given = evaluation_input(
        recalled.subjects(project),
        service=project.service,
        policy=project.policy,
        as_of=datetime(2026, 11, 23, tzinfo=UTC),
        generation=recalled.id,
        waivers=project.waivers,
    )
    (verdict,) = evaluate(given)
    judged = time.perf_counter()
    if len(recalled.results) != PACKAGES or not verdict.findings:
        raise SystemExit("the generation is not what it should be")
    return loaded - began, judged - loaded


def main(arguments: list[str]) -> int:
    """Measure in processes of their own, so that nothing is remembered from one round to the next."""
    if arguments:
        print(*measured(Path(arguments[0])))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder), PACKAGES)
        command = [sys.executable, __file__, folder]
        rounds = [
            [float(each) for each in subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()]
            for _ in range(ROUNDS)
        ]
    loads, judges = zip(*rounds, strict=True)
    print(ratio(f"judging {PACKAGES} packages / loading them", judges, loads, "1"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
