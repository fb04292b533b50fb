"""Timing programs against each other in one run: in turn, several times, and told as ratios."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence


def interleaved(works: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Return the seconds that each work takes, ``rounds`` times: all of them once, then all of them again."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            began = time.perf_counter()
            work()
            times[name].append(time.perf_counter() - began)
    return times


def ratio(what: str, times: Sequence[float], base: Sequence[float], bound: str) -> str:
    """Return the median ratio of measurements that belong together, with the least and the greatest one."""
    ratios = [one / other for one, other in zip(times, base, strict=True)]
    return f"{what}: {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}), bound {bound}"
