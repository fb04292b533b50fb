"""Kill run, install, vault add, gc and rollback at every call that changes a file, and at random moments.

    PYTHONPATH=tests .venv/bin/python tests/kills/every.py [--random N] [--seed SEED] [--every K] [ACT ...]

The process and all that it started are killed with SIGKILL by a tracer (Linux), before the n-th call; every second
write is made by half first. After every kill the archive, all generations that were committed, the project's files and
the environment are looked at, and the command is run once more, which must end as if nobody had killed it. Prints the
number of calls of each command, the kills, and what was wrong. Random kills are by time, a quarter of them of uplock
alone, without the programs that it started. Exit code 1 if anything was wrong.
"""

from __future__ import annotations

import argparse
import random
import secrets
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from support.http_index import HttpIndex
from support.kill_acts import ACTS, Play, missing, play
from support.kill_scenes import Stage
from support.killing import untraceable
from support.shop import estate


def say(line: str) -> None:
    """Show a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _since(began: float) -> str:
    return f"{time.perf_counter() - began:.0f} s"


def at_every_call(played: Play, every: int) -> int:
    """Kill at every ``every``-th call and one more; return how often something was wrong."""
    points = played.whole.points
    kinds = Counter(name for name, _ in points)
    began, kills, wrong = time.perf_counter(), 0, 0
    for point in range(1, len(points) + 1, every):
        found = played.killed_at(point, torn=point % 2 == 1)
        if found is None:
            continue
        kills += 1
        wrong += bool(found)
        for each in found:
            say(f"  {played.name} {each}")
    told = ", ".join(f"{kind} {number}" for kind, number in kinds.most_common())
    say(f"{played.name:14} {len(points):4} calls, {kills:4} kills, {wrong:3} wrong  (in {_since(began)}; {told})")
    if played.repairs:
        say(f"{'':14} mended by one repair: {dict(played.repairs)}")
    return wrong


def at_random(plays: list[Play], number: int, seed: int) -> int:
    """Kill at random moments; return how often something was wrong."""
    chance = random.Random(seed)  # noqa: S311 - to be repeated, not to be secret
    wrong = 0
    counted: Counter[str] = Counter()
    for turn in range(number):
        played = plays[turn % len(plays)]
        seconds, alone = chance.uniform(0, played.seconds), chance.random() < 0.25
        found = played.killed_after(seconds, alone=alone)
        counted[played.name] += 1
        wrong += bool(found)
        for each in found:
            say(f"  {played.name} {turn} of seed {seed}, alone {alone}: {each}")
    say(f"random         {number:4} kills, {wrong:3} wrong  (seed {seed}; {dict(counted)})")
    return wrong


def main() -> int:
    """Play the acts one after the other, then the random kills over all of them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--random", type=int, default=200)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1 << 32))
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("acts", nargs="*", default=list(ACTS))
    given = parser.parse_args()
    if untraceable():
        say(untraceable())
        return 3
    wrong, plays = 0, []
    with tempfile.TemporaryDirectory() as folder, HttpIndex(estate()) as http:
        for name in given.acts:
            if missing(name):
                say(f"{name:14} left out: {missing(name)}")
                continue
            played = play(name, Stage(Path(folder, name).resolve(), http.url))
            plays.append(played)
            if given.every:
                wrong += at_every_call(played, given.every)
        if given.random and plays:
            wrong += at_random(plays, given.random, given.seed)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
