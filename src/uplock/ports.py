"""The seams: what the workflow asks of the world. Adapters implement these and never import one another.

Those of environments stand in ``environment_ports.py``.

Time is an argument, progress a callable, configuration a value: none of them is a seam.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from uplock.model.digest import Sha256
from uplock.model.generation import Generation, GenerationContent
from uplock.model.kept import KeptGeneration
from uplock.model.lock import Artifact
from uplock.model.preview import Cost
from uplock.model.provenance import ProvenanceAnswer
from uplock.model.results import ArtifactResults, Publisher, Verification
from uplock.model.target import Target
from uplock.model.value import Value
from uplock.model.view import IndexFile, IndexPage


class Event(Value, frozen=True, kw_only=True):
    """A step of progress: ``done`` of ``total`` (0: unknown) in ``stage``; ``message`` says what happens now."""

    stage: str
    message: str
    done: int = 0
    total: int = 0


OnEvent = Callable[[Event], None]


def ignore_events(event: Event) -> None:
    """Discard progress: the default for callers that show none."""


class Pin(Value, frozen=True, kw_only=True):
    """One answer of a resolver: normalized name, version, the names it is needed by, whether the project asks."""

    name: str
    version: str
    needed_by: tuple[str, ...] = ()
    direct: bool = False


class Resolution(Value, frozen=True, kw_only=True):
    """Pins of one target, sorted by name. Resolvers choose versions; files and hashes are ours."""

    pins: tuple[Pin, ...]


class Question(Value, frozen=True, kw_only=True):
    """What a resolver is asked: requirement and constraint lines (``requirements.txt`` syntax, no options).

    Overrides, exclusions, cut-off and direct references are no part of it: the view applies them, so that every
    resolver sees the same. ``preferred`` are versions to keep where they still fit.
    """

    requirements: tuple[str, ...]
    constraints: tuple[str, ...] = ()
    preferred: tuple[tuple[str, str], ...] = ()
    """Pairs of normalized name and version, sorted."""
    lowest: bool = False
    """Whether every package is wanted in its lowest version that fits, not in its highest."""
    target: Target


class ViewAddress(Protocol):
    """Where a view is served on loopback."""

    @property
    def url(self) -> str:
        """The simple API over everything that the view admits, for resolvers that are told the target."""

    def url_for(self, target: Target) -> str:
        """Return the simple API over what fits ``target`` only, for resolvers that take the machine they run on."""


class Resolver(Protocol):
    """Chooses versions. Sees nothing but the view that is served at an address on loopback."""

    @property
    def version(self) -> str:
        """Name and version, ``uv 0.13.9``: part of every lock."""

    def version_for(self, target: Target) -> str:
        """Return name and version of what answers for ``target``: old interpreters have old tools.

        Raises as :meth:`resolve` does.
        """

    def resolve(self, question: Question, served: ViewAddress) -> Resolution:
        """Answer ``question`` from the view that is served at an address, and from nothing else.

        Raises :class:`~uplock.errors.ResolutionError` if there is no solution, with the resolver's own words,
        :class:`~uplock.errors.UnaskableError` if this resolver cannot be asked for this target here, and
        :class:`~uplock.errors.ToolError` if it cannot do its work.
        """


class Sink(Protocol):
    """Something that bytes are appended to."""

    def write(self, chunk: bytes, /) -> int:
        """Append all of ``chunk``; return its length."""


class RemoteFile(Protocol):
    """A listed file that is read in parts. No digest covers what comes: a preview, and never evidence.

    Reading raises :class:`~uplock.errors.NetworkError`, and :class:`~uplock.errors.InputError` for parts that
    contradict each other and for more bytes or requests than a preview is worth.
    """

    @property
    def stream(self) -> BinaryIO:
        """The file as a seekable stream: what is read of it is fetched. It need not be closed."""

    @property
    def cost(self) -> Cost:
        """What was fetched so far."""

    def prefetch(self, ranges: Iterable[tuple[int, int]]) -> None:
        """Fetch ranges (begin, end) together, in as few requests as they allow. Raises as reading does."""


class Index(Protocol):
    """A package index, or something that behaves as one."""

    def page(self, name: str) -> IndexPage | None:
        """Return everything the index lists for a normalized name, unfiltered, or ``None`` if it knows no such project.

        Raises :class:`~uplock.errors.NetworkError`, :class:`~uplock.errors.InputError`.
        """

    def metadata(self, file: IndexFile) -> bytes:
        """Return METADATA of a wheel without fetching all of it. Unverified until the wheel is: a preview."""

    def open(self, file: IndexFile) -> RemoteFile:
        """Open a listed file to be read in parts, never whole. Raises as reading does, also if there are no parts."""

    def fetch(self, artifact: Artifact, out: Sink, offset: int) -> int:
        """Write the artifact's bytes from ``offset`` on to ``out``; return the offset that it really began at.

        If that is not ``offset`` (an index without byte ranges), the caller starts anew with 0.
        The caller hashes. Never writes more than the known size (or a fixed bound) allows.
        """

    def download(self, file: IndexFile, out: Sink) -> None:
        """Write the bytes of a listed file to ``out``, for files whose digest the index does not name."""

    def address(self, name: str) -> str:
        """Return the address of the index that a project's page came from, without credentials."""

    def holders(self, name: str) -> tuple[str, ...]:
        """Return the names of all indexes that have a project, the one that its page came from first.

        Where the configuration pins the project to one index, that one alone: then others may have what they like.
        """

    def provenance(self, filename: str, name: str) -> ProvenanceAnswer:
        """As :meth:`ProvenanceSource.provenance`."""


class ProvenanceSource(Protocol):
    """Where provenance documents come from: an index, or a directory in its place."""

    def provenance(self, filename: str, name: str) -> ProvenanceAnswer:
        """Ask for the provenance of one file of a project (normalized name).

        Whatever goes wrong with one file is an answer, each failure its own, so that it keeps nobody from the others.
        Safe for concurrent use.
        """


class Verifier(Protocol):
    """Verifies attestations under one trusted root."""

    @property
    def identity(self) -> tuple[str, Sha256]:
        """Version of the verifying code, and digest of the trusted root: both are inputs of every result."""

    def verify(
        self,
        filename: str,
        sha256: Sha256,
        document: bytes,
        expected: Publisher | None,
        claims: tuple[tuple[str, str], ...] = (),
    ) -> Verification:
        """Verify a provenance, attestation or bundle for one artifact; never raises for what it holds.

        ``expected`` is the caller's policy, with ``claims`` (pairs of claim and pattern) that the certificate must
        carry; without it any publisher that the certificate names is accepted, and reported from the certificate.
        """


class Store(Protocol):
    """Content-addressed bytes, and results kept by the digest of all their inputs."""

    def has(self, digest: Sha256) -> bool:
        """Whether the bytes are here (by name; they were hashed when they came in)."""

    def path(self, digest: Sha256) -> Path:
        """Return where the bytes are or would be. Read-only for callers."""

    def read(self, digest: Sha256) -> bytes:
        """Return stored bytes, re-hashed. Raises IntegrityError if they differ, ArchiveError if missing."""

    def put(self, data: bytes) -> Sha256:
        """Store bytes; return their digest."""

    def adopt(self, path: Path, digest: Sha256) -> None:
        """Take a complete file whose digest the caller has just computed: linked where possible, else copied."""

    def partial(self, digest: Sha256) -> Path:
        """Return where an unfinished download of these bytes is or would be."""

    def result(self, key: Sha256) -> bytes | None:
        """Return the record kept under a key of all its inputs, or ``None``. A damaged record counts as none."""

    def keep(self, key: Sha256, record: bytes) -> None:
        """Keep a record under the key of all its inputs; the same key always has the same record."""


class Archive(Store, Protocol):
    """The store of one project, with results and generations on top."""

    def put_results(self, results: ArtifactResults) -> Sha256:
        """Store the results of one artifact; return the digest of the stored form."""

    def results(self, digest: Sha256) -> ArtifactResults:
        """Return stored results. Raises IntegrityError if damaged, ArchiveError if missing."""

    def record(self, content: GenerationContent, parent: Sha256 | None, at: datetime) -> Sha256:
        """Store a generation, make it the head and note when; return its id."""

    def generation(self, identity: Sha256) -> Generation:
        """Return a generation by id. Raises IntegrityError if damaged, ArchiveError if missing."""

    def head(self) -> Sha256 | None:
        """Return the id of the newest generation, or ``None`` if there is none yet."""

    def recorded_at(self, identity: Sha256) -> datetime | None:
        """Return when a generation was first recorded here, ``None`` if it never was."""

    def beginning(self, digits: str) -> tuple[Sha256, ...]:
        """Return the ids that begin with ``digits`` of all generations that were ever recorded here, sorted."""

    def secure(self, path: Path, digest: Sha256) -> None:
        """Take a file as :meth:`Store.adopt` does, but as bytes of the archive's own: no other name leads to them.

        Raises IntegrityError if its bytes are not those of the digest.
        """

    def keep_generation(self, kept: KeptGeneration) -> None:
        """Note that a generation is kept. Everything that it names must be here. Raises ArchiveError."""

    def kept(self, identity: Sha256) -> KeptGeneration | None:
        """Return what is kept of a generation, or ``None``. Raises IntegrityError if the note is damaged."""

    def all_kept(self) -> tuple[Sha256, ...]:
        """Return the ids of all kept generations, sorted."""

    def history(self) -> Iterator[tuple[Sha256, Generation, datetime | None]]:
        """Yield id, generation and time of recording, newest first."""
