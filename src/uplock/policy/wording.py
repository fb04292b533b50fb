"""Words of findings: foreign text (file names, details of documents) made safe to show, and lists kept short."""

from __future__ import annotations

from collections.abc import Iterable

MAX_NAME = 300
"""Characters of a file name, package or place that a finding shows."""

MAX_SENTENCE = 1500
"""Characters of a message or remedy."""

MAX_LISTED = 10
"""Names that a list shows before it counts the rest."""


def printable(text: str, limit: int = MAX_NAME) -> str:
    r"""Return ``text`` with every character escaped that could steer a terminal or hide others, cut to ``limit``.

    Escape sequences, line breaks and bidirectional overrides come out as ``\x1b``, ``\n`` or ``\u202e``.
    """
    head = text[:limit]
    shown = "".join(each if each.isprintable() else repr(each)[1:-1] for each in head)
    return shown if len(shown) <= limit and len(text) <= limit else shown[: limit - 1] + "…"


def listed(names: Iterable[str], limit: int = MAX_LISTED) -> str:
    """Return the names sorted, each once: ``a, b, c``, and only counted beyond ``limit``: ``a, b and 12 more``."""
    unique = sorted(set(names))
    shown = ", ".join(unique[:limit])
    return shown if len(unique) <= limit else f"{shown} and {len(unique) - limit} more"


def counted(number: int, noun: str) -> str:
    """Return ``1 day``, ``2 days``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
