"""Marks of the tools that put libraries into a wheel: they tell who did, and with which version."""

from __future__ import annotations

import re

from uplock.inspect.wheel import Wheel

MAX_MARK = 64 * 1024
"""Bytes of a mark; larger files are none."""

_VERSION = r"\d{1,5}(?:\.[0-9A-Za-z]{1,20}){1,5}(?:\+[0-9A-Za-z.]{1,40})?"
_DELVEWHEEL = re.compile(rf"\AVersion: ({_VERSION})\s*$", re.MULTILINE)
_GENERATOR = re.compile(
    rf"^Generator: (auditwheel|delocate|delvewheel|repairwheel) \(?({_VERSION})\)?\s*$", re.MULTILINE
)
"""Of those tools that repair wheels; they write it in the file WHEEL when it is theirs."""
_DOCUMENT = re.compile(
    rf'"name"\s*:\s*"(auditwheel|delocate|delvewheel|repairwheel)"\s*,\s*"version"\s*:\s*"({_VERSION})"'
)
_DOCUMENTS = re.compile(r"/sboms/(?:auditwheel|delocate|delvewheel|repairwheel)\.[a-z0-9.]{1,20}\Z")


def tools_of(wheel: Wheel) -> tuple[str, ...]:
    """Return the tools that left a mark, each with its version (``delvewheel 1.11.2``), sorted.

    Raises :class:`InputError` if a mark is a damaged member of the wheel.
    """
    found = set()
    if (mark := _DELVEWHEEL.search(_text(wheel, f"{wheel.dist_info}/DELVEWHEEL"))) is not None:
        found.add(f"delvewheel {mark[1]}")
    for match in _GENERATOR.finditer(_text(wheel, f"{wheel.dist_info}/WHEEL")):
        found.add(f"{match[1]} {match[2]}")
    for member in wheel.members:
        if member.path.startswith(f"{wheel.dist_info}/sboms/") and _DOCUMENTS.search(member.path):
            found.update(f"{match[1]} {match[2]}" for match in _DOCUMENT.finditer(_text(wheel, member.path)))
    return tuple(sorted(found))


def _text(wheel: Wheel, path: str) -> str:
    """Return a small file of the wheel, or nothing if it has none of that name."""
    size = next((member.size for member in wheel.members if member.path == path), MAX_MARK + 1)
    return wheel.read_member(path, MAX_MARK).decode("utf-8", "replace") if size <= MAX_MARK else ""
