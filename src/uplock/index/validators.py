"""Validators: by what a server can be asked whether an answer still holds (RFC 9110, sections 8.8 and 13). Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta

from uplock.model.value import Value

_ETAG = re.compile(r"(?:W/)?\"[\x21\x23-\x7e]{1,250}\"\Z")
_DATE = re.compile(r"[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT\Z")
_IF_NONE_MATCH, _IF_MODIFIED_SINCE = "If-None-Match", "If-Modified-Since"


class Validators(Value, frozen=True, kw_only=True):
    """An entity tag and a date, each empty if there is none that can be relied on."""

    etag: str = ""
    modified: str = ""

    @property
    def usable(self) -> bool:
        """Whether there is one at all."""
        return bool(self.etag or self.modified)


def validators_of(header: Callable[[str], str]) -> Validators:
    """Return the validators in the head of an answer; what is malformed, huge or not to be stored counts as none.

    A date is relied on only if the answer was made a second or more later: within the same second the file may have
    changed again, and a later answer would not tell (section 8.8.2.2).
    """
    if "no-store" in header("Cache-Control").lower():
        return Validators()
    etag, modified = header("ETag"), header("Last-Modified")
    return Validators(
        etag=etag if _ETAG.match(etag) else "", modified=modified if _settled(modified, header("Date")) else ""
    )


def _settled(modified: str, sent: str) -> bool:
    from email.utils import parsedate_to_datetime

    if not _DATE.match(modified) or not _DATE.match(sent):
        return False
    try:
        return parsedate_to_datetime(sent) - parsedate_to_datetime(modified) >= timedelta(seconds=1)
    except ValueError:
        return False


def conditions(validators: Validators) -> dict[str, str]:
    """Return the request headers that ask whether an answer with these validators still holds."""
    pairs = ((_IF_NONE_MATCH, validators.etag), (_IF_MODIFIED_SINCE, validators.modified))
    return {name: value for name, value in pairs if value}


def is_conditional(headers: Mapping[str, str]) -> bool:
    """Whether a request asks so."""
    return _IF_NONE_MATCH in headers or _IF_MODIFIED_SINCE in headers
