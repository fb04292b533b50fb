"""Provenance documents over HTTP (PEP 740): each way of not getting one has its own answer.

Only what the index itself says counts as "there is none": a page that names no document, or status 404 or 410 at the
address that it names. Whoever else is asked could only say so in its name, so redirects to other hosts are not
followed; and nothing that went wrong on the way is an absence.
"""

from __future__ import annotations

from uplock.errors import InputError, NetworkError
from uplock.index.address import redact
from uplock.index.http import Http
from uplock.index.page_cache import PageCache
from uplock.index.status import LeftError, StatusError
from uplock.index.transport import TimeOutError
from uplock.model.provenance import ProvenanceAbsent, ProvenanceAnswer, ProvenanceFound, ProvenanceUnusable
from uplock.model.results import Unchecked, UncheckedReason

MAX_PROVENANCE = 8 * 1024 * 1024
"""Largest provenance document, in bytes."""

GONE = frozenset({404, 410})
"""Statuses that say there is nothing."""

_REFUSED = frozenset({401, 403})
_TYPES = "application/vnd.pypi.integrity.v1+json, application/json;q=0.5, */*;q=0.1"


def ask(http: Http, url: str, kept: PageCache | None) -> ProvenanceAnswer:
    """Ask for the document that an index names; what is ``kept`` from before only if the server says that it holds."""
    known = None if kept is None else kept.kept(url)
    try:
        response = http.get(url, accept=_TYPES, limit=MAX_PROVENANCE, known=known, leave=False)
    except StatusError as error:
        if error.status in GONE:
            return ProvenanceAbsent(
                source="the index", detail="the index lists a provenance of this file and does not have it"
            )
        return unasked(error)
    except NetworkError as error:
        return unasked(error)
    except InputError as error:
        return ProvenanceUnusable(source=redact(url), detail=error.message)
    if kept is not None and response is not known:
        kept.keep(url, response)
    return ProvenanceFound(document=response.body, source=redact(url))


def unasked(error: NetworkError | InputError) -> Unchecked:
    """Return the answer where the index could not be asked, by what went wrong."""
    return Unchecked(reason=_reason(error), detail=f"the index could not be asked: {error.message}")


def _reason(error: NetworkError | InputError) -> UncheckedReason:
    match error:
        case StatusError(status=status):
            return "refused" if status in _REFUSED else "server-error"
        case TimeOutError():
            return "timed-out"
        case LeftError():
            return "redirected"
        case InputError():  # a page that is none
            return "server-error"
        case _:
            return "unreachable"
