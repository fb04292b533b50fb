"""The requirements of one wheel for a target, followed through the index: which wheels, with which shared libraries.

This is no resolution: each requirement is answered alone, with the newest version that it and the target admit.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from uplock.errors import InputError
from uplock.inspect.metadata import parse_metadata
from uplock.inspect.preview import PARENTHESES, library_paths
from uplock.inspect.wheel import read_metadata
from uplock.lockfile.foreign.marker import MarkerEnvironment
from uplock.model.preview import Provider
from uplock.model.results import CoreMetadata
from uplock.model.target import Target
from uplock.model.value import Value
from uplock.model.view import IndexFile
from uplock.ports import Event, Index, OnEvent, RemoteFile
from uplock.workflow.choose import Chooser, file_version, normal_version

if TYPE_CHECKING:
    from packaging.requirements import Requirement

MAX_PACKAGES = 64
"""Packages whose pages are asked for."""
MAX_ASKED = 1000
"""Requirements that are looked at, repetitions included."""
_SHOWN = 200
"""Characters of a requirement that notes repeat."""


class _Asked(Value, frozen=True, kw_only=True):
    """A requirement as METADATA words it, and the packages that led to it."""

    text: str
    chain: tuple[str, ...]


class Followed:
    """All wheels among the requirements of one, breadth first, in the order of METADATA."""

    def __init__(self, index: Index, target: Target, on_event: OnEvent) -> None:
        """Nothing is asked yet."""
        self.providers: list[Provider] = []
        """Wheels that have shared libraries."""
        self.notes: list[str] = []
        """What could not be followed, each in a sentence."""
        self._index = index
        self._target = target
        self._chooser = Chooser(target)
        self._on_event = on_event
        self._files: dict[str, IndexFile | None] = {}
        self._metadata: dict[str, CoreMetadata] = {}
        self._done: set[tuple[str, frozenset[str]]] = set()
        self._queue: deque[_Asked] = deque()

    def follow(self, metadata: CoreMetadata, extras: frozenset[str]) -> None:
        """Follow the requirements of a package with some of its extras, and theirs. Raises :class:`NetworkError`."""
        self._metadata[metadata.name] = metadata
        self._files[metadata.name] = None
        self._ask_for(metadata.name, extras, ())
        asked = 0
        while self._queue:
            asked += 1
            if asked > MAX_ASKED or len(self._files) > MAX_PACKAGES:
                self.notes.append(f"no more than {MAX_PACKAGES} packages and {MAX_ASKED} requirements were followed")
                return
            each = self._queue.popleft()
            try:
                self._take(each)
            except InputError as error:
                self._skip(each.text, error)

    def _skip(self, text: str, error: InputError) -> None:
        self.notes.append(f"{text[:_SHOWN]}: {str(error)[: 2 * _SHOWN]}")

    def _ask_for(self, name: str, extras: frozenset[str], chain: tuple[str, ...]) -> None:
        """Queue what a package requires with these extras; once for each set of them."""
        if (name, extras) in self._done:
            return
        self._done.add((name, extras))
        environment = MarkerEnvironment(self._target.marker_environment(), extras, ())
        for text in self._metadata[name].requires_dist:
            marker = _parsed(text).marker
            try:
                if environment.holds(None if marker is None else str(marker)):
                    self._queue.append(_Asked(text=text, chain=(*chain, name)))
            except InputError as error:
                self._skip(text, error)

    def _take(self, asked: _Asked) -> None:
        from packaging.utils import canonicalize_name

        requirement = _parsed(asked.text)
        name = canonicalize_name(requirement.name)
        if requirement.url is not None:
            raise InputError("is asked for by URL, and such references are not followed")
        if name not in self._files:
            self._on_event(Event(stage="preview", message=name, done=len(self._files)))
            self._files[name] = file = self._newest(name, requirement)
            remote = None if file.filename.endswith("-any.whl") else self._index.open(file)
            raw = self._index.metadata(file) if remote is None else read_metadata(remote.stream, file.filename)
            self._metadata[name] = parse_metadata(raw, file.filename, parentheses=PARENTHESES)
            if remote is not None:
                self._list(name, file, remote, asked)
        if name in self._metadata:
            self._ask_for(name, frozenset(canonicalize_name(extra) for extra in requirement.extras), asked.chain)

    def _newest(self, name: str, requirement: Requirement) -> IndexFile:
        """Return the wheel of the newest version that fits, a yanked one last. Raises :class:`InputError`."""
        from packaging.version import Version

        page = self._index.page(name)
        if page is None:
            raise InputError(f"the index has no project {name}")
        by_version: dict[str, list[IndexFile]] = {}
        for file in page.files:
            if (version := file_version(file.filename)) is not None:
                by_version.setdefault(version, []).append(file)
        admitted = requirement.specifier.filter(sorted(by_version, key=Version, reverse=True))
        wheels = (self._chooser.best_wheel(by_version[version]) for version in admitted)
        yanked = None
        for wheel in wheels:
            if wheel is not None and wheel.yanked is None:
                return wheel
            yanked = yanked or wheel
        if yanked is None:
            raise InputError(f"no wheel of {name} fits {self._target.name}")
        return yanked

    def _list(self, name: str, file: IndexFile, remote: RemoteFile, asked: _Asked) -> None:
        libraries = library_paths(remote.stream, file.filename)
        if libraries:
            self.providers.append(
                Provider(
                    name=name,
                    version=normal_version(file_version(file.filename) or "") or "",
                    filename=file.filename,
                    required_by=asked.chain,
                    requirement=asked.text,
                    libraries=libraries,
                    preview=remote.cost,
                )
            )


def _parsed(text: str) -> Requirement:
    from packaging.requirements import Requirement

    return Requirement(text)
