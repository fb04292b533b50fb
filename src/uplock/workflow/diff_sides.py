"""One side of a difference: of a generation's many blobs only those that are asked for, each once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cached_property

from uplock.errors import InputError, IntegrityError
from uplock.lockfile.lockset import pylock_name, requirements_name
from uplock.lockfile.requirements import read_requirements
from uplock.lockfile.toml_document import parse_toml
from uplock.model.diff_outcome import PackageSide, TargetSide
from uplock.model.digest import Sha256
from uplock.model.generation import Generation, GenerationArtifact, GenerationLock
from uplock.model.lock import MissingLock
from uplock.model.native import NativeLibrary
from uplock.model.results import ArtifactResults, Verified
from uplock.model.value import Value, convert
from uplock.ports import Archive
from uplock.workflow.outcomes import outcome_of

UNPROVED = "?"
"""Stands for the version of a library that nothing proves."""

_TOOL = b"\n[tool.uplock]\n"


class Pinned(Value, frozen=True, kw_only=True):
    """A pin of a lock. ``version`` is ``None`` for a direct reference: its results know it."""

    name: str
    version: str | None
    artifact: GenerationArtifact


class Assessed(Value, frozen=True, kw_only=True):
    """How a package is locked, and the versions of every native library in it, by project and sorted."""

    package: PackageSide
    libraries: dict[str, tuple[str, ...]]


class _Facts(Value, frozen=True, kw_only=True, forbid_unknown_fields=False, rename="kebab"):
    """What a lock says of itself."""

    python: str
    platform: str
    exclude_newer: datetime
    resolver: str


class Side:
    """A generation of which as little is read as a question needs."""

    def __init__(self, identity: Sha256, generation: Generation, archive: Archive) -> None:
        self.id = identity
        self.content = generation.content
        self._archive = archive
        self._assessed: dict[Sha256, Assessed] = {}
        self._pins: dict[str, dict[str, Pinned]] = {}

    @cached_property
    def locks(self) -> dict[str, GenerationLock]:
        """The locks by name of their target."""
        return {each.target: each for each in self.content.locks}

    @cached_property
    def missing(self) -> dict[str, MissingLock]:
        """The targets without a lock, by name."""
        return {each.target: each for each in self.content.missing}

    @cached_property
    def _artifacts(self) -> dict[Sha256, GenerationArtifact]:
        return {each.sha256: each for each in self.content.artifacts}

    def pins(self, target: str) -> dict[str, Pinned]:
        """Return what is locked for a target, by name: from its requirements file, which reads fast.

        Raises :class:`IntegrityError` for a pin that the generation does not know.
        """
        if target not in self._pins:
            self._pins[target] = self._read_pins(target)
        return self._pins[target]

    def _read_pins(self, target: str) -> dict[str, Pinned]:
        name = requirements_name(target)
        found = {}
        for package, which, sha256 in read_requirements(self._archive.read(self.locks[target].requirements), name):
            if sha256 not in self._artifacts:
                raise IntegrityError(
                    f"{package} is pinned to sha256 {sha256}, of which the generation knows nothing",
                    context=f"generation {self.id}: {name}",
                    remedy="Restore the archive from a copy.",
                )
            version = which.removeprefix("==") if which.startswith("==") else None
            found[package] = Pinned(name=package, version=version, artifact=self._artifacts[sha256])
        return found

    def package(self, pinned: Pinned) -> Assessed:
        """Return how a package is locked, and its native libraries; only that is kept of its results."""
        digest = pinned.artifact.results
        if digest not in self._assessed:
            self._assessed[digest] = _assessed(pinned, self._archive.results(digest))
        return self._assessed[digest]

    def target(self, name: str) -> TargetSide:
        """Return what is said of a target besides its packages."""
        if name in self.missing:
            missing = self.missing[name]
            return TargetSide(
                target=name,
                python=missing.python,
                platform=missing.platform,
                role=missing.role,
                locked=False,
                packages=0,
            )
        entry = self.locks[name]
        facts = _facts(self._archive.read(entry.pylock), pylock_name(name))
        return TargetSide(
            target=name,
            python=facts.python,
            platform=facts.platform,
            role=entry.role,
            locked=True,
            packages=len(self.pins(name)),
            content=entry.content,
            exclude_newer=facts.exclude_newer.astimezone(UTC),
            resolver=facts.resolver,
        )


def _assessed(pinned: Pinned, results: ArtifactResults) -> Assessed:
    verification = results.verification
    side = PackageSide(
        version=pinned.version or results.metadata.version,
        filename=pinned.artifact.filename,
        sha256=pinned.artifact.sha256,
        size=results.size,
        outcome=outcome_of(verification),
        publisher=verification.publisher if isinstance(verification, Verified) else None,
    )
    return Assessed(package=side, libraries=_versions(results.native.libraries))


def _versions(libraries: Iterable[NativeLibrary]) -> dict[str, tuple[str, ...]]:
    """Return versions by project; Rust crates are not among them: their wheel's version says as much."""
    found: dict[str, set[str]] = {}
    for each in libraries:
        if not each.is_crate:
            found.setdefault(each.project, set()).add(each.version or UNPROVED)
    return {project: tuple(sorted(versions)) for project, versions in found.items()}


def _facts(raw: bytes, filename: str) -> _Facts:
    """Return what a lock says of itself: from its last table alone, since parsing all of it takes long.

    Raises :class:`InputError` as ``read_pylock``, which reads what is not written so.
    """
    _, found, tail = raw.rpartition(_TOOL)
    if found:
        try:
            return convert(parse_toml(tail), _Facts)
        except (ValueError, InputError):
            pass
    from uplock.lockfile.pylock import read_pylock  # takes a while to load, and is hardly ever needed

    lock = read_pylock(raw, filename)
    return _Facts(
        python=lock.target.interpreter.version,
        platform=lock.target.platform.name,
        exclude_newer=lock.exclude_newer,
        resolver=lock.resolver,
    )
