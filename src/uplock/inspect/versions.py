"""Symbol versions of the system libraries, and what manylinux tags promise about them (PEP 513, 571, 599, 600)."""

from __future__ import annotations

import re
from collections.abc import Iterable

_VERSION = re.compile(r"(GLIBC|GLIBCXX|CXXABI|GCC)_(\d{1,4}(?:\.\d{1,4}){0,3})\Z")
_MARKERS = {"GLIBC_ABI_DT_RELR": ("GLIBC", "2.36")}
"""Versions without a number that came with a known release of glibc."""
_MANYLINUX = re.compile(r"manylinux_(\d{1,3}_\d{1,3})_\w+\Z|(manylinux1|manylinux2010|manylinux2014)_\w+\Z")
_LEGACY = {"manylinux1": "2.5", "manylinux2010": "2.12", "manylinux2014": "2.17"}


def system_floors(versions: Iterable[tuple[str, tuple[str, ...]]], system: frozenset[str]) -> dict[str, str]:
    """Return the highest version per family (GLIBC, GLIBCXX, CXXABI, GCC) that is needed from libraries in ``system``.

    What is needed from a library inside the wheel is met by the wheel and says nothing about the system.
    """
    by_family: dict[str, list[str]] = {}
    for library, names in versions:
        for name in names if library in system else ():
            if name in _MARKERS:
                family, number = _MARKERS[name]
                by_family.setdefault(family, []).append(number)
            elif match := _VERSION.match(name):
                by_family.setdefault(match[1], []).append(match[2])
    return {family: max(numbers, key=_order) for family, numbers in by_family.items()}


def highest(numbers: Iterable[str]) -> str | None:
    """Return the highest of dotted numbers, or ``None`` if there are none."""
    return max(numbers, key=_order, default=None)


def claimed_glibc(platforms: Iterable[str]) -> str | None:
    """Return the lowest glibc among manylinux platform tags: the oldest system that the wheel says it runs on."""
    matches = [match for platform in platforms if (match := _MANYLINUX.match(platform))]
    return min(
        (_LEGACY.get(match[2] or "") or match[1].replace("_", ".") for match in matches), key=_order, default=None
    )


def _order(number: str) -> tuple[int, ...]:
    return tuple(int(part) for part in number.split("."))
