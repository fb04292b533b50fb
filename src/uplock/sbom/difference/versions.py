"""Versions of anybody, ordered where they can be: as Python orders its own (PEP 440), which fits most others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from packaging.version import Version

_MAX_VERSION = 128
"""Characters of a version that is looked into."""

Order = Literal["upgraded", "downgraded", "other-version", "same"]


def order(before: str | None, after: str | None) -> tuple[Order, bool]:
    """Return how a version changed, and whether its epoch or first number did; ``1.0`` and ``1.0.0`` are the same."""
    if before == after:
        return "same", False
    old, new = parsed(before), parsed(after)
    if old is None or new is None:
        return "other-version", False
    if old == new:
        return "same", False
    return "upgraded" if new > old else "downgraded", (old.epoch, old.major) != (new.epoch, new.major)


def rank(version: str | None) -> tuple[int, Version, str]:
    """Return what sorts versions: unknown ones lowest, then those without an order, by their text."""
    from packaging.version import Version

    found = parsed(version)
    if found is not None:
        return 2, found, ""
    return (1, Version("0"), version) if version else (0, Version("0"), "")


def same_version(version: str | None) -> object:
    """Return what is equal for two spellings of one version."""
    return parsed(version) or version


def parsed(version: str | None) -> Version | None:
    """Return a version that can be ordered, or ``None``."""
    from packaging.version import InvalidVersion, Version

    if version is None or len(version) > _MAX_VERSION:
        return None
    try:
        return Version(version)
    except InvalidVersion:
        return None
