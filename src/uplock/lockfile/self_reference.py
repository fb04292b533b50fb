"""Requirements of a project on itself: ``demo[all]`` in demo's own extras stands for what its extra lists.

They must never reach an index: there, anyone may have taken the name.
"""

from __future__ import annotations

from collections.abc import Mapping

from uplock.lockfile.requirement import canonical_lines, render

MAX_DEPTH = 32
"""Longest chain of extras that name one another."""

MAX_STEPS = 1000
"""Most lines that are followed: with markers, every path through the extras gives lines of its own."""


class Extras:
    """The extras of a project; each is read when it is first asked for, so that unused ones may hold anything."""

    def __init__(self, tables: Mapping[str, tuple[str, object]], place: str, defects: list[str]) -> None:
        """``tables`` has key as written and value by normalized name."""
        self.place = place
        self.defects = defects
        self._tables = tables
        self._lines: dict[str, list[str]] = {}

    def __contains__(self, name: str) -> bool:
        """Whether the project has the extra of this normalized name."""
        return name in self._tables

    def lines(self, name: str) -> list[str]:
        """Return an extra's lines in canonical form; note a defect if there is no such extra."""
        if name not in self._lines:
            key, value = self._tables.get(name, (name, []))
            if name not in self._tables:
                self.defects.append(f"{self.place}: the project asks itself for {name!r}, which is not there")
            self._lines[name] = canonical_lines(value, f"{self.place}.{key}", self.defects)
        return self._lines[name]


def expand(lines: list[str], own: str | None, chosen: tuple[str, ...], extras: Extras) -> list[str]:
    """Return ``lines`` and those of the ``chosen`` extras, with references to the project ``own`` followed.

    A reference's marker goes to all that it stands for; one without extras stands for nothing new.
    """
    found: list[str] = []
    waiting: list[tuple[str, str, frozenset[str]]] = [(line, "", frozenset()) for line in lines]
    waiting += [(line, "", frozenset((extra,))) for extra in chosen for line in extras.lines(extra)]
    seen = set(waiting)
    while waiting:
        line, marker, trail = waiting.pop()
        names, also = _reference(line, own)
        if names is None:
            found.append(_marked(line, marker))
            continue
        for name in sorted(names - trail):  # a cycle adds nothing: its lines are here under a weaker marker
            new = {(each, _joined(marker, also), trail | {name}) for each in extras.lines(name)} - seen
            seen |= new
            waiting += sorted(new, key=lambda step: step[0])
        if len(seen) > MAX_STEPS or len(trail) > MAX_DEPTH:
            extras.defects.append(f"{extras.place}: too many references of the project to itself")
            break
    return found


def _reference(line: str, own: str | None) -> tuple[frozenset[str] | None, str]:
    """Return the extras that a line asks the project itself for, ``None`` if it asks for another; and its marker."""
    from packaging.requirements import Requirement

    if own is None or not line.startswith(own):
        return None, ""
    requirement = Requirement(line)
    if requirement.name != own:
        return None, ""
    return frozenset(requirement.extras), "" if requirement.marker is None else str(requirement.marker)


def _marked(line: str, marker: str) -> str:
    """Return a line with a marker added to its own."""
    from packaging.markers import Marker
    from packaging.requirements import Requirement

    if not marker:
        return line
    requirement = Requirement(line)
    requirement.marker = Marker(_joined(marker, "" if requirement.marker is None else str(requirement.marker)))
    return render(requirement)


def _joined(first: str, second: str) -> str:
    return f"({first}) and ({second})" if first and second else first or second
