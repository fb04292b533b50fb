"""Answers of earlier runs, each kept to ask its index whether it still holds: nothing here is an answer by itself."""

from __future__ import annotations

from uplock.errors import InputError
from uplock.index.http import Response
from uplock.index.validators import Validators
from uplock.model.digest import Sha256, digest_of
from uplock.model.value import Value, decode, encode
from uplock.ports import Store

MAX_KEPT = 32 * 1024 * 1024
"""Larger answers are not kept, in bytes."""


class _Head(Value, frozen=True, kw_only=True):
    """First line of a record; the rest is the body as it came."""

    url: str
    content_type: str
    validators: Validators


class PageCache:
    """Keeps one answer of each kind for each name, index and user in a store, which notices damage."""

    def __init__(self, store: Store, index: str, user: Sha256 | None, kind: str = "index-page") -> None:
        """``index`` is an address without credentials, ``user`` the digest of who asks it, if anybody in particular.

        ``kind`` says what the names are: projects (``index-page``), or addresses of documents (``provenance``).
        """
        self._store = store
        self._index = index
        self._user = user
        self._kind = kind

    def _key(self, name: str) -> Sha256:
        return digest_of({"kind": self._kind, "index": self._index, "user": self._user, "name": name})

    def kept(self, name: str) -> Response | None:
        """Return what was kept under a name; a damaged record, or one of another form, counts as none."""
        record = self._store.result(self._key(name))
        if record is None:
            return None
        line, _, body = record.partition(b"\n")
        try:
            head = decode(line, _Head)
        except InputError:
            return None
        return Response(url=head.url, content_type=head.content_type, body=body, validators=head.validators)

    def keep(self, name: str, answer: Response) -> None:
        """Keep an answer, if its index can be asked about it later, in place of the one before.

        Raises :class:`ArchiveError`.
        """
        if answer.validators.usable and len(answer.body) <= MAX_KEPT:
            head = encode(_Head(url=answer.url, content_type=answer.content_type, validators=answer.validators))
            self._store.keep(self._key(name), head + b"\n" + answer.body)
