"""The archive of a project: a store, with results as statements and a chain of generations.

On top of the store's layout: ``head`` names the newest generation; ``log.jsonl`` says when each was recorded here
(:mod:`uplock.archive.log`); ``kept/`` has the notes of what is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from uplock.archive import log
from uplock.archive.keeping import is_own, noted, read_note, take, write_note
from uplock.archive.reading import read_error, read_own
from uplock.archive.statement import read_statement, write_statement
from uplock.archive.store import DirectoryStore
from uplock.errors import ArchiveError, InputError, located
from uplock.files import MAX_TEXT, digest_file, write_atomically
from uplock.model.digest import Sha256, parse_sha256
from uplock.model.generation import Generation, GenerationContent
from uplock.model.kept import KeptGeneration
from uplock.model.results import ArtifactResults
from uplock.model.value import decode, encode

MAX_GENERATIONS = 100_000
"""Longest chain that is followed."""


def named(content: GenerationContent) -> frozenset[Sha256]:
    """Return the digests of all that a generation names itself: not what these documents name in turn."""
    root, lockset = content.trusted_root, content.lockset
    return frozenset(
        {
            content.view,
            *([lockset] if lockset is not None else []),
            *([root.sha256] if root is not None else []),
            *(digest for each in content.locks for digest in (each.pylock, each.requirements)),
            *(digest for each in content.artifacts for digest in (each.sha256, each.results)),
        }
    )


class DirectoryArchive(DirectoryStore):
    """Implements the ``Archive`` port on a folder."""

    def put_results(self, results: ArtifactResults) -> Sha256:
        """Store the results of one artifact as an in-toto statement; return its digest."""
        return self.put(write_statement(results))

    def results(self, digest: Sha256) -> ArtifactResults:
        """Return stored results. Raises :class:`IntegrityError` if damaged, :class:`ArchiveError` if missing."""
        with located(f"results {digest}"):
            return read_statement(self.read(digest))

    def record(self, content: GenerationContent, parent: Sha256 | None, at: datetime) -> Sha256:
        """Store a generation, make it the head, and note when (``at`` is aware); return its id.

        The head is written last: it never names what is not there. Raises :class:`ArchiveError`.
        """
        generation = Generation(content=content, parent=parent)
        identity = self.put(encode(generation))
        self.note_recorded(identity, content, at)
        self.set_head(identity)
        return identity

    def note_recorded(
        self, identity: Sha256, content: GenerationContent, at: datetime, *, imported: bool = False
    ) -> None:
        """Note in the log that a generation was recorded, and what it names that is not here. Raises ArchiveError."""
        moment = at.astimezone(UTC).replace(microsecond=0)
        absent = tuple(sorted(digest for digest in named(content) if not self.has(digest)))
        log.append(self._log_path, log.LogEntry(id=identity, at=moment, absent=absent, imported=imported))

    def set_head(self, identity: Sha256) -> None:
        """Make a generation the head. Raises :class:`ArchiveError`; the old head is then still there."""
        write_atomically(self._head, f"{identity}\n".encode())

    def generation(self, identity: Sha256) -> Generation:
        """Return a generation by id.

        Raises :class:`IntegrityError` if damaged, :class:`ArchiveError` if missing, :class:`InputError` if the blob is
        no generation.
        """
        with located(f"generation {identity}"):
            return decode(self.read(identity), Generation)

    def head(self) -> Sha256 | None:
        """Return the newest generation's id, or ``None``. Raises :class:`ArchiveError` if the file is no digest."""
        text = self._text(self._head)
        if text is None:
            return None
        try:
            return parse_sha256(text.decode("ascii", errors="replace").strip())
        except InputError as error:
            raise ArchiveError(
                error.message,
                context=str(self._head),
                remedy="Write the id of the newest generation into it (see log.jsonl beside it).",
            ) from error

    def recorded_at(self, identity: Sha256) -> datetime | None:
        """Return when a generation was first recorded here, ``None`` if it never was."""
        return self.recorded().get(identity)

    def beginning(self, digits: str) -> tuple[Sha256, ...]:
        """Return the ids that begin with ``digits`` of all generations that were ever recorded here, sorted."""
        return tuple(sorted(identity for identity in self.recorded() if identity.startswith(digits)))

    def secure(self, path: Path, digest: Sha256) -> None:
        """Take a file as bytes of the archive's own: what is here by a second name of the same file is replaced.

        Raises :class:`IntegrityError` if the bytes are not those of ``digest``, :class:`ArchiveError`.
        """
        target = self.path(digest)
        if is_own(target) and digest_file(target) == digest:
            return
        self.begin()
        take(path, target, digest)

    def keep_generation(self, kept: KeptGeneration) -> None:
        """Note that a generation is kept. Raises :class:`ArchiveError`, also if a file that it names is not here."""
        wanted = [(each.filename, each.sha256) for each in kept.files]
        wanted += [(f"provenance of {each.filename}", each.provenance) for each in kept.files if each.provenance]
        missing = [name for name, digest in wanted if not self.has(digest)]
        if missing or not self.has(kept.generation):
            raise ArchiveError(
                f"cannot be kept: {', '.join(missing[:10]) or 'the generation itself'} is not here",
                context=f"generation {kept.generation}",
                remedy="Run uplock run, then uplock vault add.",
            )
        write_note(self.place, kept)

    def kept(self, identity: Sha256) -> KeptGeneration | None:
        """Return what is kept of a generation, or ``None``. Raises :class:`IntegrityError` if the note is damaged."""
        return read_note(self.place, identity)

    def all_kept(self) -> tuple[Sha256, ...]:
        """Return the ids of all kept generations, sorted."""
        return noted(self.place)

    def history(self) -> Iterator[tuple[Sha256, Generation, datetime | None]]:
        """Yield id, generation and time of recording, newest first.

        The chain ends at a generation without a parent, or at one whose parent this archive never had: a fresh clone
        starts in the middle. Raises :class:`ArchiveError` if the head is not there, if one is missing that was
        recorded here, or after ``MAX_GENERATIONS``.
        """
        recorded = self.recorded()
        identity = self.head()
        for place in range(MAX_GENERATIONS):
            if identity is None or (place and identity not in recorded and not self.has(identity)):
                return
            generation = self.generation(identity)
            yield identity, generation, recorded.get(identity)
            identity = generation.parent
        raise ArchiveError(
            f"more than {MAX_GENERATIONS} generations", context=str(self.place), remedy="Start a new archive."
        )

    @property
    def _head(self) -> Path:
        return self.place / "head"

    @property
    def _log_path(self) -> Path:
        return self.place / log.FILE

    def log_text(self) -> bytes:
        """Return the text of the log. Raises :class:`ArchiveError` if it cannot be read."""
        return log.read_log(self._log_path)

    def recorded(self) -> dict[Sha256, datetime]:
        """Return when each generation was first recorded, in that order; damaged lines are passed over."""
        found: dict[Sha256, datetime] = {}
        for entry in log.entries(self.log_text()):
            found.setdefault(entry.id, entry.at)
        return found

    @staticmethod
    def _text(path: Path) -> bytes | None:
        """Return a file's bytes, or ``None`` if there is none."""
        try:
            return read_own(path, MAX_TEXT)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise read_error(path, error) from error
