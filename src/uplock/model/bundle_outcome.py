"""What ``uplock verify bundle`` answers."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from uplock.model.digest import Sha256
from uplock.model.results import FailureClass
from uplock.model.value import Value


class BundleVerification(Value, frozen=True, kw_only=True):
    """``uplock verify bundle``: whether a Sigstore bundle holds for one input. Only ``verified`` is good.

    What is said about the signer and the log is what was verified; of an invalid bundle nothing is said.
    """

    outcome: Literal["verified", "invalid"]
    sha256: Sha256
    """Of the input: the file, or the digest that was given."""
    bundle: Sha256
    """Digest of the bundle."""
    trusted_root: Sha256
    """Digest of the trusted root that it was verified under."""
    failure: FailureClass | None = None
    reason: str | None = None
    """Why it does not hold, in words; with ``failure`` and only with it."""
    identity: str | None = None
    """Whom the certificate names (subject alternative name); ``None`` if a plain key signed."""
    issuer: str | None = None
    """OpenID issuer that vouched for the identity; ``None`` if a plain key signed."""
    claims: tuple[tuple[str, str], ...] = ()
    """Further claims of the certificate (Fulcio extension names), sorted."""
    key: Sha256 | None = None
    """Digest of the plain key that signed (DER, SubjectPublicKeyInfo)."""
    predicate_type: str | None = None
    """Of the in-toto statement; ``None`` if the bundle signs the file itself."""
    log_index: int | None = None
    log_time: datetime | None = None
    """When it was signed, as somebody trusted says."""
    time_source: Literal["log", "timestamp"] | None = None
    """``log``: the transparency log; ``timestamp``: a timestamp authority (RFC 3161)."""
