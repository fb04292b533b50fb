"""What a component of a wheel contains, by the files of the wheel: which part each of them is, and which need which."""

from __future__ import annotations

from collections.abc import Iterator

from uplock.linkage.names import found_as, names_of, written
from uplock.model.native import NativeProfile
from uplock.model.results import ArtifactResults
from uplock.sbom.clean import Cleaner
from uplock.sbom.libraries import NativeFiles
from uplock.sbom.parts import Component


class Contents:
    """One package of a document with the files that it was made of; every question is answered in constant time."""

    def __init__(self, component: Component, results: ArtifactResults | None) -> None:
        """``results`` are those about the file of the package, if anybody looked into it."""
        self.ref = component.ref
        self.parts = tuple(each.ref for each in component.components)
        self._profile = NativeProfile() if results is None else results.native
        known = frozenset(self.parts)
        files = NativeFiles(self._profile, Cleaner())
        refs = files.refs(self.ref)
        self._linked: dict[str, list[str]] = {}
        """References of the libraries that are linked into a file."""
        for key, libraries in files.libraries.items():
            for library in libraries:
                for member in library.members:
                    if refs[key] in known and files.owners.get(member.path) != key:
                        self._linked.setdefault(member.path, []).append(refs[key])
        self._owners = {path: refs[key] for path, key in files.owners.items() if refs[key] in known}

    def owner(self, path: str) -> str:
        """Return the reference of the part that a file is: of the package itself if it is none of its own."""
        return self._owners.get(path, self.ref)

    def edges(self) -> Iterator[tuple[str, str]]:
        """Yield who needs what inside the package, by its parts; what the package itself needs is all of them."""
        by_name: dict[str, list[str]] = {}
        for member in self._profile.members:
            if member.path in self._owners:
                for name in names_of(member):
                    by_name.setdefault(name, []).append(member.path)
        outside = frozenset(self._profile.system)
        for member in self._profile.members:
            needing = self._owners.get(member.path)
            if needing is None:
                continue
            yield from ((needing, part) for part in self._linked.get(member.path, ()) if part != needing)
            for name in (*member.needed, *member.delayed):
                if written(name, member) in outside:
                    continue
                for path in by_name.get(found_as(name, member.format), ())[:1]:
                    if self._owners[path] != needing:
                        yield needing, self._owners[path]
