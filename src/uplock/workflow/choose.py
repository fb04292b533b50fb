"""Choosing the one artifact of a pinned version for a target, and telling what has none."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from uplock.errors import InputError
from uplock.model.target import Target
from uplock.model.view import IndexFile, IndexPage
from uplock.model.wheel_name import is_bounded

if TYPE_CHECKING:
    from packaging.tags import Tag
    from packaging.utils import BuildTag
    from packaging.version import Version


class Chooser:
    """Ranks wheels for one target: by tag, then by build number, as installers do."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._rank: dict[Tag, int] = {tag: rank for rank, tag in reversed(list(enumerate(target.tags())))}
        self._ranked: dict[str, int | None] = {}

    def best(self, page: IndexPage, version: str, *, sdist: bool = False) -> IndexFile | None:
        """Return the file of ``version`` that an installer would take, or ``None``.

        Not yanked before yanked; then the most specific tag; then the highest build number (PEP 427); then the name,
        so that the choice never depends on the order of the page. Without a wheel, and if ``sdist`` says so, the source
        distribution.
        """
        return self.best_of(files_of_version(page, version), sdist=sdist)

    def best_of(self, files: Iterable[IndexFile], *, sdist: bool = False) -> IndexFile | None:
        """Return the one of several files of a version that :meth:`best` speaks of."""
        files = tuple(files)
        found = self.best_wheel(files)
        if found is not None or not sdist:
            return found
        sources = [file for file in files if is_sdist(file.filename) and self.admits_python(file)]
        return min(sources, key=lambda file: (file.yanked is not None, file.filename), default=None)

    def best_wheel(self, files: Iterable[IndexFile]) -> IndexFile | None:
        """Return the first of the wheels that fit, in the order of :meth:`best`."""
        ranked = []
        for file in files:
            if not self.admits(file):
                continue
            found, rank = wheel_name(file.filename), self._fit(file.filename)
            if found is not None and rank is not None:
                build = found[1] or (0, "")
                ranked.append((file.yanked is not None, rank, (-build[0], build[1]), file.filename, file))
        return min(ranked, key=lambda entry: entry[:4])[4] if ranked else None

    def installable(self, page: IndexPage) -> bool:
        """Whether the tags of any wheel of any version fit the target, whatever it says of interpreters."""
        return any(self.fits(file) for file in page.files)

    def fits(self, file: IndexFile) -> bool:
        """Whether a file is a wheel whose tags fit the target."""
        return self.tags_fit(file.filename) and wheel_name(file.filename) is not None

    def tags_fit(self, filename: str) -> bool:
        """Whether the tags at the end of a file name fit, whatever stands before them: cheap, for whole pages."""
        return self._fit(filename) is not None

    def admits(self, file: IndexFile) -> bool:
        """Whether the target can install a file: by its tags and by its ``Requires-Python``."""
        return self.fits(file) and self.admits_python(file)

    def admits_python(self, file: IndexFile) -> bool:
        """Whether the file's ``Requires-Python`` admits the target; an unreadable one is no obstacle, as in pip."""
        return python_admitted(file.requires_python, self._target.interpreter.version)

    def _fit(self, filename: str) -> int | None:
        """Return the best rank of a wheel's tags, ``None`` if none fits; pages repeat few tags many times."""
        if not filename.endswith(".whl") or not is_bounded(filename):
            return None
        key = "-".join(filename[:-4].split("-")[-3:])
        if key not in self._ranked:
            self._ranked[key] = self._best_rank(key)
        return self._ranked[key]

    def _best_rank(self, key: str) -> int | None:
        from packaging.tags import parse_tag

        try:
            ranks = [rank for tag in parse_tag(key) if (rank := self._rank.get(tag)) is not None]
        except ValueError:
            return None
        return min(ranks, default=None)


def is_sdist(filename: str) -> bool:
    """Whether a file is a source distribution in the one format that sdists have (PEP 625)."""
    return filename.endswith(".tar.gz")


def files_of_version(page: IndexPage, version: str) -> list[IndexFile]:
    """Return wheels and sdists of one version, whatever form the version has in their names: 1.0 is 1.0.0."""
    key = version_key(version)
    return [file for file in page.files if version_key(file_version(file.filename)) == key]


def files_by_version(files: Iterable[IndexFile]) -> dict[str | None, list[IndexFile]]:
    """Return files by :func:`version_key`: for whole pages, which :func:`files_of_version` would read each time."""
    found: dict[str | None, list[IndexFile]] = {}
    for file in files:
        found.setdefault(version_key(file_version(file.filename)), []).append(file)
    return found


@lru_cache(maxsize=65536)
def version_key(version: str | None) -> str | None:
    """Return what equal versions have in common (PEP 440), or ``None`` for none."""
    from packaging.utils import canonicalize_version

    return None if version is None else canonicalize_version(version)


def file_version(filename: str) -> str | None:
    """Return the normalized version in the name of a wheel or sdist, or ``None`` if there is none (PEP 427, 625)."""
    if filename.endswith(".whl"):
        _, _, rest = filename.partition("-")
        return normal_version(rest.partition("-")[0])
    stem = filename.removesuffix(".tar.gz").removesuffix(".zip")
    return None if stem == filename else normal_version(stem.rpartition("-")[2])


@lru_cache(maxsize=65536)
def normal_version(text: str) -> str | None:
    """Return a version in normal form, or ``None`` if it is none (PEP 440)."""
    from packaging.version import InvalidVersion, Version

    try:
        return str(Version(text))
    except InvalidVersion:
        return None


@lru_cache(maxsize=65536)
def wheel_name(filename: str) -> tuple[Version, BuildTag, frozenset[Tag]] | None:
    """Return version, build and tags of a wheel's file name, or ``None`` if it is not one (PEP 427)."""
    from packaging.utils import InvalidWheelFilename, parse_wheel_filename

    if not is_bounded(filename):
        return None
    try:
        _, version, build, tags = parse_wheel_filename(filename)
    except InvalidWheelFilename:
        return None
    return version, build, tags


@lru_cache(maxsize=4096)
def python_admitted(specifier: str | None, version: str) -> bool:
    """Whether a ``Requires-Python`` admits a full version (PEP 345, 440)."""
    from packaging.specifiers import SpecifierSet

    if not specifier:
        return True
    try:
        return SpecifierSet(specifier).contains(version, prereleases=True)
    except ValueError:  # no specifier, or a number of more digits than int() takes
        return True


@lru_cache(maxsize=4096)
def valid_specifier(specifier: str | None) -> str | None:
    """Return a version specifier, or ``None`` for one that other readers of a lock would refuse (PEP 440)."""
    from packaging.specifiers import SpecifierSet

    try:
        return None if specifier is None else str(SpecifierSet(specifier)) or None
    except ValueError:
        return None


def without_wheels(names: Iterable[str], pages: dict[str, tuple[IndexPage, IndexPage]], target: Target) -> list[str]:
    """Return those of ``names`` that the index has files of and no wheel for ``target``.

    ``pages`` maps a name to its page as listed and as admitted. This turns "no solution" into a decided fact.
    """
    chooser = Chooser(target)
    return sorted(
        name for name in names if name in pages and pages[name][0].files and not chooser.installable(pages[name][1])
    )


def pinned_without_wheel(requirement: str, listed: IndexPage, admitted: IndexPage, target: Target) -> bool:
    """Whether the versions that ``requirement`` allows exist, and none of them has a wheel for ``target``.

    Raises :class:`InputError` if the requirement cannot be parsed.
    """
    from packaging.requirements import InvalidRequirement, Requirement
    from packaging.version import Version

    try:
        parsed = Requirement(requirement)
    except InvalidRequirement as error:
        raise InputError(f"{requirement!r} is not a requirement: {error}") from error
    if parsed.marker is not None and not parsed.marker.evaluate({**target.marker_environment(), "extra": ""}):
        return False
    allowed = {str(version) for version in parsed.specifier.filter(sorted(listed_versions(listed), key=Version))}
    if not allowed:
        return False
    chooser = Chooser(target)
    return not any(
        chooser.fits(file) and (found := wheel_name(file.filename)) is not None and str(found[0]) in allowed
        for file in admitted.files
    )


def listed_versions(page: IndexPage) -> set[str]:
    """Return the versions that a page has files of; names that are neither wheel nor sdist count for none."""
    return {version for file in page.files if (version := file_version(file.filename)) is not None}
