"""What of an archive is reached, and from where: the ground for checking it and for collecting what nothing needs."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor

from uplock.archive import log
from uplock.archive.archive import DirectoryArchive
from uplock.archive.reading import open_own, read_error
from uplock.archive.references import BYTES, OFTEN_ABSENT, Reference, References
from uplock.errors import ArchiveError, Error, InputError
from uplock.model.digest import Sha256
from uplock.model.generation import Generation, GenerationContent
from uplock.model.value import decode

_AHEAD = 32
"""Manifests that are read at once, while those before are looked at."""
THREADS = 2
MANIFEST = b'{"content":'
"""What the canonical form of a generation begins with."""

OnGeneration = Callable[[Sha256, Generation], None]
"""Hears of every generation that is here and whole."""


class Reach:
    """Everything that is reached from generations: those that the log names, that are kept, the head, and parents.

    ``here`` has the digests of all blobs. ``roots`` are ids of generations of which every artifact must stay besides
    those that are kept: the head, and the one that the project is at. A generation is read once; what can be told of
    it stays here, not the generation, so that a thousand of them need no more memory than one.
    """

    def __init__(self, archive: DirectoryArchive, here: Mapping[Sha256, int], roots: Iterable[Sha256] = ()) -> None:
        self._archive = archive
        self._here = here
        self._references = References(archive)
        self._first: dict[Sha256, log.LogEntry] = {}
        self._last: dict[Sha256, log.LogEntry] = {}
        for entry in log.entries(archive.log_text()):
            self._first.setdefault(entry.id, entry)
            self._last[entry.id] = entry
        self._kept = frozenset(archive.all_kept())
        self._guarded = self._kept | frozenset(roots)
        self.whole: dict[Sha256, Sha256 | None] = {}
        """Every manifest that is here and whole, with its parent."""
        self.documents: set[Sha256] = set()
        """Locks, lock sets, views and their pages, results, provenance, roots, and what cannot be had again."""
        self.held: dict[Sha256, str] = {}
        """Artifacts of guarded generations, with their file names."""
        self.loose: dict[Sha256, str] = {}
        """Artifacts of any generation."""
        self.missing: dict[Sha256, str] = {}
        """What must be here and is not, with words about what it is."""
        self._results: set[Sha256] = set()
        self._known: set[Sha256] = set()
        self._damaged: set[Sha256] = set()

    @property
    def read(self) -> frozenset[Sha256]:
        """Blobs that were read on the way and have the bytes of their digest."""
        return frozenset(self._references.read | self.whole.keys())

    @property
    def unread(self) -> frozenset[Sha256]:
        """Documents and manifests that are here and cannot be read: nobody knows what they refer to."""
        return frozenset(self._references.unread | self._damaged)

    def follow(self, on_generation: OnGeneration = lambda _identity, _generation: None) -> None:
        """Read all generations that are reached, in the order of recording, then the others.

        Raises :class:`ArchiveError` if one cannot be read at all.
        """
        self._follow([*self._first, *sorted(self._guarded)], on_generation)

    def follow_unlogged(self) -> None:
        """Follow manifests that nothing names too: a crash came before they were noted, or the log was lost."""
        left = self._here.keys() - self.whole.keys() - self.documents - self.loose.keys()
        self._follow(
            [each for each in sorted(left) if self._begins(each, MANIFEST)], lambda _identity, _generation: None
        )

    def is_generation(self, digest: Sha256) -> bool:
        """Whether the log names it, it is kept, or it must stay: then its manifest must be here."""
        return digest in self._first or digest in self._guarded

    def take(self, references: Iterable[Reference]) -> None:
        """Let what a project names itself be reached, with what that names in turn."""
        for each in references:
            self.documents.update(found.digest for found in (each, *self._references.below(each)))

    def _begins(self, digest: Sha256, prefix: bytes) -> bool:
        try:
            with open_own(self._archive.path(digest)) as stream:
                return stream.read(len(prefix)) == prefix
        except OSError as error:
            raise read_error(self._archive.path(digest), error) from error

    def _follow(self, identities: Iterable[Sha256], on_generation: OnGeneration) -> None:
        waiting = deque(dict.fromkeys(identities))
        self._known.update(waiting)
        with ThreadPoolExecutor(THREADS) as pool:
            while waiting:
                batch = [waiting.popleft() for _ in range(min(_AHEAD, len(waiting)))]
                for identity, raw in zip(batch, pool.map(self._raw, batch), strict=True):
                    parent = self._taken(identity, raw, on_generation)
                    if parent is not None and parent not in self._known and parent in self._here:
                        self._known.add(parent)
                        waiting.append(parent)

    def _raw(self, identity: Sha256) -> bytes | None:
        """Return a manifest, or ``None`` if it is not here or damaged."""
        if identity not in self._here:
            return None
        try:
            return self._archive.read(identity)
        except ArchiveError:
            raise
        except Error:
            return None

    def _taken(self, identity: Sha256, raw: bytes | None, on_generation: OnGeneration) -> Sha256 | None:
        """Look at a generation; return its parent."""
        if raw is None:
            if identity in self._here:
                self._damaged.add(identity)
            else:
                self.missing[identity] = f"the manifest of generation {identity}"
            return None
        try:
            generation = decode(raw, Generation)
        except InputError:
            if identity in self._first or identity in self._guarded:
                self.missing[identity] = f"the manifest of generation {identity}: what is here is none"
            return None
        self.whole[identity] = generation.parent
        on_generation(identity, generation)
        self._take_artifacts(identity, generation.content)
        self._take_documents(identity, generation.content)
        return generation.parent

    def _take_artifacts(self, identity: Sha256, content: GenerationContent) -> None:
        artifacts = {each.sha256: each.filename for each in content.artifacts}
        self.loose |= artifacts
        if identity not in self._guarded:
            return
        self.held |= artifacts
        last = self._last.get(identity)
        excused = frozenset(last.absent or ()) if last is not None and identity not in self._kept else frozenset()
        for digest in artifacts.keys() - self._here.keys() - excused:
            self.missing[digest] = f"artifact {artifacts[digest]} of generation {identity}"

    def _take_documents(self, identity: Sha256, content: GenerationContent) -> None:
        first = self._first.get(identity)
        absent = frozenset(first.absent or ()) if first is not None else frozenset()
        unknown = first is None or first.absent is None
        if content.view in absent or (unknown and content.view not in self._here):
            excused = OFTEN_ABSENT
        else:
            excused = OFTEN_ABSENT - {"view", "preferences"} if unknown else frozenset()
        for each in self._references.direct(content, self._results):
            if each.role not in BYTES:
                for reference in (each, *self._references.below(each)):
                    self._take(reference, identity, excused=reference.digest in absent or reference.role in excused)
        self._results.update(each.results for each in content.artifacts)

    def _take(self, reference: Reference, identity: Sha256, *, excused: bool) -> None:
        self.documents.add(reference.digest)
        if reference.digest not in self._here and not excused and reference.role not in BYTES:
            self.missing[reference.digest] = f"{reference.role} of {reference.name}, generation {identity}"
