"""Provenance as the archive has it: the very documents that a generation rests on, without any network."""

from __future__ import annotations

from collections.abc import Iterable

from uplock.errors import ArchiveError
from uplock.model.digest import Sha256
from uplock.model.provenance import ProvenanceAbsent, ProvenanceAnswer, ProvenanceFound, ProvenanceUnusable
from uplock.model.results import ArtifactResults, Invalid, NotAttested, Unchecked, Verified
from uplock.ports import Store


class RecordedProvenance:
    """Implements the ``ProvenanceSource`` port over the results of one generation.

    A document is handed out by its digest and re-hashed, so it is the one that was verified then. Where there is none
    it says again what was recorded: that the source had none, or why it could not be asked.
    """

    def __init__(self, store: Store, results: Iterable[ArtifactResults]) -> None:
        """``results`` are those of the generation; ``store`` has the documents that they name."""
        self._store = store
        self._results = {each.filename: each for each in results}

    def provenance(self, filename: str, name: str) -> ProvenanceAnswer:  # noqa: ARG002 - the port's signature
        """Return the document that was recorded for a file.

        Raises :class:`IntegrityError` if its bytes were changed.
        """
        known = self._results.get(filename)
        if known is None:
            return Unchecked(reason="not-asked", detail="the generation does not know this file")
        match known.verification:
            case Invalid(document=digest) | NotAttested(document=digest) if digest:
                return self._document(digest)
            case NotAttested(detail=detail):
                return ProvenanceAbsent(source="the archive", detail=f"{detail}, as recorded")
            case Unchecked(reason=reason, detail=detail):
                return Unchecked(reason=reason, detail=f"{detail}, as recorded")
            case Invalid(detail=detail):
                return ProvenanceUnusable(source="archive", detail=f"{detail}, as recorded")
            case Verified(document=digest):
                return self._document(digest)

    def _document(self, digest: Sha256) -> ProvenanceAnswer:
        try:
            return ProvenanceFound(document=self._store.read(digest), source=f"archive sha256:{digest}")
        except ArchiveError as error:
            return Unchecked(reason="unreachable", detail=f"the archive lacks the document: {error.message}")
