"""An index over HTTP: the ``Index`` port."""

from __future__ import annotations

import threading

from uplock.errors import InputError, IntegrityError, NetworkError, located
from uplock.index.address import without_credentials
from uplock.index.http import Http, OffsetError
from uplock.index.page_cache import PageCache
from uplock.index.provenance import GONE, ask, unasked
from uplock.index.simple import ACCEPT, parse_page
from uplock.index.status import StatusError
from uplock.inspect.wheel import read_metadata
from uplock.model.digest import sha256_of
from uplock.model.lock import Artifact
from uplock.model.provenance import ProvenanceAbsent, ProvenanceAnswer
from uplock.model.results import Unchecked
from uplock.model.view import IndexFile, IndexPage
from uplock.ports import RemoteFile, Sink, Store

MAX_PAGE = 128 * 1024 * 1024
"""Largest index page, in bytes."""

MAX_METADATA = 16 * 1024 * 1024
"""Largest METADATA file, in bytes."""

MAX_PREVIEW = 16 * 1024 * 1024
"""Most bytes that are read of a file in parts where nothing else bounds it."""

MAX_ARTIFACT = 8 * 1024 * 1024 * 1024
"""Largest artifact of unknown size, in bytes."""


class RemoteIndex:
    """The index at ``url`` (without a final slash). Pages are asked for once; safe for concurrent use."""

    def __init__(self, http: Http, url: str, cache: Store | None = None) -> None:
        """With a ``cache`` pages are kept there, and used again if the index says that they still hold."""
        self._http = http
        self._url = without_credentials(url)
        self._kept = None if cache is None else PageCache(cache, self._url, http.user)
        self._documents = None if cache is None else PageCache(cache, self._url, http.user, "provenance")
        self._guard = threading.Lock()
        self._asking: dict[str, threading.Lock] = {}
        self._pages: dict[str, IndexPage | None] = {}

    def page(self, name: str) -> IndexPage | None:
        """Return a project's page, ``None`` if the index answers that there is none.

        Raises :class:`NetworkError`, :class:`InputError`.
        """
        with self._guard:
            asking = self._asking.setdefault(name, threading.Lock())
        with asking:
            if name not in self._pages:
                self._pages[name] = self._ask(name)
            return self._pages[name]

    def _ask(self, name: str) -> IndexPage | None:
        known = None if self._kept is None else self._kept.kept(name)
        try:
            response = self._http.get(f"{self._url}/{name}/", accept=ACCEPT, limit=MAX_PAGE, known=known)
        except StatusError as error:
            if error.status in GONE:
                return None
            raise
        page = parse_page(response.body, response.content_type, response.url, name)
        if self._kept is not None and response is not known:
            self._kept.keep(name, response)
        return page

    def metadata(self, file: IndexFile) -> bytes:
        """Return METADATA of a wheel: the file beside it (PEP 658) if its digest is listed, else the wheel's tail.

        Raises :class:`IntegrityError` if the file beside it has another digest, :class:`NetworkError`,
        :class:`InputError`.
        """
        if file.core_metadata is None:
            with located(file.filename), self._http.range_stream(file.url, file.size) as stream:
                return read_metadata(stream, file.filename)
        response = self._http.get(f"{file.url}.metadata", accept="*/*", limit=MAX_METADATA)
        if sha256_of(response.body) != file.core_metadata:
            raise IntegrityError(
                "the index sent other metadata than it lists",
                context=file.filename,
                remedy="Do not use this index until its operators have explained it.",
            )
        return response.body

    def open(self, file: IndexFile) -> RemoteFile:
        """Open a listed file by its tail, to be read in parts."""
        with located(file.filename):
            return self._http.ranges(file.url, file.size, MAX_PREVIEW)

    def fetch(self, artifact: Artifact, out: Sink, offset: int) -> int:
        """Write the artifact from ``offset`` on; return ``offset``, or 0 with nothing written if it is shorter.

        Raises :class:`NetworkError`, and :class:`InputError` if more comes than the artifact's size.
        """
        limit = MAX_ARTIFACT if artifact.size is None else artifact.size
        try:
            for chunk in self._http.stream(artifact.url, offset=offset, limit=limit):
                out.write(chunk)
        except OffsetError:
            return 0
        return offset

    def download(self, file: IndexFile, out: Sink) -> None:
        """Write the bytes of a listed file, all from one answer: there may be no digest that would notice a mixture.

        Raises :class:`NetworkError`, and :class:`InputError` if it has another size than is listed.
        """
        written = 0
        for chunk in self._http.stream(file.url, limit=MAX_ARTIFACT if file.size is None else file.size, resume=False):
            out.write(chunk)
            written += len(chunk)
        if file.size not in {None, written}:
            raise InputError(
                f"has {written} bytes, and the index lists {file.size}",
                context=file.filename,
                remedy="Report it to the index's operators.",
            )

    def address(self, name: str) -> str:  # noqa: ARG002 - the port's signature
        """Return the address of this index."""
        return self._url

    def holders(self, name: str) -> tuple[str, ...]:  # noqa: ARG002 - the port's signature
        """Return this index alone."""
        return ("default",)

    def provenance(self, filename: str, name: str) -> ProvenanceAnswer:
        """Ask for the provenance document that the page names."""
        try:
            page = self.page(name)
        except (NetworkError, InputError) as error:
            return unasked(error)
        if page is not None and not page.provenance_offered:
            return Unchecked(reason="not-offered", detail="the index offers no provenance (PEP 740)")
        listed = next((file for file in page.files if file.filename == filename), None) if page else None
        if listed is None:
            return Unchecked(reason="unreachable", detail=f"the index does not list {filename}")
        if listed.provenance is None:
            return ProvenanceAbsent(source="the index")
        return ask(self._http, listed.provenance, self._documents)
