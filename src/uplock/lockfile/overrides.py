"""Overrides and exclusions: what replaces or removes requirements, whoever asks for them.

They are applied to the project's own lines and to the metadata that a view shows, so that every resolver sees the
same and none needs options of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from uplock.lockfile.requirement import render

if TYPE_CHECKING:
    from packaging.requirements import Requirement


NO_VERSION = "<0.dev0"
"""A specifier that no version satisfies: 0.dev0 is the least of all (PEP 440)."""


class Overrides:
    """Requirement lines by normalized name that replace all others, and names that are left out.

    Direct references in metadata are never followed: what a package asks for by URL would come from outside the view,
    and pip would build and so run it. The package becomes unusable instead, unless the project itself says where that
    name comes from.
    """

    def __init__(self, overrides: Iterable[str], excludes: Iterable[str], references: Iterable[str] = ()) -> None:
        """``overrides`` are requirements in canonical form; several for one name (with markers) stand together.

        ``references`` are names that the project asks for by URL.
        """
        from packaging.requirements import Requirement

        self._references = frozenset(references)
        self._lines: dict[str, list[Requirement]] = {}
        for line in overrides:
            requirement = Requirement(line)
            self._lines.setdefault(requirement.name, []).append(requirement)
        self._excluded = frozenset(excludes)
        self._names = frozenset(self._lines) | self._excluded

    def __bool__(self) -> bool:
        """Whether there is anything to apply."""
        return bool(self._names)

    def applied(self, line: str) -> tuple[str, ...]:
        """Return what stands in the place of a requirement: itself, its overrides, or nothing.

        An override keeps the extras that were asked for, and holds where the marker of the requirement held; its own
        marker narrows that. A line that cannot be read stays as it is: whoever reads it next says so.
        """
        from packaging.requirements import InvalidRequirement, Requirement
        from packaging.utils import canonicalize_name

        try:
            asked = Requirement(line)
        except InvalidRequirement:
            return (line,)
        name = canonicalize_name(asked.name)
        if name in self._excluded:
            return ()
        if name not in self._lines:
            return (line,) if asked.url is None else (self._dereferenced(asked),)
        return tuple(_replaced(asked, by) for by in self._lines[name])

    def _dereferenced(self, asked: Requirement) -> str:
        from packaging.specifiers import SpecifierSet
        from packaging.utils import canonicalize_name

        asked.url = None
        asked.specifier = SpecifierSet("" if canonicalize_name(asked.name) in self._references else NO_VERSION)
        return render(asked)


def _replaced(asked: Requirement, by: Requirement) -> str:
    from packaging.markers import Marker
    from packaging.requirements import Requirement

    made = Requirement(str(by))
    made.extras = asked.extras | by.extras
    markers = [f"({each.marker})" for each in (asked, by) if each.marker is not None]
    made.marker = Marker(" and ".join(markers)) if markers else None
    return render(made)
