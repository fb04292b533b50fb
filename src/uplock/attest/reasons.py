"""Why sigstore refused, told by the step that it reached and by checks of our own; and what it leaves unchecked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from uplock.attest.certificate import rejections, valid_at
from uplock.attest.refusal import AttestationError

if TYPE_CHECKING:
    from cryptography.x509 import Certificate


def refusals() -> tuple[type[Exception], ...]:
    """Return all that sigstore and what it calls raise for content that is not as they hope."""
    from sigstore.errors import Error

    return (Error, ArithmeticError, AttributeError, LookupError, TypeError, *rejections())


def timeless() -> AttestationError:
    """Return the refusal of what has no trusted time."""
    return AttestationError("no-trusted-time", "nobody who is trusted says when it was signed")


def distrust(certificate: Certificate, times: Sequence[datetime], *, chained: bool) -> AttestationError:
    """Return why sigstore does not believe the certificate; ``chained``: it found a chain to an authority."""
    if not all(valid_at(certificate, moment) for moment in times):
        return AttestationError(
            "outside-certificate-validity", "the signing certificate was not valid when it was used"
        )
    if not chained:
        return AttestationError("untrusted-chain", "the signing certificate comes from nobody whom the root trusts")
    return AttestationError(
        "untrusted-chain", "the signing certificate is in no certificate log that the root trusts, or not for signing"
    )


def check_place(log_index: int, *, vouched: bool, proof_index: int, tree_size: int, checkpoint: str) -> None:
    """Check what an entry says of its place in the log; sigstore compares neither with what the log signed.

    The size of the tree is on the second line of the checkpoint. ``vouched``: the log's promise covers the index that
    the entry states (Rekor v1, where it counts over all shards); otherwise the proof alone says where it is.
    Raises :class:`AttestationError` of class ``bad-log-entry``.
    """
    if proof_index >= tree_size:
        raise AttestationError("bad-log-entry", "the log entry lies outside the tree of its proof")
    if checkpoint.split("\n", 2)[1:2] != [str(tree_size)]:
        raise AttestationError("bad-log-entry", "the proof is for a tree of another size than the log signed")
    if not vouched and log_index != proof_index:
        raise AttestationError("bad-log-entry", "the log entry and its proof are in different places")
