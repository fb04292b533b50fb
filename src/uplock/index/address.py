"""Addresses: what may be asked, to whom credentials belong, and what may be shown.

The characters of RFC 3986 only, so that two parsers cannot read two hosts in one URL.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

from uplock.errors import InputError

MAX_URL = 8192
"""Longer addresses are refused, in characters."""

_ALLOWED = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+\Z")
_USER_INFO = re.compile(r"//[^/?#]*@")
_PORTS = {"http": 80, "https": 443}


class Origin(NamedTuple):
    """Scheme, host and port (RFC 6454): the unit that credentials are given to."""

    scheme: str
    host: str
    port: int


def parse(url: str) -> SplitResult:
    """Split an absolute http or https URL. Raises :class:`InputError` for everything else."""
    if len(url) > MAX_URL or not _ALLOWED.match(url):
        raise InputError(f"not a usable URL: {redact(url)!r}")
    try:
        parts = urlsplit(url)
        usable = parts.scheme in _PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError as error:
        raise InputError(f"not a usable URL: {redact(url)!r}") from error
    if not usable or "@" in parts.netloc.partition("@")[2]:
        raise InputError(f"not an http or https URL: {redact(url)!r}")
    return parts


def origin(url: str) -> Origin:
    """Return the origin of an http or https URL. Raises :class:`InputError`."""
    parts = parse(url)
    return Origin(parts.scheme, (parts.hostname or "").lower(), parts.port or _PORTS[parts.scheme])


def without_credentials(url: str) -> str:
    """Return the URL without user-info. Raises :class:`InputError` if it is not an http or https URL."""
    parts = parse(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def user_info(url: str) -> tuple[str | None, str | None]:
    """Return user and password of a URL, percent-decoded. Raises :class:`InputError`."""
    parts = parse(url)
    user = unquote(parts.username) if parts.username else None
    return user, unquote(parts.password) if parts.password is not None else None


def redact(url: str) -> str:
    """Return ``url`` as it may be shown: no user-info, no query (signed addresses), no control characters.

    Takes any text and never raises.
    """
    shown = _USER_INFO.sub("//", url.partition("?")[0].partition("#")[0])
    return "".join(char if char.isprintable() else "?" for char in shown[:500])
