"""A real HTTP server on 127.0.0.1 in front of an :class:`IndexSimulator`, with knobs for sabotage."""

from __future__ import annotations

import base64
import gzip
import html
import json
import re
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self, cast
from urllib.parse import unquote

from support.index_simulator import IndexSimulator
from uplock.model.digest import sha256_of
from uplock.model.view import IndexFile, IndexPage

JSON = "application/vnd.pypi.simple.v1+json"
HTML = "text/html; charset=utf-8"
PROVENANCE = "application/vnd.pypi.integrity.v1+json"


@dataclass(frozen=True)
class Request:
    """One request as it arrived; header names in lower case."""

    path: str
    headers: dict[str, str]


@dataclass
class Answer:
    """What the server sends. ``body`` and ``Content-Length`` may disagree on purpose."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    repeat_body: int = 1
    """Send the body so many times (an endless body without the memory for it)."""
    drip: float = 0.0
    """Seconds between single bytes of the body."""
    drip_head: float = 0.0
    """Seconds between single bytes of the status line and headers."""


class HttpIndex:
    """Serves a simulator as PEP 691 JSON or as HTML (PEP 503); use as a context manager, then read ``url``.

    With ``etags`` pages and provenance documents have entity tags, and a request that names the right one is answered
    with 304. Every request is kept in ``requests``. ``sabotage`` maps a part of a path to a function that replaces the
    answer; the methods below fill it with the usual accidents and attacks.
    """

    def __init__(
        self,
        index: IndexSimulator,
        *,
        as_html: bool = False,
        ranges: bool = True,
        suffix_ranges: bool = True,
        core_metadata: bool = False,
        compressed: bool = False,
        etags: bool = False,
        auth: tuple[str, str] | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.index = index
        self.as_html = as_html
        self.ranges = ranges
        self.suffix_ranges = suffix_ranges
        self.core_metadata = core_metadata
        self.compressed = compressed
        self.etags = etags
        self.auth = auth
        self.requests: list[Request] = []
        self.sabotage: dict[str, Callable[[Request], Answer | None]] = {}
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.index = self
        self._scheme = "http"
        if tls is not None:
            self._scheme = "https"
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def origin(self) -> str:
        """``http://127.0.0.1:PORT``."""
        return f"{self._scheme}://127.0.0.1:{self._server.server_address[1]}"

    @property
    def connections(self) -> int:
        """How many connections were made."""
        return self._server.made

    @property
    def peak(self) -> int:
        """How many connections were open at once at most."""
        return self._server.peak

    @property
    def url(self) -> str:
        """The index URL."""
        return f"{self.origin}/simple"

    def reference(self, filename: str) -> str:
        """Return the address of a file, without its hash."""
        body = self.index.body(filename)
        assert body is not None, f"{filename} is not published"
        return f"{self.origin}/files/{sha256_of(body)}/{filename}"

    def paths(self, part: str = "") -> list[str]:
        """Return the paths asked for that contain ``part``."""
        return [request.path for request in self.requests if part in request.path]

    # --- sabotage -----------------------------------------------------------------------------------------------

    def answer(self, part: str, answer: Answer, times: int = 1_000_000) -> None:
        """Give ``answer`` for the next ``times`` requests whose path contains ``part``."""
        left = [times]

        def give(_: Request) -> Answer | None:
            left[0] -= 1
            return answer if left[0] >= 0 else None

        self.sabotage[part] = give

    def fail(self, status: int, times: int = 1_000_000, *, part: str = "/", retry_after: str | None = None) -> None:
        """Answer with a status."""
        headers = {} if retry_after is None else {"Retry-After": retry_after}
        self.answer(part, Answer(status=status, body=b"no", headers=headers), times)

    def slow(self, seconds: float, *, part: str = "/") -> None:
        """Wait before answering."""

        def wait(_: Request) -> None:
            self._server.stopping.wait(seconds)

        self.sabotage[part] = wait

    def truncate(self, part: str, keep: int, times: int = 1_000_000) -> None:
        """Close the connection after ``keep`` bytes of the body, with the right Content-Length in the head."""
        left = [times]

        def cut(request: Request) -> Answer | None:
            left[0] -= 1
            if left[0] < 0:
                return None
            answer = self.respond(request)
            length = str(len(answer.body))
            return Answer(answer.status, answer.body[:keep], {**answer.headers, "Content-Length": length})

        self.sabotage[part] = cut

    def wrong_length(self, part: str, length: int) -> None:
        """Announce a Content-Length that the body does not have."""

        def lie(request: Request) -> Answer:
            answer = self.respond(request)
            return Answer(answer.status, answer.body, {**answer.headers, "Content-Length": str(length)})

        self.sabotage[part] = lie

    def redirect(self, part: str, location: str, times: int = 1_000_000) -> None:
        """Redirect elsewhere; to its own path it is a loop."""
        self.answer(part, Answer(status=302, headers={"Location": location}), times)

    def huge(self, part: str, content_type: str = JSON) -> None:
        """Send a body that does not end."""
        self.answer(part, Answer(body=b" " * 65536, headers={"Content-Type": content_type}, repeat_body=1 << 30))

    def bomb(self, part: str, size: int) -> None:
        """Send ``size`` zero bytes, gzipped."""
        body = gzip.compress(bytes(size))
        self.answer(part, Answer(body=body, headers={"Content-Type": JSON, "Content-Encoding": "gzip"}))

    def drip(self, part: str, seconds: float, *, head: bool = False) -> None:
        """Send the answer byte by byte: the body, or already the head."""
        answer = Answer(body=b" " * 4096, headers={"Content-Type": JSON})
        answer.drip, answer.drip_head = (0.0, seconds) if head else (seconds, 0.0)
        self.answer(part, answer)

    # --- answers ------------------------------------------------------------------------------------------------

    def respond(self, request: Request) -> Answer:
        """Return the honest answer."""
        path = unquote(request.path.split("?")[0])
        if self.auth is not None and not self._knows(request):
            return Answer(status=401, body=b"who are you?", headers={"WWW-Authenticate": 'Basic realm="index"'})
        if match := re.fullmatch(r"/simple/([^/]+)/", path):
            return self._page(match[1], request)
        if match := re.fullmatch(r"/files/[0-9a-f]{64}/([^/]+)", path):
            return self._file(match[1], request)
        return Answer(status=404, body=b"not here")

    def _knows(self, request: Request) -> bool:
        assert self.auth is not None
        token = base64.b64encode(":".join(self.auth).encode()).decode()
        return request.headers.get("authorization") == f"Basic {token}"

    def _page(self, name: str, request: Request) -> Answer:
        page = self.index.page(name)
        if page is None:
            return Answer(status=404, body=b"not here")
        body, kind = (self._html(page), HTML) if self.as_html else (self._json(page), JSON)
        headers = {"Content-Type": kind}
        if self.etags and (unchanged := self._tagged(body, headers, request)):
            return unchanged
        if self.compressed and "gzip" in request.headers.get("accept-encoding", ""):
            body, headers["Content-Encoding"] = gzip.compress(body), "gzip"
        return Answer(body=body, headers=headers)

    @staticmethod
    def _tagged(body: bytes, headers: dict[str, str], request: Request) -> Answer | None:
        """Put the entity tag of a body into the headers; return the answer for a client that knows it already."""
        headers["ETag"] = f'"{sha256_of(body)[:16]}"'
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Answer(status=304, headers={"ETag": headers["ETag"]})
        return None

    def _address(self, file: IndexFile) -> str:
        return f"/files/{file.sha256 or '0' * 64}/{file.filename}"

    def _metadata_digest(self, file: IndexFile) -> str:
        return sha256_of(self.index.shown_metadata(file.filename))

    def _json(self, page: IndexPage) -> bytes:
        files = []
        for file in page.files:
            entry: dict[str, object] = {
                "filename": file.filename,
                "url": "../.." + self._address(file),
                "hashes": {} if file.sha256 is None else {"sha256": file.sha256},
                "size": file.size,
                "yanked": False if file.yanked is None else file.yanked or True,
            }
            if file.upload_time is not None:
                entry["upload-time"] = file.upload_time.isoformat().replace("+00:00", "Z")
            if file.requires_python is not None:
                entry["requires-python"] = file.requires_python
            if self.core_metadata and file.filename.endswith(".whl"):
                entry["core-metadata"] = {"sha256": self._metadata_digest(file)}
            if page.provenance_offered:
                entry["provenance"] = f"{self._address(file)}.provenance" if file.provenance else None
            files.append(entry)
        version = "1.3" if page.provenance_offered else "1.1"
        return json.dumps({"meta": {"api-version": version}, "name": page.name, "files": files}).encode()

    def _html(self, page: IndexPage) -> bytes:
        version = "1.3" if page.provenance_offered else "1.0"
        lines = [f'<!DOCTYPE html><html><head><meta name="pypi:repository-version" content="{version}"></head><body>']
        for file in page.files:
            fragment = "" if file.sha256 is None else f"#sha256={file.sha256}"
            attributes = {"href": f"../..{self._address(file)}{fragment}"}
            if file.requires_python is not None:
                attributes["data-requires-python"] = file.requires_python
            if file.yanked is not None:
                attributes["data-yanked"] = file.yanked
            if self.core_metadata and file.filename.endswith(".whl"):
                attributes["data-core-metadata"] = f"sha256={self._metadata_digest(file)}"
            if file.provenance and page.provenance_offered:
                attributes["data-provenance"] = f"{self.origin}{self._address(file)}.provenance"
            written = " ".join(f'{key}="{html.escape(value)}"' for key, value in attributes.items())
            lines.append(f"<a {written}>{html.escape(file.filename)}</a><br>")
        return "\n".join([*lines, "</body></html>"]).encode()

    def _file(self, filename: str, request: Request) -> Answer:
        if filename.endswith(".provenance"):
            document = self.index.document(filename.removesuffix(".provenance"))
            if document is None:
                return Answer(status=404, body=b"not here")
            headers = {"Content-Type": PROVENANCE}
            unchanged = self._tagged(document, headers, request) if self.etags else None
            return unchanged or Answer(body=document, headers=headers)
        if filename.endswith(".metadata") and self.core_metadata:
            wheel = filename.removesuffix(".metadata")
            known = self.index.body(wheel) is not None
            return Answer(body=self.index.shown_metadata(wheel)) if known else Answer(status=404)
        body = self.index.body(filename)
        if body is None:
            return Answer(status=404, body=b"not here")
        return self._slice(body, request.headers.get("range"))

    def _slice(self, body: bytes, wanted: str | None) -> Answer:
        match = re.fullmatch(r"bytes=(\d*)-(\d*)", wanted or "")
        if not self.ranges or match is None:
            return Answer(body=body)
        if not match[1] and not self.suffix_ranges:
            return Answer(status=501, body=b"no suffix ranges here")
        total = len(body)
        begin = int(match[1]) if match[1] else max(0, total - int(match[2]))
        end = min(total, int(match[2]) + 1 if match[1] and match[2] else total)
        if begin >= end:
            return Answer(status=416, headers={"Content-Range": f"bytes */{total}"})
        return Answer(206, body[begin:end], {"Content-Range": f"bytes {begin}-{end - 1}/{total}"})


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    index: HttpIndex

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, handler)
        self.stopping = threading.Event()
        self.made = self.peak = self._open = 0
        self._counting = threading.Lock()

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve one connection, and count it while it is open."""
        with self._counting:
            self.made += 1
            self._open += 1
            self.peak = max(self.peak, self._open)
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._counting:
                self._open -= 1

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up are part of the game."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server_version = "HttpIndex"

    def do_GET(self) -> None:
        server = cast("_Server", self.server)
        request = Request(self.path, {key.lower(): value for key, value in self.headers.items()})
        server.index.requests.append(request)
        answer = None
        for part, replace in list(server.index.sabotage.items()):
            if part in request.path:
                answer = replace(request)
                break
        self._send(answer or server.index.respond(request), server.stopping)

    def _send(self, answer: Answer, stopping: threading.Event) -> None:
        headers = {"Content-Length": str(len(answer.body) * answer.repeat_body), **answer.headers}
        head = f"HTTP/1.1 {answer.status} X\r\n" + "".join(f"{key}: {value}\r\n" for key, value in headers.items())
        self._write(head.encode() + b"\r\n", answer.drip_head, stopping)
        for _ in range(answer.repeat_body):
            if stopping.is_set():
                break
            self._write(answer.body, answer.drip, stopping)
        self.close_connection = int(headers["Content-Length"]) != len(answer.body)

    def _write(self, data: bytes, pause: float, stopping: threading.Event) -> None:
        if not pause:
            self.wfile.write(data)
            return
        for position in range(len(data)):
            if stopping.is_set():
                return
            self.wfile.write(data[position : position + 1])
            time.sleep(pause)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Stay silent."""
