"""Explaining a pin from the committed locks and the archived view: why it is there, and at this version."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from uplock.errors import InputError, UsageError
from uplock.lockfile.overrides import Overrides
from uplock.model.lock import Lock, LockedPackage, LockSet, Preferences
from uplock.model.outcome import ExplainedArtifact, Explanation, OtherVersion, RequiredBy
from uplock.model.results import CoreMetadata
from uplock.model.value import decode
from uplock.model.view import IndexPage
from uplock.ports import Archive
from uplock.workflow.choose import Chooser, file_version, files_of_version, is_sdist
from uplock.workflow.lock_check import there_must_be_locks
from uplock.workflow.locks import committed
from uplock.workflow.metadata_keys import preview_key
from uplock.workflow.project import Project
from uplock.workflow.requiring import asks, parsed
from uplock.workflow.standin import sdist_key
from uplock.workflow.view_index import ViewIndex

MAX_NEWER = 20
"""Most newer versions that are told, newest first."""


def explain(project: Project, name: str, archive: Archive | None) -> tuple[Explanation, ...]:
    """Return one explanation for every target, in the order of the lock set. Nothing is resolved or asked.

    ``archive`` is ``None`` where there is none yet, as in a fresh clone: then only what stands in the locks is told,
    and :attr:`Explanation.view` is false. Raises :class:`UsageError` if no lock has the package.
    """
    lockset = there_must_be_locks(project)
    locks = committed(project.root, ())
    packages = {package.name for lock in locks for package in lock.packages}
    missing = {package for each in lockset.missing for package in each.packages}
    if name not in packages | missing:
        raise UsageError(f"no lock has {name}{_near(name, packages)}", remedy="Name a package that is locked.")
    view = None
    if archive is not None and archive.has(lockset.view):
        view = ViewIndex(archive, lockset.view, locks)
    explainer = _Explainer(project, lockset, name, archive, view)
    told = {lock.target.name: explainer.of(lock) for lock in locks}
    for each in lockset.missing:
        told[each.target] = Explanation(
            target=each.target, python=each.python, name=name, view=view is not None, why=f"no lock: {each.detail}"
        )
    return tuple(told[target] for target in sorted(told))


def _near(name: str, known: Iterable[str]) -> str:
    import difflib

    found = difflib.get_close_matches(name, sorted(known), n=1)
    return f", did you mean {found[0]}?" if found else ""


class _Explainer:
    """What is known of one package in one project."""

    def __init__(
        self, project: Project, lockset: LockSet, name: str, archive: Archive | None, view: ViewIndex | None
    ) -> None:
        self._project = project
        self._name = name
        self._archive = archive
        self._view = view
        asked = project.requirements
        self._overrides = Overrides(asked.overrides, asked.excludes, (each.name for each in asked.references))
        self._page: IndexPage | None = None
        if view is not None and name in view.names:
            self._page = view.page(name)
        self._preferred: dict[str, tuple[tuple[str, str], ...]] = {}
        if archive is not None and lockset.preferred is not None and archive.has(lockset.preferred):
            self._preferred = decode(archive.read(lockset.preferred), Preferences).targets

    def of(self, lock: Lock) -> Explanation:
        """Explain the package in one lock."""
        package = next((each for each in lock.packages if each.name == self._name), None)
        target = lock.target
        if package is None:
            return Explanation(
                target=target.name,
                python=target.interpreter.version,
                name=self._name,
                view=self._view is not None,
                why="nothing asks for it on this target",
            )
        required_by = tuple(self._required_by(lock))
        return Explanation(
            target=target.name,
            python=target.interpreter.version,
            name=self._name,
            version=package.version,
            direct=package.direct,
            why=_why(lock, package),
            required_by=required_by,
            kept=(package.name, package.version) in self._preferred.get(target.name, ()),
            newer=tuple(self._newer(lock, package, required_by)),
            artifacts=tuple(self._artifacts(lock, package)),
            view=self._view is not None,
        )

    def _required_by(self, lock: Lock) -> Iterator[RequiredBy]:
        environment = lock.target.marker_environment()
        requirements = self._project.requirements
        for line in requirements.asked():
            if asks(line, self._name, environment, ()):
                yield RequiredBy(name="", version="", requirement=line)
        for line in requirements.constraints:
            if asks(line, self._name, environment, ()):
                yield RequiredBy(name="", version="", requirement=line, role="constraint")
        for parent in lock.packages:
            if self._name not in parent.dependencies:
                continue
            metadata = self._metadata(parent)
            if metadata is None:
                yield RequiredBy(name=parent.name, version=parent.version)
                continue
            for line in metadata.requires_dist:
                if asks(line, self._name, environment, metadata.provides_extra):
                    yield from self._asked_by(parent, line)

    def _asked_by(self, parent: LockedPackage, line: str) -> Iterator[RequiredBy]:
        """Yield what stands in the place of a parent's requirement."""
        for applied in self._overrides.applied(line):
            yield RequiredBy(
                name=parent.name,
                version=parent.version,
                requirement=applied,
                role="requirement" if applied == line else "override",
            )

    def _metadata(self, package: LockedPackage) -> CoreMetadata | None:
        """Return what is kept of a package's metadata, or ``None``."""
        from uplock.inspect.metadata import parse_metadata

        if self._archive is None:
            return None
        digest = package.listed.sha256
        kept = self._archive.result(preview_key(digest))
        if package.hashed_here and self._view is not None:
            kept = self._view.metadata_of(package)
        if kept is None and (sdist := self._archive.result(sdist_key(digest))) is not None:
            kept = sdist[1:]
        try:
            return None if kept is None else parse_metadata(kept, package.artifact.filename)
        except InputError:
            return None  # an explanation needs no more than what can be read

    def _artifacts(self, lock: Lock, package: LockedPackage) -> Iterator[ExplainedArtifact]:
        """Yield all files of the locked version in the view, else the locked one."""
        artifact = package.listed
        listed = [] if self._page is None else files_of_version(self._page, package.version)
        if not listed:
            yield ExplainedArtifact(
                filename=artifact.filename,
                sha256=artifact.sha256,
                upload_time=artifact.upload_time,
                yanked=package.yanked is not None,
                admissible=True,
                chosen=True,
            )
        chooser = Chooser(lock.target)
        sdists = is_sdist(artifact.filename) or self._project.requirements.sdist_allowed(package.name)
        for file in sorted(listed, key=lambda file: file.filename):
            chosen = file.filename == artifact.filename
            source = sdists and is_sdist(file.filename) and chooser.admits_python(file)
            yield ExplainedArtifact(
                filename=file.filename,
                sha256=file.sha256 or (artifact.sha256 if chosen else None),
                upload_time=file.upload_time,
                yanked=file.yanked is not None,
                admissible=source or chooser.admits(file),
                chosen=chosen,
            )

    def _newer(self, lock: Lock, package: LockedPackage, required_by: tuple[RequiredBy, ...]) -> Iterator[OtherVersion]:
        """Yield versions above the locked one, each with the first thing that is against it."""
        from packaging.version import Version

        if self._page is None:
            return
        chooser, pinned = Chooser(lock.target), Version(package.version)
        versions = {version for file in self._page.files if (version := file_version(file.filename)) is not None}
        newer = sorted((version for version in versions if Version(version) > pinned), key=Version, reverse=True)
        kept = (package.name, package.version) in self._preferred.get(lock.target.name, ())
        for version in newer[:MAX_NEWER]:
            files = files_of_version(self._page, version)
            fitting = [file for file in files if chooser.admits(file)]
            if not fitting:
                reason = "no file of it fits this target"
            elif all(file.yanked is not None for file in fitting):
                reason = "it is yanked"
            elif (against := _against(version, required_by)) is not None:
                reason = against
            elif Version(version).is_prerelease and not pinned.is_prerelease:
                reason = "it is a pre-release"
            else:
                reason = "the lock kept the version that was there" if kept else "what it needs does not fit the rest"
            yield OtherVersion(version=version, reason=reason)


def _against(version: str, required_by: Iterable[RequiredBy]) -> str | None:
    """Return which requirement excludes a version, or ``None``."""
    for each in required_by:
        requirement = parsed(each.requirement) if each.requirement else None
        if requirement is not None and not requirement.specifier.contains(version, prereleases=True):
            who = f"{each.name} {each.version}" if each.name else "the project"
            words = {"requirement": "asks for", "override": "is overridden to ask for", "constraint": "allows only"}
            return f"{who} {words[each.role]} {each.requirement}"
    return None


def _why(lock: Lock, package: LockedPackage) -> str:
    """Return the shortest way from the project to a package."""
    if package.direct:
        return "the project asks for it"
    needs = {each.name: each.dependencies for each in lock.packages}
    trails: deque[tuple[str, ...]] = deque([(each.name,) for each in lock.packages if each.direct])
    seen = {trail[0] for trail in trails}
    while trails:
        trail = trails.popleft()
        if trail[-1] == package.name:
            return f"needed by {' -> '.join(trail[:-1])}"
        for name in needs[trail[-1]]:
            if name not in seen:
                seen.add(name)
                trails.append((*trail, name))
    return "nothing in this lock asks for it"
