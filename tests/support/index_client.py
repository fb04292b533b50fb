"""Clients of an index at any address, with short limits and recorded pauses."""

from __future__ import annotations

from collections.abc import Callable

from uplock.index.credentials import Credentials, Secret
from uplock.index.http import Http
from uplock.index.remote import RemoteIndex
from uplock.index.settings import IndexSettings, ProxySettings
from uplock.index.transport import Limits
from uplock.ports import Store

QUICK = Limits(connect=2.0, read=2.0, deadline=5.0, attempts=3, backoff=0.25, patience=8.0)


def settings_for(
    url: str,
    *,
    user: str | None = None,
    password: str | None = None,
    ca_bundle: str | None = None,
    proxy: ProxySettings | None = None,
    search_path: str | None = None,
) -> IndexSettings:
    """Return settings that name ``url`` and nothing of this machine."""
    known = None
    if user is not None:
        known = Credentials(user=Secret(user), password=None if password is None else Secret(password))
    return IndexSettings(
        url=url,
        source="a test",
        credentials=known,
        ca_bundle=ca_bundle,
        proxy=proxy or ProxySettings(),
        search_path=search_path,
    )


def http_for(
    settings: IndexSettings | str, limits: Limits = QUICK, sleep: Callable[[float], object] | None = None
) -> Http:
    """Return a client that does not really pause."""
    known = settings_for(settings) if isinstance(settings, str) else settings
    return Http(known, limits, sleep or (lambda _: None))


def remote(url: str, cache: Store | None = None) -> RemoteIndex:
    """Return the ``Index`` adapter for ``url``."""
    return RemoteIndex(http_for(url), url, cache)
