"""Provenance from a directory: ``FILE.provenance`` or ``FILE.publish.attestation`` beside one another, offline."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from uplock.errors import InputError, UsageError
from uplock.files import read_bytes, reason
from uplock.model.provenance import (
    PROVENANCE_SUFFIXES,
    ProvenanceAbsent,
    ProvenanceAnswer,
    ProvenanceFound,
    ProvenanceUnusable,
)

MAX_DOCUMENT = 8 * 1024 * 1024
"""Largest document, in bytes."""

_NO_SUCH_NAME = frozenset({errno.ENOENT, errno.ENAMETOOLONG})
"""What the system says of names that no file has, or can have."""


class ProvenanceDirectory:
    """Implements the ``ProvenanceSource`` port. Nothing outside the directory is read, not through links either."""

    def __init__(self, path: Path) -> None:
        """Raises :class:`UsageError` if there is no such directory."""
        if not os.path.isdir(path):
            raise UsageError("is not a directory", context=str(path), remedy="Name a directory of provenance files.")
        self._root = path.resolve()

    def provenance(self, filename: str, name: str) -> ProvenanceAnswer:  # noqa: ARG002 - the port's signature
        """Return the document of a file: its provenance, else its publish attestation.

        Raises :class:`InputError` if something of that name is there and cannot be read, or lies outside the directory:
        that is no absence.
        """
        for suffix in PROVENANCE_SUFFIXES:
            path = self._find(filename + suffix)
            if path is None:
                continue
            if path.stat().st_size > MAX_DOCUMENT:
                return ProvenanceUnusable(source=path.name, detail=f"the document is larger than {MAX_DOCUMENT} bytes")
            return ProvenanceFound(document=read_bytes(path, MAX_DOCUMENT), source=path.name)
        return ProvenanceAbsent(source="the provenance directory")

    def _find(self, name: str) -> Path | None:
        """Return where a document is, ``None`` if nothing has that name."""
        if os.path.basename(name) != name or "\0" in name:
            raise InputError(f"{name[:80]!r} is not a plain file name")
        path = self._root / name
        try:
            mode = os.stat(path).st_mode
        except OSError as error:
            if error.errno in _NO_SUCH_NAME and not os.path.islink(path):
                return None
            raise InputError(reason(error), context=str(path), remedy="Check the file and its folder.") from error
        if not stat.S_ISREG(mode):
            raise InputError("not a regular file", context=str(path), remedy="Put the document itself there.")
        if not path.resolve().is_relative_to(self._root):
            raise InputError("leads out of the directory", context=str(path), remedy="Replace the link by a copy.")
        return path
