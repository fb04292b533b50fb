"""Which native files of a lock are loaded for certain, once a module is imported or a program runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from uplock.linkage.names import found_as, names_of
from uplock.model.native import NativeMember
from uplock.model.need import Need

Place = tuple[str, str]
"""Package and member."""


def loaded_by_links(members: Mapping[str, Sequence[NativeMember]], needs: Iterable[Need]) -> frozenset[Place]:
    """Return extension modules, programs, and whatever these are linked to, in their wheels or across ``needs``.

    ``members`` by package. Within a wheel every file of the right name counts, wherever it lies. Links that are
    followed when first used only do not count.
    """
    wheels = {package: _Wheel(found) for package, found in members.items()}
    across = _across(needs)
    ahead = [(package, each.path) for package, found in members.items() for each in found if each.role != "library"]
    loaded = set(ahead)
    while ahead:
        package, path = place = ahead.pop()
        new = {(package, each) for each in wheels[package].linked(path)} | across.get(place, set())
        ahead += new - loaded
        loaded |= new
    return frozenset(loaded)


class _Wheel:
    """Who is linked to whom within one wheel. Each name is answered once: a wheel can have very many files of one."""

    def __init__(self, members: Sequence[NativeMember]) -> None:
        self._files: dict[str, set[str]] = {}
        self._needed: dict[str, set[str]] = {}
        for member in members:
            for name in names_of(member):
                self._files.setdefault(name, set()).add(member.path)
            needed = {found_as(name, member.format) for name in member.needed}
            self._needed.setdefault(member.path, set()).update(needed)

    def linked(self, path: str) -> set[str]:
        """Return the files that a file needs and that were not returned before."""
        found: set[str] = set()
        for name in self._needed.get(path, ()):
            found |= self._files.pop(name, set())
        return found


def _across(needs: Iterable[Need]) -> dict[Place, set[Place]]:
    links: dict[Place, set[Place]] = {}
    for need in needs:
        if need.provider is not None and need.path is not None and not need.delayed:
            for path in need.members:
                links.setdefault((need.package, path), set()).add((need.provider, need.path))
    return links
