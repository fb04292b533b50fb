"""HTTP as an index client needs it: redirects, credentials, retries and ranges, all of them bounded.

Credentials go to the index's own origin and to no other. Retried are lost connections and the statuses that ask for
it; TLS failures never are, and nothing continues without TLS that began with it.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import BinaryIO, TypeVar

from uplock.errors import InputError, NetworkError
from uplock.index.address import origin, redact, without_credentials
from uplock.index.body import content_range, decoded, skipping, unsatisfied_total
from uplock.index.credentials import ask_keyring
from uplock.index.ranges import Part, PartStream, open_parts, open_ranges
from uplock.index.settings import IndexSettings
from uplock.index.silence import Silence
from uplock.index.status import StatusError, redirected, status_error
from uplock.index.transport import Answer, Limits, TimeOutError, TransientError, Transport, Watch
from uplock.index.validators import Validators, conditions, is_conditional, validators_of
from uplock.model.digest import Sha256, sha256_of
from uplock.model.value import Value

MAX_REDIRECTS = 5
MAX_WHOLE = 1 << 30
"""A file of unknown size whose parts cannot be had is read whole up to this many bytes."""

_OK, _PARTIAL, _UNCHANGED, _UNAUTHORIZED, _UNSATISFIED = 200, 206, 304, 401, 416
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_NO_RANGES = frozenset({400, 405, _UNSATISFIED, 501})

T = TypeVar("T")


class OffsetError(InputError):
    """The file is shorter than the position that reading was to go on from."""


class Response(Value, frozen=True, kw_only=True):
    """A complete, decoded answer. ``url`` is where it came from after redirects, without credentials."""

    url: str
    content_type: str
    body: bytes
    validators: Validators = Validators()
    """By what the server can be asked later whether this still holds."""


class Http:
    """Asks one index and the hosts that it refers to. Safe for concurrent use."""

    def __init__(
        self, settings: IndexSettings, limits: Limits | None = None, sleep: Callable[[float], object] = time.sleep
    ) -> None:
        self._settings = settings
        self._limits = limits or Limits()
        self._sleep = sleep
        self._transport = Transport(settings.ca_bundle, settings.proxy, self._limits)
        self._own = origin(settings.url)
        self._credentials = settings.credentials
        self._asked_keyring = False
        self._guard = threading.Lock()
        self._silence = Silence()

    @property
    def user(self) -> Sha256 | None:
        """Digest of the user who asks, if one does: answers for one are kept from another."""
        known = self._settings.credentials
        return None if known is None else sha256_of(known.user.reveal().encode())

    def get(self, url: str, *, accept: str, limit: int, known: Response | None = None, leave: bool = True) -> Response:
        """Return a whole answer of at most ``limit`` bytes, decoded.

        With an answer that is ``known`` from before, the server is asked whether it still holds, and if so (status
        304, RFC 9110) that very object is returned. Unless it may ``leave`` the origin of ``url``, redirects to others
        are refused. Raises :class:`StatusError`, :class:`~uplock.index.status.LeftError`, :class:`TimeOutError`, other
        :class:`NetworkError`, and :class:`InputError` if it is over the limit or badly compressed.
        """
        headers = {
            "Accept": accept,
            "Accept-Encoding": "gzip",
            **conditions(known.validators if known else Validators()),
        }

        def attempt() -> Response | None:
            with self._open(url, headers, self._limits.deadline, leave=leave) as answer:
                return _whole(answer, limit, known)

        return self._retrying(url, attempt) or self.get(url, accept=accept, limit=limit, leave=leave)

    def stream(self, url: str, *, offset: int = 0, limit: int, resume: bool = True) -> Iterator[bytes]:
        """Yield the bytes of a file from ``offset`` on, at most up to position ``limit``; resumes lost connections.

        Without ``resume`` a connection that is lost after the first bytes is an error: where no digest is known,
        nothing else would tell that the file was replaced in between.

        Raises :class:`OffsetError` if the file is shorter than ``offset``, :class:`InputError` if it is longer than
        ``limit``, and :class:`NetworkError`.
        """
        position, failures = offset, 0
        while True:
            try:
                for chunk in self._stream_once(url, position, limit):
                    position += len(chunk)
                    yield chunk
            except TransientError as error:
                if position > offset and not resume:
                    raise
                failures += 1
                self._pause(failures, error)
            else:
                return

    def range_stream(self, url: str, size: int | None) -> BinaryIO:
        """Open a file for random access by byte ranges, its tail first; read it whole where ranges are refused.

        Raises (also while reading) :class:`NetworkError` and :class:`InputError`.
        """
        return open_parts(
            lambda begin, end: self._part(url, begin, end), lambda: self.stream(url, limit=size or MAX_WHOLE), size
        )

    def ranges(self, url: str, size: int | None, limit: int) -> PartStream:
        """As :meth:`range_stream`, but at most ``limit`` bytes, and an error where ranges are refused."""
        return open_ranges(lambda begin, end: self._part(url, begin, end), size, limit)

    # --- attempts -----------------------------------------------------------------------------------------------------

    def _retrying(self, url: str, attempt: Callable[[], T]) -> T:
        """Return what an attempt gives, the first or a further one; a host that is silent too often is not asked."""
        host = origin(url)
        self._silence.heed(host)
        try:
            found = self._attempted(attempt)
        except StatusError:
            self._silence.answered(host)
            raise
        except (TransientError, TimeOutError) as error:
            self._silence.unanswered(host, error)
            raise
        self._silence.answered(host)
        return found

    def _attempted(self, attempt: Callable[[], T]) -> T:
        failures = 0
        while True:
            try:
                return attempt()
            except TransientError as error:
                failures += 1
                self._pause(failures, error)

    def _pause(self, failures: int, error: TransientError) -> None:
        """Wait before the next attempt, or raise ``error`` if there is none."""
        if failures >= self._limits.attempts:
            raise error
        pause = self._limits.backoff * 2 ** (failures - 1)
        pause += random.uniform(0, pause)  # noqa: S311 - spreads clients, protects nothing
        self._sleep(min(max(pause, error.retry_after), self._limits.patience))

    def _stream_once(self, url: str, position: int, limit: int) -> Iterator[bytes]:
        headers = {"Accept-Encoding": "identity"}
        if position:
            headers["Range"] = f"bytes={position}-"
        seconds = self._limits.deadline + limit / self._limits.slowest
        with self._open(url, headers, seconds) as answer:
            if answer.status == _UNSATISFIED:
                if unsatisfied_total(answer.header("Content-Range")) != position:
                    raise OffsetError(f"the file is shorter than {position} bytes")
                return
            begin = content_range(answer.header("Content-Range"))[0] if answer.status == _PARTIAL else 0
            if begin > position:
                raise InputError("the server sent another range than was asked for")
            yield from skipping(answer.body(limit - begin, paced=True), position - begin)

    def _part(self, url: str, begin: int | None, end: int) -> Part | None:
        """Ask for one range; ``None`` if the server does not do them."""
        wanted, length = (f"-{end}", end) if begin is None else (f"{begin}-{end - 1}", end - begin)
        headers = {"Accept-Encoding": "identity", "Range": f"bytes={wanted}"}

        def attempt() -> Part | None:
            with self._open(url, headers, self._limits.deadline) as answer:
                if answer.status != _PARTIAL:
                    return None
                first, total = content_range(answer.header("Content-Range"))
                body = b"".join(answer.body(length))
                validator = answer.header("ETag") or answer.header("Last-Modified")
                return Part(begin=first, body=body, total=total, validator=validator)

        try:
            return self._retrying(url, attempt)
        except StatusError as error:
            if error.status in _NO_RANGES:
                return None
            raise

    # --- one exchange -------------------------------------------------------------------------------------------------

    @contextmanager
    def _open(self, url: str, headers: Mapping[str, str], seconds: float, *, leave: bool = True) -> Iterator[Answer]:
        """Ask, following redirects; everything together, reading the body included, within ``seconds``."""
        with Watch(seconds) as watch:
            answer = self._follow(url, headers, watch, leave=leave)
            try:
                yield answer
            except InputError as error:
                if not error.context:
                    error.prefix(redact(answer.url))
                raise
            finally:
                answer.close()

    def _follow(self, url: str, headers: Mapping[str, str], watch: Watch, *, leave: bool) -> Answer:
        accepted = {_OK} | ({_PARTIAL, _UNSATISFIED} if "Range" in headers else set())
        accepted |= {_UNCHANGED} if is_conditional(headers) else set()
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._transport.send(url, self._headers(url, headers), watch)
            if answer.status in accepted:
                return answer
            answer.close()
            if answer.status in _REDIRECTS and answer.header("Location"):
                url = redirected(answer, leave=leave)
            elif answer.status != _UNAUTHORIZED or not self._learn_credentials(url):
                raise status_error(answer)
        raise status_error(answer, f"the server sent more than {MAX_REDIRECTS} redirects")

    def _headers(self, url: str, headers: Mapping[str, str]) -> dict[str, str]:
        """Return what is sent to ``url``. Raises :class:`NetworkError` if that would leave TLS behind."""
        target = origin(url)
        if self._own.scheme == "https" and target.scheme != "https":
            remedy = "Let the index refer to https addresses only."
            raise NetworkError("refused to go on without TLS", context=redact(url), remedy=remedy)
        sent = {"User-Agent": "uplock", **headers}
        if target == self._own and self._credentials is not None:
            sent["Authorization"] = self._credentials.header()
        return sent

    def _learn_credentials(self, url: str) -> bool:
        """Ask the keyring, once, when the index itself wants to know who asks."""
        with self._guard:
            if origin(url) != self._own or self._asked_keyring:
                return False
            self._asked_keyring = True
            found = ask_keyring(self._settings.url, self._credentials, self._settings.search_path)
            self._credentials = found or self._credentials
            return found is not None


def _whole(answer: Answer, limit: int, known: Response | None) -> Response | None:
    """Return what was answered, or ``known`` if that still holds; ``None`` if that was said by another address."""
    url = without_credentials(answer.url)
    if answer.status == _UNCHANGED:
        b"".join(answer.body(0))  # there is none, and a connection is used again only after its end was read
        return known if known is not None and known.url == url else None
    return Response(
        url=url,
        content_type=answer.header("Content-Type"),
        body=decoded(answer.body(limit), answer.header("Content-Encoding"), limit),
        validators=validators_of(answer.header),
    )
