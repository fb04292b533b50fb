"""A view, served on loopback to resolvers as a simple index (PEP 691): listings and metadata, no file bodies.

Below ``/simple/`` stands everything that the view admits, with digests, for a resolver that is told the target and
reads metadata only (PEP 658). Below ``/for/TARGET/simple/`` stands what fits that target, without digests, and a file
there is a :mod:`hollow wheel <uplock.index.hollow>`: pip takes the machine it runs on for the target, and wants files.

Caches of resolvers key on the address, so it can be asked to stay the same from run to run. Nothing may be used from
such a cache unasked: every answer has an ``ETag`` of its content and ``Cache-Control: no-cache``.
"""

from __future__ import annotations

import errno
import hashlib
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple, Protocol, cast
from urllib.parse import unquote

from uplock.errors import Error
from uplock.index.hollow import hollow_wheel
from uplock.index.listing import file_key, page_json, page_json_for
from uplock.model.target import Target
from uplock.model.view import IndexFile, IndexPage

_JSON = "application/vnd.pypi.simple.v1+json"
_TEXT = "text/plain; charset=utf-8"
_ZIP = "application/zip"
_FOR = r"(?:/for/(?P<target>[a-z0-9_-]{1,80}))?"
_PAGE = re.compile(_FOR + r"/simple/(?P<name>[A-Za-z0-9._-]+)/?\Z")
_FILE = re.compile(_FOR + r"/files/(?P<key>[0-9a-f]{64}|unhashed)/(?P<filename>[^/]+?)(?P<metadata>\.metadata)?\Z")
_NAME_RUNS = re.compile(r"[-_.]+")
_POLL = 0.02

_PORTS = range(49152, 65536)
"""Dynamic ports (RFC 6335): those that nobody is assigned."""
_ATTEMPTS = 8


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

    def __init__(self, authority: str, secret: str = "") -> None:
        self._origin = f"http://{authority}" + (f"/{secret}" if secret else "")
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


class Answer(NamedTuple):
    """What is sent: without a body if the client has it already; ``tag`` is the digest of the body."""

    body: bytes | None
    tag: str
    kind: str


@contextmanager
def serve(source: PageSource, *, address_for: str | None = None, secret: str = "") -> Iterator[Served]:
    """Serve ``source`` on 127.0.0.1 until the context ends.

    With a ``secret`` the addresses of pages begin with it: whoever does not know it cannot make the source ask an
    index, nor add to what it shows.

    Equal texts ``address_for`` (the folder that resolvers keep their caches in) get the same port as long as nothing
    else listens there, else one of a few others; without a text, or if all of these are taken, any free port.
    """
    with _listening(source, address_for, secret) as server:
        thread = threading.Thread(target=server.serve_forever, args=(_POLL,), name="uplock-view", daemon=True)
        thread.start()
        try:
            yield server.served
        finally:
            server.shutdown()
            thread.join()


def stable_ports(text: str) -> tuple[int, ...]:
    """Return the ports that are tried for a text, in order."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()
    numbers = [int.from_bytes(digest[2 * index : 2 * index + 2]) for index in range(_ATTEMPTS)]
    return tuple(_PORTS[number % len(_PORTS)] for number in numbers)


def _listening(source: PageSource, address_for: str | None, secret: str) -> _Server:
    for port in () if address_for is None else stable_ports(address_for):
        try:
            return _Server(source, port, secret)
        except OSError as error:
            if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
                raise
    return _Server(source, 0, secret)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a resolver that was killed may leave a connection open
    request_queue_size = 128  # resolvers ask for some fifty projects at once

    def __init__(self, source: PageSource, port: int, secret: str) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.authority = f"127.0.0.1:{self.server_address[1]}"
        self.served = Served(self.authority, secret)
        self.prefix = f"/{secret}" if secret else ""
        self._source = source
        self._guard = threading.Lock()
        self._listed: dict[tuple[str, str, str], IndexFile] = {}
        self._pages: dict[tuple[str, str], Answer | None] = {}
        self._tags: dict[tuple[str, str], str] = {}
        self._failed: set[str] = set()

    def page(self, name: str, target: str) -> Answer | None:
        """Return the JSON of a project's page, or of what of it fits a target. Raises what the source raises."""
        with self._guard:
            if (target, name) in self._pages:
                return self._pages[target, name]
        known = self.served.targets.get(target)
        if target and known is None:
            return None
        page = self._source.page(name) if known is None else self._source.page_for(name, known)
        answer, files = None, () if page is None else page.files
        if page is not None:
            answer = _answer(page_json(page) if known is None else page_json_for(page, known), _JSON)
        with self._guard:
            self._pages[target, name] = answer
            self._listed.update({(target, file_key(file), file.filename): file for file in files})
        return answer

    def metadata(self, target: str, key: str, filename: str, have: str | None = None) -> Answer | None:
        """Return METADATA of a listed wheel, ``None`` for one that is not; ``have`` is what the client has a copy of.

        Raises what the source raises.
        """
        with self._guard:
            file = self._listed.get((target, key, filename))
            tag = self._tags.get((key, filename))
        if file is None:
            return None
        if tag is not None and tag == have:
            return Answer(None, tag, _TEXT)
        answer = _answer(self._source.metadata(file), _TEXT)
        with self._guard:
            self._tags[key, filename] = answer.tag
        return answer

    def wheel(self, target: str, key: str, filename: str) -> Answer | None:
        """Return a hollow wheel in place of one that is listed for a target. Raises what the source raises."""
        metadata = self.metadata(target, key, filename) if target else None
        return None if metadata is None else _answer(hollow_wheel(filename, metadata.body or b""), _ZIP)

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
        """Answer a page, the metadata of a wheel, a hollow wheel, or 404."""
        server = cast("_Server", self.server)
        path = unquote(self.path.partition("?")[0])
        if self.headers.get("Host") != server.authority:  # another name for this address: a page in a browser asks
            self._send(HTTPStatus.MISDIRECTED_REQUEST, _NOTHING)
            return
        try:
            answer = self._find(server, path)
        except Error as error:
            server.failed(path, error)
            self._send(HTTPStatus.BAD_REQUEST, _NOTHING)  # a status that no resolver tries again
            return
        if answer is None:
            self._send(HTTPStatus.NOT_FOUND, _NOTHING)
        elif answer.body is None or self.headers.get("If-None-Match") == answer.tag:
            self._send(HTTPStatus.NOT_MODIFIED, answer)
        else:
            self._send(HTTPStatus.OK, answer)

    def _find(self, server: _Server, path: str) -> Answer | None:
        inside = path.removeprefix(server.prefix)
        if (len(path) - len(inside) == len(server.prefix)) and (match := _PAGE.match(inside)):
            return server.page(_NAME_RUNS.sub("-", match["name"]).lower(), match["target"] or "")
        if match := _FILE.match(path):
            target, key, filename = match["target"] or "", match["key"], match["filename"]
            if match["metadata"]:
                return server.metadata(target, key, filename, self.headers.get("If-None-Match"))
            return server.wheel(target, key, filename)
        return None

    def do_HEAD(self) -> None:
        """Answer as for GET, without the body."""
        self.do_GET()

    def _send(self, status: HTTPStatus, answer: Answer) -> None:
        body = (answer.body or b"") if status is HTTPStatus.OK else b""
        self.send_response(status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(body)))
        if status in {HTTPStatus.OK, HTTPStatus.NOT_MODIFIED}:
            self.send_header("ETag", answer.tag)
            self.send_header("Cache-Control", "no-cache")  # keep it, but ask: a later view may get the same port
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Stay silent: nothing prints but the command line."""


def _answer(body: bytes, kind: str) -> Answer:
    return Answer(body, f'"{hashlib.sha256(body).hexdigest()}"', kind)


_NOTHING = _answer(b"", "text/plain")
