"""An index in memory: the ``Index`` port without a network, with knobs for everything that can go wrong."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime

from uplock.errors import NetworkError
from uplock.index.ranges import Part, open_ranges
from uplock.model.digest import parse_sha256, sha256_of
from uplock.model.lock import Artifact
from uplock.model.provenance import ProvenanceAbsent, ProvenanceAnswer, ProvenanceFound
from uplock.model.results import Unchecked
from uplock.model.target import Target
from uplock.model.value import changed
from uplock.model.view import IndexFile, IndexPage
from uplock.ports import RemoteFile, Sink

FILE_HOST = "https://files.index.example"
UPLOADED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def project_of(filename: str) -> str:
    """Return the normalized project name of a wheel or sdist file name."""
    stem = filename.removesuffix(".tar.gz")
    name = filename.split("-", 1)[0] if filename.endswith(".whl") else stem.rsplit("-", 1)[0]
    return re.sub(r"[-_.]+", "-", name).lower()


def metadata_of(data: bytes) -> bytes:
    """Return METADATA of a wheel's bytes."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        (member,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return archive.read(member)


class IndexSimulator:
    """Implements the ``Index`` port. ``calls`` records every call as ``page demo``, ``fetch demo-1-….whl``, …"""

    def __init__(self, *, provenance_offered: bool = True, ranges: bool = True) -> None:
        self.calls: list[str] = []
        self.provenance_offered = provenance_offered
        self.ranges = ranges
        self.lies: dict[str, bytes] = {}
        """METADATA that is shown instead of the wheel's own."""
        self.hashes = True
        """While false, pages name no digest of any file; what they name otherwise stays."""
        self.down = False
        """While true, every call raises NetworkError."""
        self._files: dict[str, IndexFile] = {}
        self._bodies: dict[str, bytes] = {}
        self._documents: dict[str, bytes] = {}

    # --- what the owners of projects do -------------------------------------------------------------------------

    def publish(
        self,
        filename: str,
        data: bytes,
        *,
        upload_time: datetime | None = UPLOADED,
        requires_python: str | None = None,
        yanked: str | None = None,
        provenance: bytes | None = None,
    ) -> IndexFile:
        """List a file (again); ``provenance`` is the document that the index offers for it."""
        digest = sha256_of(data)
        self._files[filename] = IndexFile(
            filename=filename,
            sha256=digest,
            url=f"{FILE_HOST}/{digest}/{filename}",
            size=len(data),
            upload_time=upload_time,
            requires_python=requires_python,
            yanked=yanked,
        )
        self._bodies[filename] = data
        self.change_publisher(filename, provenance)
        return self._files[filename]

    def change_publisher(self, filename: str, provenance: bytes | None) -> None:
        """Replace (or with ``None`` remove) the provenance document of a file."""
        self._documents.pop(filename, None)
        url = None
        if provenance is not None:
            self._documents[filename] = provenance
            url = f"{FILE_HOST}/{filename}.provenance"
        self._files[filename] = changed(self._files[filename], provenance=url)

    def yank(self, filename: str, reason: str = "") -> None:
        """Mark a file as yanked (PEP 592)."""
        self._files[filename] = changed(self._files[filename], yanked=reason)

    def withdraw(self, filename: str) -> None:
        """Delete a file from the index."""
        del self._files[filename], self._bodies[filename]
        self._documents.pop(filename, None)

    def tamper(self, filename: str) -> None:
        """Flip a bit in the middle of what ``fetch`` sends; the listing keeps the old digest."""
        body = bytearray(self._bodies[filename])
        body[len(body) // 2] ^= 1
        self._bodies[filename] = bytes(body)

    # --- for a server in front of this --------------------------------------------------------------------------

    def body(self, filename: str) -> bytes | None:
        """Return the bytes of a file, uncounted."""
        return self._bodies.get(filename)

    def filenames(self) -> tuple[str, ...]:
        """Return the names of all files, sorted."""
        return tuple(sorted(self._files))

    def shown_metadata(self, filename: str) -> bytes:
        """Return METADATA as this index shows it, uncounted."""
        return self.lies.get(filename) or metadata_of(self._existing(filename))

    def document(self, filename: str) -> bytes | None:
        """Return the provenance document of a file, uncounted."""
        return self._documents.get(filename)

    def listing(self, name: str) -> IndexPage | None:
        """Return a project's page, uncounted."""
        files = tuple(self._files[filename] for filename in sorted(self._files) if project_of(filename) == name)
        if not files:
            return None
        if not self.provenance_offered:
            files = tuple(changed(file, provenance=None) for file in files)
        if not self.hashes:
            files = tuple(changed(file, sha256=None) for file in files)
        return IndexPage(name=name, files=files, provenance_offered=self.provenance_offered)

    # --- the port -----------------------------------------------------------------------------------------------

    def page(self, name: str) -> IndexPage | None:
        self._count(f"page {name}")
        return self.listing(name)

    def page_for(self, name: str, target: Target) -> IndexPage | None:
        """Return the page for a resolver that runs as ``target``: here everything, filtering is a view's business."""
        del target
        return self.page(name)

    def metadata(self, file: IndexFile) -> bytes:
        self._count(f"metadata {file.filename}")
        return self.shown_metadata(file.filename)

    def open(self, file: IndexFile) -> RemoteFile:
        self._count(f"open {file.filename}")
        body = self._existing(file.filename)

        def ask(begin: int | None, end: int) -> Part | None:
            start = max(0, len(body) - end) if begin is None else begin
            stop = len(body) if begin is None else end
            return Part(begin=start, body=body[start:stop], total=len(body)) if self.ranges else None

        return open_ranges(ask, file.size, 1 << 25)

    def fetch(self, artifact: Artifact, out: Sink, offset: int) -> int:
        self._count(f"fetch {artifact.filename}")
        begin = offset if self.ranges else 0
        out.write(self._existing(artifact.filename)[begin:])
        return begin

    def download(self, file: IndexFile, out: Sink) -> None:
        self._count(f"download {file.filename}")
        out.write(self._existing(file.filename))

    def address(self, name: str) -> str:
        del name
        return "https://index.example/simple"

    def holders(self, name: str) -> tuple[str, ...]:
        del name
        return ("default",)

    def provenance(self, filename: str, name: str) -> ProvenanceAnswer:
        self.calls.append(f"provenance {filename}")
        if self.down:
            return Unchecked(reason="unreachable", detail="the simulated index is down")
        page = self.listing(name)
        if page is not None and not self.provenance_offered:
            return Unchecked(reason="not-offered", detail="the simulated index offers no provenance")
        if page is None or all(file.filename != filename for file in page.files):
            return Unchecked(reason="unreachable", detail=f"the simulated index does not list {filename}")
        document = self._documents.get(filename)
        source = f"{FILE_HOST}/{filename}.provenance"
        return (
            ProvenanceAbsent(source=source) if document is None else ProvenanceFound(document=document, source=source)
        )

    def _existing(self, filename: str) -> bytes:
        body = self._bodies.get(filename)
        if body is None:
            raise NetworkError(f"{filename} is not there", remedy="Publish it first.")
        return body

    def _count(self, call: str) -> None:
        self.calls.append(call)
        if self.down:
            raise NetworkError("the simulated index is down", remedy="Try again later.")


def artifact_of(file: IndexFile) -> Artifact:
    """Return a listed file as a lock pins it."""
    return Artifact(
        filename=file.filename,
        sha256=parse_sha256(file.sha256 or ""),
        url=file.url,
        size=file.size,
        upload_time=file.upload_time,
    )
