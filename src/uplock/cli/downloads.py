"""Files of a public server, with the machine's authorities and proxies and without anybody's credentials."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

_NONE_HERE = frozenset({403, 404})


def downloads(
    url: str, environ: Mapping[str, str], home: Path, folder: Path, *, backoff: float = 0.5
) -> Callable[[str, int], bytes | None]:
    """Return what gets a file below ``url``: its bytes, at most so many, or ``None`` where the server has none.

    Certificate authorities and proxies are found as for an index; ``folder`` is where configuration files are looked
    for, and ``backoff`` is the first pause after a failure, in seconds. Credentials of an index are never sent there.
    The function raises :class:`NetworkError`, and :class:`InputError` for a file over the limit.
    """
    from uplock.index.client_config import usual_places
    from uplock.index.http import Http
    from uplock.index.settings import settings_of
    from uplock.index.status import StatusError
    from uplock.index.transport import Limits
    from uplock.model.value import changed

    settings = settings_of(usual_places(home, folder), flag=url, configured=None, environ=environ)
    http = Http(
        changed(settings, credentials=None, search_path=None), Limits(attempts=3, deadline=60.0, backoff=backoff)
    )

    def get(address: str, limit: int) -> bytes | None:
        try:
            return http.get(address, accept="*/*", limit=limit).body
        except StatusError as error:
            if error.status in _NONE_HERE:
                return None
            raise

    return get
