"""Provenance from a directory: ``FILE.provenance`` or ``FILE.publish.attestation`` beside one another, offline."""

from __future__ import annotations

import os
from pathlib import Path

from uplock.errors import InputError, UsageError
from uplock.files import read_bytes
from uplock.ports import PROVENANCE_SUFFIXES, ProvenanceAbsent, ProvenanceAnswer, ProvenanceFound

MAX_DOCUMENT = 8 * 1024 * 1024
"""Largest document, in bytes."""


class ProvenanceDirectory:
    """Implements the ``ProvenanceSource`` port. Nothing outside the directory is read, not through links either."""

    def __init__(self, path: Path) -> None:
        """Raises :class:`UsageError` if there is no such directory."""
        if not os.path.isdir(path):
            raise UsageError("is not a directory", context=str(path), remedy="Name a directory of provenance files.")
        self._root = path.resolve()

    def provenance(self, filename: str, name: str) -> ProvenanceAnswer:  # noqa: ARG002 - the port's signature
        """Return the document of a file: its provenance, else its publish attestation.

        Raises :class:`InputError` if it cannot be read, is too large, or lies outside the directory.
        """
        for suffix in PROVENANCE_SUFFIXES:
            if (document := self._read(filename + suffix)) is not None:
                return ProvenanceFound(document=document, source=filename + suffix)
        return ProvenanceAbsent(source="the provenance directory")

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
