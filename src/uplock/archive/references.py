"""What generations refer to, through the documents that they name: views name pages, results name provenance."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Literal

from uplock.archive.archive import DirectoryArchive
from uplock.errors import InputError, IntegrityError
from uplock.lockfile.lockset import read_lockset
from uplock.model.digest import Sha256
from uplock.model.generation import GenerationContent
from uplock.model.lock import LockSet
from uplock.model.results import ArtifactResults, Unchecked
from uplock.model.value import Value, decode
from uplock.model.view import View

Role = Literal[
    "lock", "lock set", "view", "page", "preferences", "trusted root", "results", "provenance", "artifact", "built"
]
"""``built``: a wheel that was built here, its source distribution, or what it was built with: no index may have them.
"""

OFTEN_ABSENT: frozenset[Role] = frozenset({"view", "preferences", "trusted root", "lock set"})
"""What a fresh clone has no bytes of: it has the locks, and makes the same generation of them."""

BYTES: frozenset[Role] = frozenset({"artifact", "built"})
"""Roles of files that were fetched or built: large, and nothing is read from them here."""


class Reference(Value, frozen=True, kw_only=True):
    """One blob that a generation needs, and what it is there. ``name`` is a file name or a target's, for messages."""

    digest: Sha256
    role: Role
    name: str


class References:
    """Reads what generations refer to. Every document is read once, however many generations name it.

    A document that is not here or damaged refers to nothing: whoever looks for defects finds that by itself.
    """

    def __init__(self, archive: DirectoryArchive) -> None:
        self._archive = archive
        self._below: dict[Sha256, tuple[Reference, ...]] = {}
        self.read: set[Sha256] = set()
        """Documents that were read, and had the bytes of their digest."""
        self.unread: set[Sha256] = set()
        """Documents that are here and do not say what they name: damaged, or none."""

    def of(self, content: GenerationContent) -> Iterator[Reference]:
        """Yield all that a generation refers to, directly or not."""
        for each in self.direct(content):
            yield each
            yield from self.below(each)

    def direct(self, content: GenerationContent, known: Container[Sha256] = ()) -> Iterator[Reference]:
        """Yield what a generation itself names, but for artifacts whose results are ``known``."""
        for lock in content.locks:
            yield Reference(digest=lock.pylock, role="lock", name=lock.target)
            yield Reference(digest=lock.requirements, role="lock", name=lock.target)
        if content.lockset is not None:
            yield Reference(digest=content.lockset, role="lock set", name="locks/lockset.json")
        yield Reference(digest=content.view, role="view", name="view")
        if content.trusted_root is not None:
            yield Reference(digest=content.trusted_root.sha256, role="trusted root", name="trusted root")
        for artifact in content.artifacts:
            if artifact.results in known:
                continue
            yield Reference(digest=artifact.sha256, role="artifact", name=artifact.filename)
            yield Reference(digest=artifact.results, role="results", name=artifact.filename)

    def below(self, reference: Reference) -> tuple[Reference, ...]:
        """Return what a document names in turn."""
        if reference.role not in {"view", "lock set", "results"}:
            return ()
        found = self._below.get(reference.digest)
        if found is None:
            found = self._below[reference.digest] = tuple(self._named_in(reference))
        return found

    def _named_in(self, reference: Reference) -> Iterator[Reference]:
        digest = reference.digest
        if not self._archive.has(digest):
            return
        try:
            if reference.role == "results":
                results = self._archive.results(digest)
                self.read.add(digest)
                yield from _of_results(results)
            else:
                raw = self._archive.read(digest)
                self.read.add(digest)
                yield from _of_view(raw) if reference.role == "view" else _of_lockset(raw)
        except (InputError, IntegrityError):  # whoever looks for defects hashes it, and finds out
            self.unread.add(digest)


def of_lockset(lockset: LockSet) -> Iterator[Reference]:
    """Yield what a lock set names besides the files beside it and the view."""
    if lockset.preferred is not None:
        yield Reference(digest=lockset.preferred, role="preferences", name="preferences")
    for row in lockset.built:
        yield Reference(digest=row.wheel_sha256, role="built", name=row.wheel)
        yield Reference(digest=row.sdist_sha256, role="built", name=row.sdist)
        for each in row.requirements:
            yield Reference(digest=each.sha256, role="built", name=each.filename)


def _of_results(results: ArtifactResults) -> Iterator[Reference]:
    match results.verification:
        case Unchecked():
            return
        case verification if verification.document is not None:
            yield Reference(digest=verification.document, role="provenance", name=results.filename)


def _of_view(raw: bytes) -> Iterator[Reference]:
    for entry in decode(raw, View).pages:
        yield Reference(digest=entry.page, role="page", name=entry.name)


def _of_lockset(raw: bytes) -> Iterator[Reference]:
    yield from of_lockset(read_lockset(raw, "locks/lockset.json"))
