"""Why an attestation does not hold: one class of a closed set, and a sentence for people."""

from __future__ import annotations

from uplock.model.results import FailureClass

_LONGEST = 120


class AttestationError(Exception):
    """An attestation does not hold. Never leaves this package: the verifier turns it into a result."""

    def __init__(self, failure: FailureClass, detail: str) -> None:
        super().__init__(detail)
        self.failure = failure
        self.detail = detail


def shown(text: str) -> str:
    """Return foreign text fit for a sentence: quoted, printable, at most 120 characters."""
    cut = text[:_LONGEST]
    clean = "".join(character if character.isprintable() else "�" for character in cut)
    return f'"{clean}…"' if len(text) > _LONGEST else f'"{clean}"'
