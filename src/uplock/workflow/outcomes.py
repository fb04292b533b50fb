"""The four outcomes of an artifact's attestations: which one it is, why, and how many there are of each. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Literal

from uplock.model.provenance import ProvenanceAbsent, ProvenanceUnusable
from uplock.model.results import Invalid, NotAttested, Unchecked, Verification, Verified
from uplock.model.verify_outcome import AttestationCounts

Outcome = Literal["verified", "not-attested", "invalid", "unchecked"]


def outcome_of(verification: Verification) -> Outcome:
    """Return which outcome a verification is."""
    match verification:
        case Verified():
            return "verified"
        case NotAttested():
            return "not-attested"
        case Invalid():
            return "invalid"
        case Unchecked():
            return "unchecked"


def detail_of(verification: Verification) -> str | None:
    """Return in words why an artifact is not verified, ``None`` if it is."""
    match verification:
        case Verified():
            return None
        case NotAttested(detail=detail) | Invalid(detail=detail) | Unchecked(detail=detail):
            return detail


def reason_of(verification: Verification) -> str | None:
    """Return the same with the class of the failure, or of the reason for not asking, in front."""
    match verification:
        case Invalid(failure=name, detail=detail) | Unchecked(reason=name, detail=detail):
            return f"{name}: {detail}"
        case _:
            return detail_of(verification)


_WORST_FIRST: tuple[Outcome, ...] = ("invalid", "not-attested", "unchecked", "verified")


def worst(verification: Verification, *others: Verification) -> Verification:
    """Return the worst of what is known of one file, the first of those that are equally bad.

    The same bytes may be locked under several file names, and whoever signed has said so of one of them.
    """
    return min((verification, *others), key=lambda each: _WORST_FIRST.index(outcome_of(each)))


def may_stand(verification: Verification) -> bool:
    """Whether an outcome may be shown again without asking again: not one of a failure to ask, or to take an answer in.

    As :func:`~uplock.ports.is_settled` says it of answers.
    """
    match verification:
        case Unchecked(reason=reason):
            return reason in {"not-offered", "not-asked"}
        case Invalid(document=document):
            return document is not None
        case _:
            return True


def count(verifications: Iterable[Verification]) -> AttestationCounts:
    """Count verifications by outcome."""
    numbers = Counter(map(outcome_of, verifications))
    return AttestationCounts(
        verified=numbers["verified"],
        not_attested=numbers["not-attested"],
        invalid=numbers["invalid"],
        unchecked=numbers["unchecked"],
    )


def without_document(answer: ProvenanceAbsent | ProvenanceUnusable | Unchecked) -> Verification:
    """Return what it means for an artifact that its source handed out no document."""
    match answer:
        case ProvenanceAbsent():
            return NotAttested(detail=answer.said)
        case ProvenanceUnusable(detail=detail):
            return Invalid(failure="malformed", detail=detail)
        case Unchecked():
            return answer
