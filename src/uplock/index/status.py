"""Answers that are none: statuses without success, and redirects that nobody may follow."""

from __future__ import annotations

from urllib.parse import urljoin

from uplock.errors import InputError, NetworkError
from uplock.index.address import origin, redact, without_credentials
from uplock.index.body import retry_after
from uplock.index.transport import Answer, TransientError

_TRANSIENT = frozenset({429, 502, 503, 504})
_REMEDIES = {
    401: "Give credentials: UPLOCK_INDEX_USERNAME and UPLOCK_INDEX_PASSWORD, netrc, or a keyring.",
    403: "Check that these credentials may read the index.",
    407: "Give the proxy's credentials in HTTPS_PROXY.",
}


class StatusError(NetworkError):
    """The server answered with a status that is no success."""

    status: int = 0


class BusyError(TransientError, StatusError):
    """The server answered with a status that asks to come again later."""


class LeftError(NetworkError):
    """The server redirects to another origin, where the caller does not want to go."""


def status_error(answer: Answer, message: str = "") -> StatusError:
    """Return the error for an answer without success; ``message`` replaces the one that names its status."""
    message, place = message or f"the server answered with status {answer.status}", redact(answer.url)
    error: StatusError
    if answer.status in _TRANSIENT:
        error = busy = BusyError(message, context=place, remedy="Try again later.")
        busy.retry_after = retry_after(answer.header("Retry-After"))
    else:
        remedy = _REMEDIES.get(answer.status, "Check the index URL, or try again later.")
        error = StatusError(message, context=place, remedy=remedy)
    error.status = answer.status
    return error


def redirected(answer: Answer, *, leave: bool) -> str:
    """Return where an answer sends its client, without credentials.

    Raises :class:`StatusError` if that is no address, and unless it may ``leave`` its origin (RFC 6454)
    :class:`LeftError` if that is another.
    """
    location = answer.header("Location")
    try:
        url = without_credentials(urljoin(answer.url, location))
    except (InputError, ValueError) as error:
        message = f"the server redirected to {redact(location)!r}, which is no http or https address"
        raise status_error(answer, message) from error
    if not leave and origin(url) != origin(answer.url):
        raise LeftError(
            f"the server redirected to another host: {redact(url)}",
            context=redact(answer.url),
            remedy="Let the index name the address where it has the document itself.",
        )
    return url
