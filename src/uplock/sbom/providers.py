"""Which wheel of a lock brings the library that another one needs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from uplock.model.lock import Lock
from uplock.model.native import NativeMember
from uplock.model.results import ArtifactResults
from uplock.sbom.graph import reachable
from uplock.sbom.system import is_glibc


class Providers:
    """Which locked package brings which SONAME to which other: only packages that it depends on can."""

    def __init__(self, lock: Lock, results: Mapping[str, ArtifactResults]) -> None:
        """``results`` by the package's name."""
        self._lock = lock
        self._results = results

    def of(self, package: str) -> dict[str, str | None]:
        """Return every SONAME that a package needs from outside, with the package that brings it, if one does."""
        results = self._results.get(package)
        if results is None or not results.native.system:
            return {}
        near = reachable(self._lock, [package]) - {package}
        return {
            soname: min((name for name in self._brought.get(soname, ()) if name in near), default=None)
            for soname in results.native.system
        }

    @cached_property
    def _brought(self) -> dict[str, set[str]]:
        brought: dict[str, set[str]] = {}
        for name, results in self._results.items():
            for each in results.native.members:
                soname = _found_as(each)
                if each.role == "library" and not is_glibc(soname):
                    brought.setdefault(soname, set()).add(name)
        return brought


def _found_as(native: NativeMember) -> str:
    """Return the name under which others need a library: Windows knows only files, in any case of letters."""
    filename = native.path.rpartition("/")[2]
    return filename.lower() if native.format == "pe" else native.soname or filename
