"""Hosts that do not answer: each is waited for a few times in a run, and then no more."""

from __future__ import annotations

import threading

from uplock.errors import NetworkError
from uplock.index.address import Origin
from uplock.index.transport import TimeOutError

LIMIT = 4
"""Requests in a row, each with all its attempts, after which a host is not asked again."""


class Silence:
    """Counts requests in a row that nobody answered, by origin. Safe for concurrent use.

    Without it a dead host would cost all attempts and pauses anew for every file.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._unanswered: dict[Origin, list[NetworkError]] = {}

    def heed(self, host: Origin) -> None:
        """Raise :class:`NetworkError` if a host was silent too often, :class:`TimeOutError` if it let us wait."""
        with self._guard:
            errors = self._unanswered.get(host, [])
            if len(errors) < LIMIT:
                return
        kind = TimeOutError if isinstance(errors[-1], TimeOutError) else NetworkError
        raise kind(
            f"not asked again after {LIMIT} requests in a row that got no answer ({errors[-1].message})",
            context=f"{host.scheme}://{host.host}:{host.port}",
            remedy="Check the network and the index URL, or try again later.",
        )

    def answered(self, host: Origin) -> None:
        """Take note of an answer, whatever it said."""
        with self._guard:
            self._unanswered.pop(host, None)

    def unanswered(self, host: Origin, error: NetworkError) -> None:
        """Take note of a request that nobody answered, with all its attempts."""
        with self._guard:
            self._unanswered.setdefault(host, []).append(error)
