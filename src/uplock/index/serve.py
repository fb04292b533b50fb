"""A view, served on loopback to resolvers as a simple index (PEP 691): listings and metadata, no file bodies."""

from __future__ import annotations

import hashlib
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol, cast
from urllib.parse import quote, unquote

from uplock.errors import Error
from uplock.model.target import Target
from uplock.model.value import encode
from uplock.model.view import IndexFile, IndexPage

_JSON = "application/vnd.pypi.simple.v1+json"
_PAGE = re.compile(r"(?:/for/(?P<target>[a-z0-9_-]{1,80}))?/simple/(?P<name>[A-Za-z0-9._-]+)/?\Z")
_METADATA = re.compile(r"/files/(?P<key>[0-9a-f]{64}|unhashed)/(?P<filename>[^/]+)\.metadata\Z")
_NAME_RUNS = re.compile(r"[-_.]+")
_POLL = 0.02


class PageSource(Protocol):
    """What is served. Called from several threads at once."""

    def page(self, name: str) -> IndexPage | None:
        """Return what is admitted of a project (normalized name), or ``None`` if there is no such project."""

    def page_for(self, name: str, target: Target) -> IndexPage | None:
        """Return what of :meth:`page` can be installed on ``target``."""

    def metadata(self, file: IndexFile) -> bytes:
        """Return METADATA of a wheel that a page lists."""


class Served:
    """A running server: its addresses, and the errors that its source raised while resolvers asked."""

    def __init__(self, authority: str) -> None:
        self._origin = f"http://{authority}"
        self.targets: dict[str, Target] = {}
        """Targets by name that :meth:`url_for` was called for."""
        self.failures: list[Error] = []
        """In order of appearance. A resolver only saw a status: look here before believing its explanation."""

    @property
    def url(self) -> str:
        """``http://127.0.0.1:PORT/simple/``."""
        return f"{self._origin}/simple/"

    def url_for(self, target: Target) -> str:
        """Return ``http://127.0.0.1:PORT/for/TARGET/simple/``."""
        self.targets[target.name] = target
        return f"{self._origin}/for/{target.name}/simple/"


@contextmanager
def serve(source: PageSource) -> Iterator[Served]:
    """Serve ``source`` on an ephemeral port of 127.0.0.1 until the context ends."""
    with _Server(source) as server:
        thread = threading.Thread(target=server.serve_forever, args=(_POLL,), name="uplock-view", daemon=True)
        thread.start()
        try:
            yield server.served
        finally:
            server.shutdown()
            thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a resolver that was killed may leave a connection open
    request_queue_size = 128  # resolvers ask for some fifty projects at once

    def __init__(self, source: PageSource) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.authority = f"127.0.0.1:{self.server_address[1]}"
        self.served = Served(self.authority)
        self._source = source
        self._guard = threading.Lock()
        self._listed: dict[tuple[str, str], IndexFile] = {}
        self._pages: dict[tuple[str, str], bytes | None] = {}
        self._failed: set[str] = set()

    def page(self, name: str, target: str | None) -> bytes | None:
        """Return the JSON of a project's page, or of what of it fits a target. Raises what the source raises."""
        key = (target or "", name)
        with self._guard:
            if key in self._pages:
                return self._pages[key]
        if target is None:
            page = self._source.page(name)
        else:
            known = self.served.targets.get(target)
            page = None if known is None else self._source.page_for(name, known)
        body = None if page is None else page_json(page)
        with self._guard:
            self._pages[key] = body
            self._listed.update({(_key(file), file.filename): file for file in (page.files if page else ())})
        return body

    def metadata(self, key: str, filename: str) -> bytes | None:
        """Return METADATA of a listed wheel, ``None`` for one that is not. Raises what the source raises."""
        with self._guard:
            file = self._listed.get((key, filename))
        return None if file is None else self._source.metadata(file)

    def failed(self, path: str, error: Error) -> None:
        """Remember why a request could not be answered; resolvers ask again, the reason counts once."""
        with self._guard:
            if path not in self._failed:
                self._failed.add(path)
                self.served.failures.append(error)

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002 - the base class's signature
        """Keep what went wrong inside a request; a client that hung up is none of it."""
        error = sys.exception()
        if not isinstance(error, OSError):
            wrapped = Error(f"{type(error).__name__}: {error}", context="index view", remedy="Report this as a defect.")
            wrapped.__cause__ = error
            self.failed("", wrapped)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "uplock"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_GET(self) -> None:
        """Answer a page, the metadata of a wheel, or 404."""
        server = cast("_Server", self.server)
        path = unquote(self.path.partition("?")[0])
        if self.headers.get("Host") != server.authority:  # another name for this address: a page in a browser asks
            self._answer(HTTPStatus.MISDIRECTED_REQUEST, b"", "text/plain")
            return
        try:
            if match := _PAGE.match(path):
                body, kind = server.page(_NAME_RUNS.sub("-", match["name"]).lower(), match["target"]), _JSON
            elif match := _METADATA.match(path):
                body, kind = server.metadata(match["key"], match["filename"]), "text/plain; charset=utf-8"
            else:
                body, kind = None, ""
        except Error as error:
            server.failed(path, error)
            self._answer(HTTPStatus.BAD_REQUEST, b"", "text/plain")  # a status that no resolver tries again
            return
        self._answer(HTTPStatus.NOT_FOUND if body is None else HTTPStatus.OK, body or b"", kind or "text/plain")

    def do_HEAD(self) -> None:
        """Answer as for GET, without the body."""
        self.do_GET()

    def _answer(self, status: HTTPStatus, body: bytes, kind: str) -> None:
        tag = f'"{hashlib.sha256(body).hexdigest()}"'
        if status is HTTPStatus.OK and self.headers.get("If-None-Match") == tag:
            status, body = HTTPStatus.NOT_MODIFIED, b""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if status in {HTTPStatus.OK, HTTPStatus.NOT_MODIFIED}:
            self.send_header("ETag", tag)
            self.send_header("Cache-Control", "no-cache")  # keep it, but ask: a later view may get the same port
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Stay silent: nothing prints but the command line."""


def page_json(page: IndexPage) -> bytes:
    """Return a page as PEP 691 JSON (API version 1.1, PEP 700) with addresses on this server."""
    files = sorted(page.files, key=lambda file: file.filename)
    data = {
        "meta": {"api-version": "1.1"},
        "name": page.name,
        "versions": sorted({_version(file.filename) for file in files}),
        "files": [_entry(file) for file in files],
    }
    return encode(data)


def _entry(file: IndexFile) -> dict[str, object]:
    entry: dict[str, object] = {
        "filename": file.filename,
        "url": f"/files/{_key(file)}/{quote(file.filename)}",
        "hashes": {} if file.sha256 is None else {"sha256": file.sha256},
        "yanked": False if file.yanked is None else file.yanked or True,
    }
    if file.filename.endswith(".whl"):
        entry["core-metadata"] = True
    if file.size is not None:
        entry["size"] = file.size
    if file.upload_time is not None:
        entry["upload-time"] = file.upload_time.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if file.requires_python is not None:
        entry["requires-python"] = file.requires_python
    return entry


def _key(file: IndexFile) -> str:
    return file.sha256 or "unhashed"


def _version(filename: str) -> str:
    """Return the version as a file name carries it."""
    if filename.endswith(".whl"):
        return filename.split("-")[1]
    return filename.removesuffix(".tar.gz").removesuffix(".zip").rpartition("-")[2]
