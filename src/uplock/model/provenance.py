"""What a source answers that is asked for the provenance of a file (PEP 740)."""

from __future__ import annotations

from uplock.model.results import Unchecked
from uplock.model.value import Value


class ProvenanceFound(Value, frozen=True, kw_only=True):
    """A provenance document, unread. ``source`` names the file or URL, without credentials."""

    document: bytes
    source: str


class ProvenanceAbsent(Value, frozen=True, kw_only=True):
    """The source was asked and has none. ``source`` is a noun without an address: it becomes part of results."""

    source: str
    detail: str = ""
    """What it said, in a sentence, if that is more than that it has none."""

    @property
    def said(self) -> str:
        """What the source said, in a sentence."""
        return self.detail or f"{self.source} has no provenance of this file"


class ProvenanceUnusable(Value, frozen=True, kw_only=True):
    """The source has something that cannot be taken in whole, so it is no provenance document: invalid, as malformed.

    Not :class:`~uplock.model.results.Unchecked`: whoever can make a document bad could then make it huge as well, and
    a document that is a byte over one bound would be judged otherwise than one a byte over the reader's.
    """

    source: str
    """File name or URL, without credentials."""
    detail: str


ProvenanceAnswer = ProvenanceFound | ProvenanceAbsent | ProvenanceUnusable | Unchecked


def is_settled(answer: ProvenanceAnswer) -> bool:
    """Whether an answer may stand for later runs: documents, their absence, and that a source offers none at all.

    A failure to ask is never kept, or one bad moment would make a file "not attested" for ever; nor is what could not
    be taken in, of which there are no bytes to keep.
    """
    match answer:
        case ProvenanceFound() | ProvenanceAbsent():
            return True
        case ProvenanceUnusable():
            return False
        case Unchecked(reason=reason):
            return reason == "not-offered"


PROVENANCE_SUFFIXES = (".provenance", ".publish.attestation")
"""What is appended to an artifact's name for its document in a directory; the first that is there is taken."""
