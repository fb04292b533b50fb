"""One request and its answer, bounded in time and size: the only door to urllib3.

Nothing here follows redirects, retries or knows whose credentials a header carries; :mod:`uplock.index.http` does.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Self

from uplock.errors import ConfigError, Error, InputError, NetworkError
from uplock.index.address import Origin, origin, redact, without_credentials
from uplock.index.settings import Proxy, ProxySettings
from uplock.model.value import Value

if TYPE_CHECKING:
    import ssl
    from types import TracebackType

    from urllib3 import BaseHTTPResponse, PoolManager
    from urllib3.exceptions import HTTPError

_CHUNK = 1 << 16


class TransientError(NetworkError):
    """Something that may go better a moment later. ``retry_after`` is the server's wish, in seconds."""

    retry_after: float = 0.0


class TimeOutError(NetworkError):
    """The connection stands, and what was asked for does not come in time."""


class SilenceError(TransientError, TimeOutError):
    """Nothing came for too long."""


class Limits(Value, frozen=True, kw_only=True):
    """Bounds of every exchange, in seconds and bytes."""

    connect: float = 10.0
    read: float = 30.0
    """Longest silence."""
    deadline: float = 180.0
    """For a whole answer, redirects included; for a stream, before ``slowest`` counts."""
    slowest: int = 16384
    """Bytes per second that a stream must bring on average."""
    attempts: int = 4
    backoff: float = 0.5
    """Pause after the first failure; it doubles each time, and up to as much again is added by chance."""
    patience: float = 20.0
    """Longest pause, whatever the server wishes."""


class Watch:
    """Cuts the connection when the time is up: a server that drips single bytes never trips a read time-out."""

    def __init__(self, seconds: float) -> None:
        self.expired = False
        self._begin = time.monotonic()
        self._timer = threading.Timer(seconds, self._expire)
        self._timer.daemon = True
        self._connected: object = None

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._timer.cancel()

    def elapsed(self) -> float:
        """Return the seconds since the beginning."""
        return time.monotonic() - self._begin

    def attach(self, connected: object) -> None:
        """Watch the socket of the connection that is used now."""
        self._connected = connected
        if self.expired:
            self._cut()

    def _expire(self) -> None:
        self.expired = True
        self._cut()

    def _cut(self) -> None:
        inner = getattr(self._connected, "socket", self._connected)  # TLS within TLS wraps one
        if isinstance(inner, socket.socket):
            with suppress(OSError):
                socket.socket.shutdown(inner, socket.SHUT_RDWR)


class Answer:
    """Status, headers and a body that is read once; :meth:`close` it."""

    def __init__(self, response: BaseHTTPResponse, url: str, watch: Watch, limits: Limits) -> None:
        self._response = response
        self._watch = watch
        self._limits = limits
        self.url = url
        self.status = response.status

    def header(self, name: str) -> str:
        """Return a header's value, empty if it is not there."""
        return self._response.headers.get(name, "")

    def body(self, limit: int, *, paced: bool = False) -> Iterator[bytes]:
        """Yield the body as it comes, not decoded; ``paced``: no slower than the limits say.

        Raises :class:`InputError` beyond ``limit`` bytes, :class:`TransientError` if the connection is lost.
        """
        from urllib3.exceptions import HTTPError

        received = 0
        while True:
            try:
                chunk = self._response.read1(_CHUNK)
            except HTTPError as error:
                raise _failure(error, self.url, self._watch) from error
            received += len(chunk)
            slack = self._limits.deadline + received / self._limits.slowest
            if self._watch.expired or (paced and self._watch.elapsed() > slack):
                raise _too_slow(self.url)
            if received > limit:
                raise InputError(f"the answer is larger than {limit} bytes", context=redact(self.url))
            if not chunk:
                return
            yield chunk

    def close(self) -> None:
        """Give the connection back, or end it if the body was not read to its end."""
        self._response.close()
        self._response.release_conn()


class Transport:
    """Connections: pooled, through a proxy where one is set, TLS always verified. Safe for concurrent use."""

    def __init__(self, ca_bundle: str | None, proxy: ProxySettings, limits: Limits) -> None:
        self._ca_bundle = ca_bundle
        self._proxies = proxy
        self._limits = limits
        self._guard = threading.Lock()
        self._managers: dict[tuple[str, bool], PoolManager] = {}
        self._current = threading.local()

    def send(self, url: str, headers: Mapping[str, str], watch: Watch) -> Answer:
        """Send one GET request; return the answer, whatever its status.

        Raises :class:`NetworkError` (:class:`TransientError` if it is worth another attempt), :class:`ConfigError`
        if the CA bundle cannot be read.
        """
        from urllib3 import Timeout
        from urllib3.exceptions import HTTPError

        manager = self._manager(url)
        self._current.watch = watch
        try:
            response = manager.urlopen(
                "GET",
                without_credentials(url),
                headers=headers,
                redirect=False,
                retries=False,
                preload_content=False,
                decode_content=False,
                timeout=Timeout(connect=self._limits.connect, read=self._limits.read),
            )
        except HTTPError as error:
            raise _failure(error, url, watch) from error
        return Answer(response, url, watch, self._limits)

    def _manager(self, url: str) -> PoolManager:
        """Return the pool for a URL; authorities take a tenth of a second to read, and are, where TLS is spoken."""
        proxy = self._proxy(url)
        secure = "https" in {origin(url).scheme, origin(proxy.url).scheme if proxy else ""}
        key = (proxy.url if proxy else "", secure)
        with self._guard:
            if key not in self._managers:
                context = _tls_context(self._ca_bundle) if secure else None
                self._managers[key] = _pool_manager(context, proxy, self._attach)
            return self._managers[key]

    def _attach(self, connected: object) -> None:
        watch: Watch = self._current.watch
        watch.attach(connected)

    def _proxy(self, url: str) -> Proxy | None:
        target = origin(url)
        if bypasses(target, self._proxies.bypass):
            return None
        return self._proxies.https if target.scheme == "https" else self._proxies.http


def bypasses(target: Origin, hosts: str) -> bool:
    """Whether ``target`` is in a comma-separated list of hosts and domains, with or without port; ``*`` is all."""
    for entry in hosts.lower().replace(" ", "").split(","):
        name = entry.removesuffix(f":{target.port}").lstrip(".")
        if name and (name in {"*", target.host, f"[{target.host}]"} or target.host.endswith(f".{name}")):
            return True
    return False


def _pool_manager(context: ssl.SSLContext | None, proxy: Proxy | None, attach: Callable[[object], None]) -> PoolManager:
    """Return a pool whose connections tell ``attach`` their socket before they wait for an answer.

    Without a ``context`` it does not speak TLS at all.
    """
    from urllib3 import HTTPConnectionPool, HTTPResponse, HTTPSConnectionPool, PoolManager, ProxyManager
    from urllib3.connection import HTTPConnection, HTTPSConnection

    class Plain(HTTPConnection):
        def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as urllib3 itself narrows it
            attach(self.sock)
            return super().getresponse()

    class Secure(HTTPSConnection):
        def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as urllib3 itself narrows it
            attach(self.sock)
            return super().getresponse()

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    if proxy is None:
        manager = PoolManager(maxsize=8, ssl_context=context)
    else:
        known = {"Proxy-Authorization": proxy.credentials.header()} if proxy.credentials else None
        manager = ProxyManager(
            proxy.url, maxsize=8, proxy_headers=known, proxy_ssl_context=context, ssl_context=context
        )
    manager.pool_classes_by_scheme = (
        {"http": PlainPool} if context is None else {"http": PlainPool, "https": SecurePool}
    )
    return manager


@cache
def _tls_context(bundle: str | None) -> ssl.SSLContext:
    """Return a context that verifies against ``bundle`` (file or directory) or the system's authorities."""
    import os
    import ssl

    folder = bundle if bundle and os.path.isdir(bundle) else None
    try:
        return ssl.create_default_context(cafile=None if folder else bundle, capath=folder)
    except OSError as error:  # ssl.SSLError is one
        remedy = "Correct SSL_CERT_FILE, or whichever setting names it."
        raise ConfigError("cannot be read as certificate authorities", context=bundle or "", remedy=remedy) from error


def _failure(error: HTTPError, url: str, watch: Watch) -> Error:
    """Return our error for urllib3's."""
    from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ProxyError, ReadTimeoutError, SSLError

    place = redact(url)
    if watch.expired:
        return _too_slow(url)
    match error:
        case SSLError() if not _is_cut(error):
            remedy = "If a private authority signs this server, name its certificates in SSL_CERT_FILE."
            return NetworkError(f"TLS failed: {_words(error)}", context=place, remedy=remedy)
        case ProxyError():
            remedy = "Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY."
            return TransientError("the proxy could not be reached", context=place, remedy=remedy)
        case NewConnectionError() | ConnectTimeoutError():
            return TransientError("no connection", context=place, remedy="Check the network and the index URL.")
        case ReadTimeoutError():
            return SilenceError("no answer in time", context=place, remedy="Try again later.")
        case _:
            return TransientError("the connection was lost", context=place, remedy="Try again later.")


def _is_cut(error: BaseException) -> bool:
    """Whether the peer went away in the middle: no judgement about its identity, so asking again is safe."""
    import ssl

    return isinstance(error.args[0] if error.args else error, ssl.SSLEOFError | ssl.SSLZeroReturnError)


def _words(error: BaseException) -> str:
    """Return the TLS library's reason on one line, without objects' addresses."""
    cause = error.args[0] if error.args else error
    reason = getattr(cause, "verify_message", "") or getattr(cause, "reason", "") or "the connection is not secure"
    return " ".join(str(reason).split())[:200]


def _too_slow(url: str) -> TimeOutError:
    return TimeOutError("the answer took too long", context=redact(url), remedy="Try again later.")
