"""Doing many things a few at a time, where each waits for the network."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from queue import SimpleQueue
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def side_by_side(
    work: Callable[[T], R], items: Sequence[T], workers: int, on_done: Callable[[R, int], None]
) -> tuple[R, ...]:
    """Return what ``work`` gives for each item, in order; ``on_done`` hears each result and how many there are by then.

    Raises the first error; then nothing further is begun. The threads are daemons: after an error or Ctrl-C nobody
    waits for what a slow server still sends.
    """
    futures: list[Future[R]] = [Future() for _ in items]
    finished: SimpleQueue[Future[R]] = SimpleQueue()
    waiting = iter(list(zip(items, futures, strict=True)))
    guard, stopped = threading.Lock(), threading.Event()

    def labour() -> None:
        while not stopped.is_set():
            with guard:
                task = next(waiting, None)
            if task is None:
                return
            item, future = task
            try:
                future.set_result(work(item))
            except BaseException as error:  # noqa: BLE001 - handed to the thread that waits for it
                future.set_exception(error)
                stopped.set()
            finished.put(future)

    for number in range(min(workers, len(items))):
        threading.Thread(target=labour, name=f"side-by-side-{number}", daemon=True).start()
    try:
        for done in range(1, len(items) + 1):
            on_done(finished.get().result(), done)
    finally:
        stopped.set()
    return tuple(future.result() for future in futures)
