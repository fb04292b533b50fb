"""What ``uplock sbom sign`` and ``uplock sbom verify-signature`` answer."""

from __future__ import annotations

from typing import Literal

from uplock.model.digest import Sha256
from uplock.model.value import Value


class SignedLock(Value, frozen=True, kw_only=True):
    """A lock file that a signature is about."""

    name: str
    sha256: Sha256
    """As it was signed."""
    compared: bool
    """Whether the file itself was there and has this digest; one with another digest is an error."""


class SbomSignResult(Value, frozen=True, kw_only=True):
    """``uplock sbom sign``: what was signed, with which key."""

    document: str
    sha256: Sha256
    """Of the document."""
    envelope: str | None
    """The file that was written; ``None`` for standard output."""
    keyid: Sha256
    """Of the public key (DER, SubjectPublicKeyInfo)."""
    algorithm: str
    locks: tuple[SignedLock, ...]
    notes: tuple[str, ...] = ()
    """What the signer should know."""


class SbomSignatureResult(Value, frozen=True, kw_only=True):
    """``uplock sbom verify-signature``: whether the key signed this document. Only ``verified`` is good."""

    outcome: Literal["verified", "invalid"]
    document: str
    sha256: Sha256
    """Of the document."""
    envelope: str
    keyid: Sha256
    """Of the public key that was given: what the envelope says about keys is never used."""
    algorithm: str
    signatures: int
    """How many there are in the envelope, by whomever."""
    reason: str | None = None
    """Why it does not hold; with ``invalid`` and only with it."""
    bound: Literal["bytes", "content"] | None = None
    """``bytes``: these very bytes were signed; ``content``: the same JSON, perhaps in another spelling."""
    locks: tuple[SignedLock, ...] = ()
