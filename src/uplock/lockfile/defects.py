"""The words of an error about a file: every defect on a line of its own, safe to show, and only so many."""

from __future__ import annotations

from collections.abc import Sequence

MAX_SHOWN = 50
"""Defects that a message lists before it counts the rest."""

MAX_LENGTH = 400
"""Characters of one defect."""


def described(defects: Sequence[str]) -> str:
    """Return defects as the message of one error.

    Text from the file (keys, names) may stand in a defect, so whatever could steer a terminal is escaped.
    """
    lines = [printable(each) for each in defects[:MAX_SHOWN]]
    if len(defects) > MAX_SHOWN:
        lines.append(f"and {len(defects) - MAX_SHOWN} more defects")
    return "\n".join(lines)


def printable(text: str) -> str:
    r"""Return ``text`` cut to a bound, with escape sequences, line breaks and the like as ``\x1b``, ``\n``."""
    shown = "".join(each if each.isprintable() else repr(each)[1:-1] for each in text[:MAX_LENGTH])
    return shown if len(text) <= MAX_LENGTH else f"{shown}…"
