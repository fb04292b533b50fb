"""How anybody's texts are put into sentences of ours."""

from __future__ import annotations

from collections.abc import Iterable

_LONGEST = 120
_MOST = 10


def shown(text: str) -> str:
    """Return ``text`` in ASCII, escaped and cut: nothing in it can act on a terminal or hide."""
    return ascii(text[:_LONGEST])[1:-1]


def listed(texts: Iterable[str]) -> str:
    """Return texts, sorted, with commas between; after the first ten, how many more there are."""
    every = sorted(texts)
    rest = len(every) - _MOST
    return ", ".join([*map(shown, every[:_MOST]), *([f"{rest} more"] if rest > 0 else [])])
