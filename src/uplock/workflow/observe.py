"""Observations: what a provenance source said about one file, as it is kept for later runs."""

from __future__ import annotations

from uplock.model.digest import Sha256
from uplock.model.provenance import ProvenanceAbsent, ProvenanceAnswer, ProvenanceFound, ProvenanceUnusable
from uplock.model.results import Invalid, NotAttested, Unchecked, Verification
from uplock.model.value import Value
from uplock.ports import Store

BUILT_HERE = "it was built here, so nobody has attested it"


class Observation(Value, frozen=True, kw_only=True):
    """What a provenance source said about one file: a stored document, nothing, or why it could not be asked."""

    document: Sha256 | None = None
    source: str = ""
    detail: str = ""
    """What a source that has none said, or what is wrong with a document that cannot be taken in."""
    unusable: bool = False
    unchecked: Unchecked | None = None

    def without_document(self) -> Verification:
        """Return the outcome where there is no document to verify."""
        if self.unchecked is not None:
            return self.unchecked
        if self.unusable:
            return Invalid(failure="malformed", detail=self.detail)
        return NotAttested(detail=self.detail)


def observed_of(answer: ProvenanceAnswer, store: Store) -> Observation:
    """Return an answer as an observation; a document's bytes go to ``store``."""
    match answer:
        case ProvenanceFound():
            return Observation(document=store.put(answer.document), source=answer.source)
        case ProvenanceAbsent():
            return Observation(source=answer.source, detail=answer.said)
        case ProvenanceUnusable():
            return Observation(source=answer.source, detail=answer.detail, unusable=True)
        case Unchecked():
            return Observation(unchecked=answer)
