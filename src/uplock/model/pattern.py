"""Patterns for names: ``*`` stands for any text, everything else for itself."""

from __future__ import annotations


def matches(pattern: str, text: str) -> bool:
    """Whether ``text`` fits ``pattern``, exactly and whole; takes linear time whatever ``text`` is."""
    first, *rest = pattern.split("*")
    if not rest:
        return text == pattern
    *middle, last = rest
    end = len(text) - len(last)
    if not text.startswith(first) or not text.endswith(last) or end < len(first):
        return False
    place = len(first)
    for part in middle:
        found = text.find(part, place, end)
        if found < 0:
            return False
        place = found + len(part)
    return True
