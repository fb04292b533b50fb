"""Candidates: what a view has of a package for the target, and why an old version cannot stay (L0, L1)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from uplock.errors import InputError
from uplock.inspect.metadata import parse_metadata
from uplock.model.results import CoreMetadata
from uplock.model.target import Target
from uplock.model.uplift import Why
from uplock.model.view import IndexFile
from uplock.workflow.choose import Chooser, files_by_version, is_sdist, listed_versions, version_key, wheel_name
from uplock.workflow.view import ViewRecorder

_CPYTHON = re.compile(r"cp3(?P<minor>\d{1,2})")

MAX_NAMED = 4
"""Most platforms that one piece of evidence names."""


class Candidates:
    """The versions of packages in one view, seen from one target."""

    def __init__(self, recorder: ViewRecorder, target: Target, old: Target) -> None:
        """``old`` is the target that is left."""
        self._recorder = recorder
        self._old_minor = old.interpreter.release[1]
        self._target = target
        self._chooser = Chooser(target)
        self._platforms = set(target.platform.tags())
        self._sorted: dict[str, dict[str | None, list[IndexFile]]] = {}
        self._metadata: dict[tuple[str, str], CoreMetadata | None] = {}
        self.file = cache(self._file)
        self.versions = cache(self._versions)

    def _files(self, name: str, version: str) -> list[IndexFile]:
        """Return all files of a version; a page is sorted out once."""
        if name not in self._sorted:
            page = self._recorder.dated(name)
            self._sorted[name] = files_by_version(() if page is None else page.files)
        return self._sorted[name].get(version_key(version), [])

    def _file(self, name: str, version: str) -> IndexFile | None:
        return self._chooser.best_of(self._files(name, version))

    def _versions(self, name: str) -> tuple[str, ...]:
        """Return the versions that have a wheel for the target which is not yanked, ascending (PEP 440, 592)."""
        from packaging.version import Version

        page = self._recorder.dated(name)
        listed = sorted(listed_versions(page), key=Version) if page is not None else []
        return tuple(each for each in listed if (file := self.file(name, each)) is not None and file.yanked is None)

    def newer(self, name: str, version: str, *, final: bool = True) -> tuple[str, ...]:
        """Return the versions above one, ascending; ``final``: without pre-releases, unless the version is one."""
        from packaging.version import Version

        now = Version(version)
        return tuple(
            each
            for each in self.versions(name)
            if Version(each) > now and not (final and Version(each).is_prerelease and not now.is_prerelease)
        )

    def finals(self, name: str) -> tuple[str, ...]:
        """Return the final versions that install on the target, ascending."""
        from packaging.version import Version

        return tuple(each for each in self.versions(name) if not Version(each).is_prerelease)

    def hindrance(self, name: str, version: str) -> Why | None:
        """Return why a version cannot be installed on the target, ``None`` if it can."""
        files = tuple(self._files(name, version))
        if not files:
            return Why(level="index", evidence=f"the index lists no file of {name} {version} any more")
        wheels = [file for file in files if self._chooser.fits(file)]
        if any(self._chooser.admits_python(file) for file in wheels):
            return None
        minor = self._target.interpreter.minor
        if wheels or not any(self._chooser.admits_python(file) for file in files):
            asked = sorted({file.requires_python or "" for file in wheels or files})
            says = " and ".join(each for each in asked if each)
            return Why(level="L0", evidence=f"{name} {version} asks for Python {says}, which {minor} is not")
        return Why(level="L1", evidence=f"{name} {version} has no wheel for {self._target.name}: {self._there(files)}")

    def _there(self, files: Sequence[IndexFile]) -> str:
        """Return what there is instead of a wheel for the target, in words."""
        tags = {tag for file in files if (found := wheel_name(file.filename)) is not None for tag in found[2]}
        if not tags:
            return "it has a source distribution only"
        here = {each.interpreter for each in tags if each.platform in self._platforms}
        if not here:
            there = sorted({each.platform for each in tags})
            return f"it has wheels for {', '.join(there[:MAX_NAMED])}{' and others' * (len(there) > MAX_NAMED)} only"
        minors = sorted(int(match["minor"]) for each in here if (match := _CPYTHON.fullmatch(each)) is not None)
        if not minors:
            return f"it has wheels for {', '.join(sorted(here)[:MAX_NAMED])} only"
        return f"its newest wheels for this platform are for CPython 3.{minors[-1]}"

    @property
    def names(self) -> set[str]:
        """Every project that was asked for in the view."""
        return self._recorder.names

    def newest(self, name: str) -> str | None:
        """Return the newest final version that the index lists, whatever it runs on; a pre-release if there is none."""
        from packaging.version import Version

        page = self._recorder.dated(name)
        found = sorted(map(Version, () if page is None else listed_versions(page)))
        final = [each for each in found if not each.is_prerelease]
        return str((final or found)[-1]) if found else None

    def reached(self, name: str, version: str) -> str | None:
        """Return the newest minor below the target that a version from ``version`` on has a wheel for, if any is newer.

        Told by the tags of wheels for CPython: so a plan in two steps can be named.
        """
        from packaging.version import Version

        page = self._recorder.dated(name)
        low = Version(version or "0")
        minors = {
            int(match["minor"])
            for file in (() if page is None else page.files)
            if (found := wheel_name(file.filename)) is not None and found[0] >= low
            for tag in found[2]
            if (match := _CPYTHON.fullmatch(tag.interpreter)) is not None
        }
        below = [minor for minor in minors if minor < self._target.interpreter.release[1]]
        return f"3.{max(below)}" if below and max(below) > self._old_minor else None

    def declares(self, name: str, version: str) -> bool:
        """Whether the classifiers of a version name the target's minor (L2)."""
        metadata = self.metadata(name, version)
        wanted = f"Programming Language :: Python :: {self._target.interpreter.minor}"
        return metadata is not None and wanted in metadata.classifiers

    def first_declaring(self, name: str, versions: Sequence[str]) -> str | None:
        """Return the first of ascending versions that declares the target, by halving; ``None`` if the last does not.

        A project that declares a minor goes on to do so, as a rule; where one does not, this is a later version.
        """
        if not versions or not self.declares(name, versions[-1]):
            return None
        low, high = -1, len(versions) - 1
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self.declares(name, versions[middle]) else (middle, high)
        return versions[high]

    def sdist(self, name: str) -> str | None:
        """Return the newest source distribution that the target's interpreter may build, by file name, or ``None``."""
        from packaging.version import Version

        page = self._recorder.dated(name)
        for version in sorted(() if page is None else listed_versions(page), key=Version, reverse=True):
            for file in self._files(name, version):
                if is_sdist(file.filename) and self._chooser.admits_python(file) and not Version(version).is_prerelease:
                    return file.filename
        return None

    def metadata(self, name: str, version: str) -> CoreMetadata | None:
        """Return the metadata of the file of a version that fits, ``None`` if there is none, or none to be read."""
        key = (name, version)
        if key not in self._metadata:
            file = self.file(name, version)
            try:
                raw = None if file is None else self._recorder.described(file)
                self._metadata[key] = None if file is None or raw is None else parse_metadata(raw, file.filename)
            except InputError:
                self._metadata[key] = None
        return self._metadata[key]
