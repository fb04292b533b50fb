"""What ``uplock inspect attestation`` answers: what a document says of itself. Nothing of it was verified.

Every text is what the document holds, cut to a bound; whatever could not be read is missing from its part and told in
``defects``.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from uplock.model.digest import Sha256
from uplock.model.results import Publisher
from uplock.model.value import Value

Unverified = Literal["unverified"]
"""Stands wherever somebody could take what is said for what is proven."""

Form = Literal["provenance", "attestation", "bundle"]
"""Provenance or attestation of PEP 740, or a Sigstore bundle."""

Pairs = tuple[tuple[str, str], ...]


class StatedSubject(Value, frozen=True, kw_only=True):
    """A file that a statement is about: its name and digests by algorithm."""

    name: str | None
    digests: Pairs


class StatedBuild(Value, frozen=True, kw_only=True):
    """What SLSA provenance (version 1) says of a build."""

    type: str | None = None
    """How the rest is to be read (``buildType``)."""
    builder: str | None = None
    source: str | None = None
    ref: str | None = None
    commit: str | None = None


class Statement(Value, frozen=True, kw_only=True):
    """An in-toto statement."""

    state: Unverified = "unverified"
    sha256: Sha256
    """Digest of its bytes, which are what is signed."""
    size: int
    type: str | None = None
    predicate_type: str | None = None
    subjects: tuple[StatedSubject, ...] = ()
    build: StatedBuild | None = None
    """Of SLSA provenance of version 1; ``None`` for every other predicate."""


class SignedDigest(Value, frozen=True, kw_only=True):
    """The digest of a file that a Sigstore bundle signs without a statement, as the bundle states it."""

    state: Unverified = "unverified"
    algorithm: str | None
    digest: str | None
    """Hexadecimal."""


class SigningCertificate(Value, frozen=True, kw_only=True):
    """A signing certificate (X.509) and what it claims."""

    state: Unverified = "unverified"
    sha256: Sha256
    """Fingerprint: digest of its bytes (DER)."""
    identity: str | None = None
    """Whom it names (subject alternative name)."""
    publisher: Publisher | None = None
    """What that identity is in the terms of PEP 740."""
    claims: Pairs = ()
    """What its issuer saw in the token (extensions of Fulcio), sorted by name: issuer, repository, ref, commit …"""
    not_before: datetime | None = None
    not_after: datetime | None = None
    serial: str | None = None
    """Hexadecimal."""
    issuer: str | None = None
    """Name of the authority (RFC 4514) that it says to come from."""
    authority_key: str | None = None
    """Identifier of that authority's key, hexadecimal."""
    key: str | None = None
    """Kind of the key that signed."""
    log_promises: int | None = None
    """Signed certificate timestamps in it: promises of certificate logs (RFC 6962)."""
    chain: int = 0
    """Further certificates that the document brings."""


class CheckpointedProof(Value, frozen=True, kw_only=True):
    """A proof that a log includes an entry, and the head of the log (checkpoint) that it leads to."""

    log_index: int | None
    tree_size: int | None
    root_hash: str | None
    """Hexadecimal."""
    hashes: int
    """How many hashes the path has."""
    origin: str | None
    """First line of the checkpoint: which log it says to be from."""


class StatedLogEntry(Value, frozen=True, kw_only=True):
    """An entry of a transparency log."""

    state: Unverified = "unverified"
    kind: str | None
    version: str | None
    log_id: str | None
    """Identifier of the log's key, hexadecimal."""
    log_index: int | None
    integrated_time: datetime | None
    """When the log says to have taken it in; an entry of Rekor v2 has none."""
    promise: bool
    """There is a signed entry timestamp (SET): the log's signature over entry and time."""
    proof: CheckpointedProof | None


class StatedTimestamp(Value, frozen=True, kw_only=True):
    """A timestamp of an authority (RFC 3161)."""

    state: Unverified = "unverified"
    time: datetime | None = None
    """When the authority says to have seen the digest."""
    policy: str | None = None
    """Object identifier of the policy that it was made under."""
    serial: str | None = None
    """Hexadecimal."""
    algorithm: str | None = None
    """Hash of what was stamped: ``sha256``, ``sha384``, ``sha512``, or the object identifier of another one."""
    digest: str | None = None
    """Hash of what was stamped, which should be the signature; hexadecimal."""
    issuer: str | None = None
    """Name of the authority (RFC 4514) that issued the certificate it says to be signed with."""


class StatedAttestation(Value, frozen=True, kw_only=True):
    """One attestation, as far as it could be read."""

    state: Unverified = "unverified"
    statement: Statement | None
    file: SignedDigest | None = None
    """What is signed in place of a statement; only in Sigstore bundles."""
    certificate: SigningCertificate | None
    key_hint: str | None = None
    """Which key signed, if there is no certificate; only in Sigstore bundles."""
    signature: int | None
    """Size of the signature in bytes; how it was made follows from the kind of key."""
    entries: tuple[StatedLogEntry, ...]
    timestamps: int
    """Timestamps of authorities (RFC 3161) that come with it."""
    stamps: tuple[StatedTimestamp, ...] = ()
    """What each of these says."""
    defects: tuple[str, ...]
    """What is wrong with it, in words; the parts that these name are missing here."""


class AttestationGroup(Value, frozen=True, kw_only=True):
    """The attestations that a provenance states for one publisher; all of a document without publishers."""

    publisher: Pairs | None
    """What the index says about the publisher, by key: nobody signed this."""
    attestations: tuple[StatedAttestation, ...]


class AttestationContent(Value, frozen=True, kw_only=True):
    """``uplock inspect attestation``: what a document says of itself. Nothing of it was verified."""

    state: Unverified = "unverified"
    filename: str
    sha256: Sha256
    size: int
    form: Form
    version: str | None
    """What it says to be a version of: a number, or the media type of a bundle."""
    groups: tuple[AttestationGroup, ...]
    defects: tuple[str, ...]
    """What is wrong with the document around its attestations."""
