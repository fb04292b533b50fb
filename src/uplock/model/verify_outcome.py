"""What verifying attestations answers: the values behind ``uplock verify lock|dir|artifact``."""

from __future__ import annotations

from typing import Literal

from uplock.model.digest import Sha256
from uplock.model.finding import Finding, Status
from uplock.model.identity import TrustedRoot
from uplock.model.results import FailureClass, OtherAttestation, Publisher, UncheckedReason, VerifiedAttestation
from uplock.model.value import Value

Failure = FailureClass | Literal["no-attestation"]


class AttestationCounts(Value, frozen=True, kw_only=True):
    """How many artifacts have which outcome."""

    verified: int = 0
    not_attested: int = 0
    invalid: int = 0
    unchecked: int = 0


class ArtifactVerification(Value, frozen=True, kw_only=True):
    """``uplock verify artifact``, and one row of ``uplock verify lock|dir``."""

    filename: str
    sha256: Sha256
    outcome: str
    failure: Failure | None = None
    """Class of the failure; ``no-attestation`` goes with the outcome ``not-attested``."""
    unchecked: UncheckedReason | None = None
    """Why nothing could be asked, if it is unchecked."""
    publisher: Publisher | None = None
    reason: str | None = None
    """Why unchecked, not attested or invalid, in words."""
    document: str | None = None
    attestations: tuple[VerifiedAttestation, ...] = ()
    others: tuple[OtherAttestation, ...] = ()
    """Attestations of publishers of unknown kind, which count for nothing."""
    trusted_root: Sha256


class Baseline(Value, frozen=True, kw_only=True):
    """What the ratchet compared with: publishers that the committed lock set knows."""

    state: Literal["none", "held"]
    """``none``: no publisher is known from before, so nothing could be compared."""
    known: int = 0
    """Packages with a known publisher."""
    gained: tuple[str, ...] = ()
    """Packages that are verified now and had no known publisher: from now on they have one."""


class VerifyResult(Value, frozen=True, kw_only=True):
    """``uplock verify lock`` and ``dir``. ``pass`` needs at least one verified, none invalid and no failing finding."""

    status: Status
    counts: AttestationCounts
    artifacts: tuple[ArtifactVerification, ...]
    trusted_root: TrustedRoot
    baseline: Baseline | None = None
    """Of a lock; a folder has none."""
    findings: tuple[Finding, ...] = ()
    """What the rules about attestations say."""
