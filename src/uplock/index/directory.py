"""Provenance from a directory: ``FILE.provenance`` or ``FILE.publish.attestation`` beside one another, offline."""

from __future__ import annotations

import os
from pathlib import Path

from uplock.errors import InputError, UsageError
from uplock.files import read_bytes
from uplock.model.digest import Sha256, digest_of, sha256_of
from uplock.ports import ProvenanceAbsent, ProvenanceAnswer, ProvenanceFound

MAX_DOCUMENT = 8 * 1024 * 1024
"""Largest document, in bytes."""

MAX_DOCUMENTS = 100_000
"""A directory with more documents is refused."""

_SUFFIXES = (".provenance", ".publish.attestation")


class ProvenanceDirectory:
    """Implements the ``ProvenanceSource`` port. Nothing outside the directory is read, not through links either."""

    def __init__(self, path: Path) -> None:
        """Raises :class:`UsageError` if there is no such directory."""
        if not os.path.isdir(path):
            raise UsageError("is not a directory", context=str(path), remedy="Name a directory of provenance files.")
        self._path = path
        self._root = path.resolve()

    def provenance(self, filename: str, name: str) -> ProvenanceAnswer:  # noqa: ARG002 - the port's signature
        """Return the document of a file: its provenance, else its publish attestation.

        Raises :class:`InputError` if it cannot be read, is too large, or lies outside the directory.
        """
        for suffix in _SUFFIXES:
            if (document := self._read(filename + suffix)) is not None:
                return ProvenanceFound(document=document, source=filename + suffix)
        return ProvenanceAbsent(source=f"{self._path.name}/{filename}{_SUFFIXES[0]}")

    def digest(self) -> Sha256:
        """Return the digest over the names and contents of all documents.

        Raises :class:`InputError` as :meth:`provenance` does.
        """
        try:
            names = sorted(name for name in os.listdir(self._root) if name.endswith(_SUFFIXES))
        except OSError as error:
            raise InputError("cannot be listed", context=str(self._path), remedy="Make it readable.") from error
        if len(names) > MAX_DOCUMENTS:
            raise InputError(f"more than {MAX_DOCUMENTS} documents", context=str(self._path), remedy="Split it.")
        documents = ((name, self._read(name)) for name in names)
        return digest_of([(name, sha256_of(document)) for name, document in documents if document is not None])

    def _read(self, name: str) -> bytes | None:
        """Return a document's bytes, ``None`` if there is no such regular file."""
        if os.path.basename(name) != name or "\0" in name:
            raise InputError(f"{name[:80]!r} is not a plain file name")
        path = self._root / name
        if not os.path.isfile(path):
            return None
        if not path.resolve().is_relative_to(self._root):
            raise InputError("leads out of the directory", context=str(path), remedy="Replace the link by a copy.")
        return read_bytes(path, MAX_DOCUMENT)
