"""Who brings what the wheels of a lock need: a package that they depend on, the system, or nobody.

What a program loads by itself (``dlopen``, ``ctypes``) no header tells: of that, nothing is said here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import groupby
from typing import Literal

from uplock.linkage.dependencies import Dependencies
from uplock.linkage.inspected import Inspected
from uplock.linkage.loaded import loaded_by_links
from uplock.linkage.names import found_as, names_of, written
from uplock.linkage.search import installed, places
from uplock.linkage.system import assumed, runs_there
from uplock.model.lock import Lock
from uplock.model.native import NativeMember
from uplock.model.need import Need
from uplock.model.value import Value, changed


class _Offer(Value, frozen=True, kw_only=True):
    """A native file that others may need, and whose it is."""

    package: str
    member: NativeMember


class Linkage:
    """The needs of all wheels of one lock. Made by :meth:`of`."""

    def __init__(self, lock: Lock, results: Mapping[str, Inspected]) -> None:
        """See :meth:`of`."""
        self._target = lock.target
        self._results = {each.name: results[each.name] for each in lock.packages if each.name in results}
        self._unread = frozenset(each.name for each in lock.packages if each.is_sdist or each.name not in self._results)
        self._dependencies = Dependencies(lock, self._results)

    @classmethod
    def of(cls, lock: Lock, results: Mapping[str, Inspected]) -> Linkage:
        """Return the linkage of a lock. ``results`` by the package's name; other packages' results are ignored."""
        return cls(lock, results)

    @cached_property
    def needs(self) -> tuple[Need, ...]:
        """What every wheel needs from outside itself on the lock's target, sorted by package and name.

        Raises :class:`InputError` if metadata that must be asked state a requirement that cannot be read.
        """
        found = tuple(need for package in self._members for need in self._unlinked(package))
        loaded = loaded_by_links(self._members, found)
        return tuple(
            changed(need, linked=any((need.package, path) in loaded for path in need.members)) for need in found
        )

    def of_package(self, package: str) -> tuple[Need, ...]:
        """Return the needs of one package, sorted by name; none of a package that is not in the lock or not read.

        Raises as :attr:`needs` does.
        """
        return self._by_package.get(package, ())

    @cached_property
    def _by_package(self) -> dict[str, tuple[Need, ...]]:
        return {package: tuple(found) for package, found in groupby(self.needs, key=lambda need: need.package)}

    @cached_property
    def _members(self) -> dict[str, tuple[NativeMember, ...]]:
        """Native files that are for the lock's target, by package, sorted by path."""
        return {
            package: tuple(
                sorted(
                    (each for each in results.native.members if runs_there(each, self._target.platform)),
                    key=lambda each: (each.path, each.sha256),
                )
            )
            for package, results in sorted(self._results.items())
        }

    def _unlinked(self, package: str) -> Iterator[Need]:
        """Yield the needs of a package, sorted by name, as far as they can be told without those of others."""
        outside = frozenset(self._results[package].native.system)
        needing: dict[str, list[NativeMember]] = {}
        for member in self._members[package] if outside else ():
            for name in {written(each, member) for each in (*member.needed, *member.delayed)} & outside:
                needing.setdefault(name, []).append(member)
        for name in sorted(needing):
            yield self._need(package, name, needing[name])

    def _need(self, package: str, name: str, members: list[NativeMember]) -> Need:
        need = Need(
            package=package,
            soname=name,
            members=tuple(sorted({each.path for each in members})),
            kind="nobody",
            delayed=all(name not in {written(each, member) for each in member.needed} for member in members),
        )
        system = assumed(name, self._target)
        if system is not None and system.always:
            return changed(need, kind=system.kind, policy=system.policy)
        found = self._by_path(package, name, members)
        if found is not None:
            return _provided(need, found, "runpath")
        if system is not None:
            return changed(need, kind=system.kind, policy=system.policy)
        found = self._by_name(package, name, members)
        if found is not None:
            return _provided(need, found, "name")
        return changed(need, kind="unknown") if self._may_be_unseen(package, name) else need

    def _by_path(self, package: str, name: str, members: list[NativeMember]) -> _Offer | None:
        """Return the file to which a search path of a needing member leads, if a dependency has one there."""
        if found_as(name, members[0].format) not in self._by_soname:
            return None
        for member in members:
            for place in places(member, name):
                for offer in self._by_place.get(place, ()):
                    if offer.package in self._dependencies_of(package, offer):
                        return offer
        return None

    def _by_name(self, package: str, name: str, members: list[NativeMember]) -> _Offer | None:
        """Return a dependency's file of that name; of several the first by package and path."""
        if members[0].format == "elf" and "/" in name:
            return None
        for offer in self._by_soname.get(found_as(name, members[0].format), ()):
            if offer.package in self._dependencies_of(package, offer):
                return offer
        return None

    def _dependencies_of(self, package: str, offer: _Offer) -> frozenset[str]:
        """Return what a package depends on; metadata are asked only if the lock's edges do not reach the offer."""
        near = self._dependencies.near(package)
        return near if offer.package in near else self._dependencies.all(package)

    def _may_be_unseen(self, package: str, name: str) -> bool:
        """Whether a dependency may bring it without anybody's knowledge: it is not read, or its file is not."""
        if not self._unread and not any(each.native.skipped for each in self._results.values()):
            return False
        base = name.rpartition("/")[2].lower()
        for each in self._dependencies.all(package) | {package}:
            if each in self._unread:
                return True
            for skipped in self._results[each].native.skipped:
                if skipped.partition(": ")[0].rpartition("/")[2].lower() == base:
                    return True
        return False

    @cached_property
    def _offers(self) -> tuple[_Offer, ...]:
        """All native files of the lock that are for its target and no programs, sorted by package and path."""
        return tuple(
            _Offer(package=package, member=member)
            for package, members in self._members.items()
            for member in members
            if member.role != "executable"
        )

    @cached_property
    def _by_place(self) -> dict[str, list[_Offer]]:
        found: dict[str, list[_Offer]] = {}
        for offer in self._offers:
            found.setdefault(installed(offer.member.path), []).append(offer)
        return found

    @cached_property
    def _by_soname(self) -> dict[str, list[_Offer]]:
        """Libraries by file name and, but on Windows, by the name that they give themselves: loaders know both."""
        found: dict[str, list[_Offer]] = {}
        for offer in self._offers:
            for name in names_of(offer.member):
                found.setdefault(name, []).append(offer)
        return found


def _provided(need: Need, offer: _Offer, by: Literal["runpath", "name"]) -> Need:
    return changed(
        need, kind="package", provider=offer.package, path=offer.member.path, sha256=offer.member.sha256, by=by
    )
