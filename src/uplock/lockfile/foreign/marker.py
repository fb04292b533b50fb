"""Markers (PEP 508) of other tools' locks: bounded, and answered for a target, never for the host."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from uplock.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from packaging.markers import Marker

MAX_LENGTH = 16_384
MAX_DEPTH = 50
"""Deepest nesting of parentheses: parsers go down one level for each."""

_STRUCTURE = re.compile(r"\"[^\"]*+\"|'[^']*+'|(?P<bracket>[()])|[^\"'()]++|[\"']")


def checked_marker(text: object, place: str, defects: list[str]) -> str | None:
    """Return a marker in the form of the standard; note a defect and return ``None`` if it is none."""
    if not isinstance(text, str):
        defects.append(f"{place}: must be a marker")
        return None
    if (reason := marker_defect(text)) is not None:
        defects.append(f"{place}: {reason}")
        return None
    return str(_parsed(text))


def marker_defect(text: str) -> str | None:
    """Return why a text is not a marker that can be parsed within bounds, or ``None`` if it is one."""
    from packaging.markers import InvalidMarker

    if len(text) > MAX_LENGTH or not text.replace("\t", " ").isprintable():
        return f"a marker is at most {MAX_LENGTH} printable characters"
    if nesting(text) > MAX_DEPTH:
        return f"a marker with parentheses more than {MAX_DEPTH} deep"
    try:
        _parsed(text)
    except InvalidMarker as error:
        return f"{text[:80]!r} is not a marker: {str(error).splitlines()[0]}"
    return None


def nesting(text: str) -> int:
    """Return how deep the parentheses outside of strings go."""
    deepest = depth = 0
    for token in _STRUCTURE.finditer(text):
        if token["bracket"] is not None:
            depth += 1 if token[0] == "(" else -1
            deepest = max(deepest, depth)
    return deepest


def any_of(markers: Iterable[str]) -> str | None:
    """Return the marker that holds where one of ``markers`` does; ``None`` if there is none."""
    distinct = list(dict.fromkeys(markers))
    return " or ".join(f"({each})" for each in distinct) if len(distinct) > 1 else "".join(distinct) or None


class MarkerEnvironment:
    """Answers markers for one environment in which all of ``extras`` and ``groups`` are wanted."""

    def __init__(self, variables: Mapping[str, str], extras: Iterable[str], groups: Iterable[str]) -> None:
        """``variables`` are all eleven of the standard: what is missing would be taken from this machine."""
        self._common: dict[str, str | frozenset[str]] = dict(variables)
        self._common |= {"extras": frozenset(extras), "dependency_groups": frozenset(groups)}
        self._extras = ("", *sorted(set(extras)))
        self._known: dict[str, bool] = {}

    def holds(self, text: str | None) -> bool:
        """Whether a marker holds with any one of the extras, or with none; no marker always does.

        Raises :class:`InputError` for one that compares what cannot be compared.
        """
        if text is None:
            return True
        if text not in self._known:
            self._known[text] = self._evaluated(text)
        return self._known[text]

    def _evaluated(self, text: str) -> bool:
        from packaging.markers import UndefinedComparison, UndefinedEnvironmentName

        try:
            marker = _parsed(text)
            return any(marker.evaluate({**self._common, "extra": extra}) for extra in self._extras)
        except (UndefinedComparison, UndefinedEnvironmentName, ValueError) as error:
            raise InputError(
                f"the marker {text[:200]!r} cannot be answered: {str(error)[:200]}",
                remedy="Lock again with the tool that wrote the file.",
            ) from error


def _parsed(text: str) -> Marker:
    from packaging.markers import Marker

    return Marker(text)
