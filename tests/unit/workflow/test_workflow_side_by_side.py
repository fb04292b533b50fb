from __future__ import annotations

import threading
import time

import pytest

from uplock.workflow.side_by_side import side_by_side


def nothing(result: int, done: int) -> None:
    del result, done


def test_results_come_in_the_order_of_the_items_whoever_is_done_first() -> None:
    def work(number: int) -> int:
        time.sleep(0.02 if number == 0 else 0)
        return number * 2

    heard: list[int] = []
    results = side_by_side(work, range(20), 4, lambda _, done: heard.append(done))
    assert results == tuple(range(0, 40, 2))
    assert heard == list(range(1, 21))


@pytest.mark.parametrize(("items", "workers"), [(0, 4), (1, 4), (3, 1), (50, 4)])
def test_never_more_at_once_than_workers(items: int, workers: int) -> None:
    guard, now, peak = threading.Lock(), [0], [0]

    def work(number: int) -> int:
        with guard:
            now[0] += 1
            peak[0] = max(peak[0], now[0])
        time.sleep(0.001)
        with guard:
            now[0] -= 1
        return number

    assert side_by_side(work, range(items), workers, nothing) == tuple(range(items))
    assert peak[0] <= min(workers, items)


def test_an_error_ends_it_without_waiting_for_the_others() -> None:
    release, begun = threading.Event(), []

    def work(number: int) -> int:
        begun.append(number)
        if number == 1:
            raise ValueError("broken")
        release.wait(10)
        return number

    before = time.monotonic()
    with pytest.raises(ValueError, match="broken"):
        side_by_side(work, range(100), 2, nothing)
    release.set()
    assert time.monotonic() - before < 5
    assert len(begun) <= 3


def test_an_error_of_the_listener_ends_it_too() -> None:
    begun: list[int] = []

    def work(number: int) -> int:
        begun.append(number)
        time.sleep(0.005)
        return number

    def listen(_: int, __: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        side_by_side(work, range(1000), 2, listen)
    time.sleep(0.05)
    assert len(begun) < 100
