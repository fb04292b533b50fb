"""Who published what: the trusted root, publishers known from before, expected ones, and evidence per file."""

from __future__ import annotations

from datetime import date
from typing import Literal

from uplock.model.digest import Sha256
from uplock.model.results import FailureClass, Publisher, UncheckedReason, VerifiedAttestation
from uplock.model.value import Value


class TrustedRoot(Value, frozen=True, kw_only=True):
    """Which trusted root everything was verified under, and how old it is known to be."""

    sha256: Sha256
    origin: Literal["embedded", "file"]
    """Shipped with the installed sigstore package, or a file that was named."""
    tuf_version: int | None = None
    """Version of the TUF targets metadata that it was taken from, where that is known."""
    dated: date | None = None
    """Day that it is known to be from: of its TUF metadata, or of the release of the package; else unknown."""


class KnownPublisher(Value, frozen=True, kw_only=True):
    """A publisher that verified attestations of a package named before: what the ratchet compares with.

    A package may have several, since its versions on several interpreters may come from several places.
    """

    package: str
    """Normalized name."""
    publisher: Publisher
    ids: tuple[tuple[str, str], ...] = ()
    """Claims that survive a rename, where the certificate has them: ``owner-id``, ``repository-id``; sorted."""
    targets: tuple[str, ...] = ()
    """Targets in which a file of the package was verified under it, or that took it over when they were new; sorted."""
    files: tuple[Sha256, ...] = ()
    """Digests of the files that are locked and were verified under it; sorted."""


class Evidence(Value, frozen=True, kw_only=True):
    """What is known of the attestations of one locked file."""

    package: str
    filename: str
    sha256: Sha256
    outcome: Literal["verified", "not-attested", "invalid", "unchecked"]
    failure: FailureClass | None = None
    unchecked: UncheckedReason | None = None
    publisher: Publisher | None = None
    """Who signed it, if it is verified."""
    document: Sha256 | None = None
    """Digest of the provenance document, whose exact bytes the archive keeps."""
    attestations: tuple[VerifiedAttestation, ...] = ()


class ExpectedPublisher(Value, frozen=True, kw_only=True):
    """Who must have signed a package, by configuration."""

    package: str
    publisher: Publisher
    claims: tuple[tuple[str, str], ...] = ()
    """Pairs of claim and pattern (``*`` and ``?``) that the certificate must match: ``ref``, ``repository-id``, …"""
    file: str = ""
    """Where it is written down, for messages."""


class ClaimsPattern(Value, frozen=True, kw_only=True):
    """Certificates whose claims match all of ``claims`` (pairs of claim, or ``identity``, and pattern)."""

    claims: tuple[tuple[str, str], ...]
