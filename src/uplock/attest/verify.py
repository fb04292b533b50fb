"""Verifies attestations (PEP 740) with sigstore: offline, under one trusted root that the caller holds.

sigstore alone decides whether signature, certificate chain, certificate transparency and log entry hold. Around it
this module looks at what sigstore leaves to its caller (every log entry, subject, predicate, publisher), and finds out
*why* something does not hold without reading error texts: by which step was reached, and by checks of its own.

This module is the only door to sigstore, which is imported when the first attestation is verified.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from uplock.attest.certificate import load_certificate, read_identity, rejections, signs, valid_at
from uplock.attest.publisher import common, publisher_of, require
from uplock.attest.reader import Attestation, LogEntry, read_document
from uplock.attest.refusal import AttestationError
from uplock.attest.statement import PAYLOAD_TYPE, check_statement, signed_message
from uplock.attest.version import verifier_version
from uplock.errors import InputError
from uplock.model.digest import Sha256, sha256_of
from uplock.model.results import Invalid, NotAttested, Publisher, Verification, Verified, VerifiedAttestation
from uplock.model.value import Value

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from sigstore.models import Bundle
    from sigstore.verify import Verifier

_LAST_SECOND = 253_402_300_799
"""The last second of the year 9999: beyond it there are no moments to compare."""

_KIND = ("dsse", "0.0.1")
"""The kind of log entry that Rekor v1 makes of a signed statement; only there does the log vouch for the time."""


class _Question(Value, frozen=True, kw_only=True):
    """The artifact that attestations must be about, and the publisher that must have signed them, if it matters."""

    filename: str
    sha256: Sha256
    expected: Publisher | None


class SigstoreVerifier:
    """Implements :class:`~uplock.ports.Verifier`. One instance makes one sigstore verifier and keeps it."""

    def __init__(self, root: bytes) -> None:
        """``root`` is a trusted root (``trusted_root.json``); it is looked at when first needed."""
        self._root = root

    @cached_property
    def identity(self) -> tuple[str, Sha256]:
        """Versions of all judging code, and digest of the trusted root."""
        return verifier_version(), sha256_of(self._root)

    def verify(self, filename: str, sha256: Sha256, document: bytes, expected: Publisher | None) -> Verification:
        """Verify a provenance or attestation document for one artifact; every attestation in it must hold.

        Whatever the document holds is answered with a result. Raises :class:`InputError` only if the trusted root
        cannot be used, and :class:`ToolError` if sigstore is not installed.
        """
        digest = sha256_of(document)
        try:
            attestations = read_document(document)
            if not attestations:
                return NotAttested(detail="the provenance carries no attestation", document=digest)
            held = self._all(attestations, _Question(filename=filename, sha256=sha256, expected=expected))
            publisher = common([each.publisher for each in held])
        except AttestationError as error:
            return Invalid(failure=error.failure, detail=error.detail, document=digest)
        return Verified(publisher=publisher, document=digest, attestations=held)

    def _all(self, attestations: Sequence[Attestation], question: _Question) -> tuple[VerifiedAttestation, ...]:
        held = []
        for number, attestation in enumerate(attestations, 1):
            try:
                held.append(self._hold(attestation, question))
            except AttestationError as error:
                place = f"attestation {number} of {len(attestations)}: " if len(attestations) > 1 else ""
                raise AttestationError(error.failure, place + error.detail) from error
        return tuple(held)

    def _hold(self, attestation: Attestation, question: _Question) -> VerifiedAttestation:
        certificate = load_certificate(attestation.certificate)
        first, *others = attestation.entries
        statement = self._authentic(attestation, certificate, first)
        for number, entry in enumerate(others, 2):
            self._confirmed(attestation, certificate, entry, number)
        predicate = check_statement(statement, question.filename, question.sha256)
        identity = read_identity(certificate)
        if question.expected is not None:
            require(question.expected, identity)
        return VerifiedAttestation(
            predicate_type=predicate,
            publisher=publisher_of(identity),
            log_time=_trusted_time(first),
            log_index=first.log_index,
            claims=identity.claims,
        )

    def _confirmed(self, attestation: Attestation, certificate: Certificate, entry: LogEntry, number: int) -> None:
        """Verify a further log entry: all else held with the first one, so whatever fails is this entry's fault."""
        try:
            self._authentic(attestation, certificate, entry)
        except AttestationError as error:
            raise AttestationError("bad-log-entry", f"log entry {number}: {error.detail}") from error

    def _authentic(self, attestation: Attestation, certificate: Certificate, entry: LogEntry) -> bytes:
        """Return the statement if signature, certificate and log entry hold together."""
        from sigstore.errors import CertValidationError, Error, MetadataError

        # All that sigstore and what it calls raise for content that is not as they hope.
        inside: tuple[type[Exception], ...] = (Error, ArithmeticError, AttributeError, LookupError, TypeError)
        moment = _trusted_time(entry)
        policy = _Policy()
        try:
            _, statement = self._sigstore.verify_dsse(_bundle(attestation, entry), policy)
        except MetadataError as error:
            raise _unusable() from error
        except inside + rejections() as error:
            if policy.believed is None:
                chained = not isinstance(error, CertValidationError)
                raise _distrust(certificate, moment, chained=chained) from error
            raise _contradiction(attestation, certificate) from error
        return statement

    @cached_property
    def _sigstore(self) -> Verifier:
        """The sigstore verifier under our root. Raises :class:`InputError`."""
        from sigstore.errors import Error
        from sigstore.models import ClientTrustConfig, SigningConfig
        from sigstore.verify import Verifier

        # The public way from bytes to a trusted root: a client configuration whose other half stays empty.
        try:
            config = {
                "mediaType": ClientTrustConfig.ClientTrustConfigType.CONFIG_0_1.value,
                "trustedRoot": json.loads(self._root),
                "signingConfig": {"mediaType": SigningConfig.SigningConfigType.SIGNING_CONFIG_0_2.value},
            }
            return Verifier(trusted_root=ClientTrustConfig.from_json(json.dumps(config)).trusted_root)
        except (Error, ValueError, RecursionError) as error:
            raise _unusable() from error


class _Policy:
    """Accepts any publisher, and notes whose: sigstore asks once chain and certificate transparency hold."""

    def __init__(self) -> None:
        self.believed: Certificate | None = None

    def verify(self, cert: Certificate) -> None:
        """Take note. The publisher is compared later, when signature and log entry hold as well."""
        self.believed = cert


def _unusable() -> InputError:
    return InputError(
        "the trusted root cannot be used", context="trusted root", remedy="Give a complete trusted_root.json."
    )


def _trusted_time(entry: LogEntry) -> datetime:
    """Return the time that the log vouches for, if the entry has what is needed to prove it (not yet checked)."""
    if not entry.promise or not entry.integrated_time:
        raise AttestationError("no-trusted-time", "nobody who is trusted says when it was signed")
    if (entry.kind, entry.version) != _KIND:
        raise AttestationError("bad-log-entry", "the log entry is of a kind that is not known for attestations")
    proof = entry.proof
    if proof is None or not proof.checkpoint:
        raise AttestationError("bad-log-entry", "the log entry has no proof that the log includes it")
    if proof.log_index >= proof.tree_size:
        raise AttestationError("bad-log-entry", "the log entry lies outside the tree of its proof")
    if entry.integrated_time > _LAST_SECOND:
        raise AttestationError("outside-certificate-validity", "the time of the log entry is after the year 9999")
    return datetime.fromtimestamp(entry.integrated_time, UTC)


def _distrust(certificate: Certificate, moment: datetime, *, chained: bool) -> AttestationError:
    """Return why sigstore does not believe the certificate."""
    if not valid_at(certificate, moment):
        return AttestationError(
            "outside-certificate-validity", "the signing certificate was not valid when the log took the entry"
        )
    if not chained:
        return AttestationError("untrusted-chain", "the signing certificate comes from nobody whom the root trusts")
    return AttestationError(
        "untrusted-chain", "the signing certificate is in no certificate log that the root trusts, or not for signing"
    )


def _contradiction(attestation: Attestation, certificate: Certificate) -> AttestationError:
    """Return why sigstore refused although it believes the certificate."""
    if not signs(certificate, attestation.signature, signed_message(attestation.statement)):
        return AttestationError("bad-signature", "the signature does not belong to the statement")
    return AttestationError("bad-log-entry", "the log entry does not hold, or is about something else")


def _bundle(attestation: Attestation, entry: LogEntry) -> Bundle:
    """Return the Sigstore bundle (version 0.3) that holds the same as an attestation with one of its log entries."""
    from sigstore.models import Bundle

    proof = entry.proof
    log_entry: dict[str, object] = {
        "logIndex": str(entry.log_index),
        "logId": {"keyId": _text(entry.key_id)},
        "kindVersion": {"kind": entry.kind, "version": entry.version},
        "integratedTime": str(entry.integrated_time),
        "inclusionPromise": {"signedEntryTimestamp": _text(entry.promise or b"")},
        "inclusionProof": proof
        and {
            "logIndex": str(proof.log_index),
            "treeSize": str(proof.tree_size),
            "rootHash": _text(proof.root_hash),
            "hashes": [_text(each) for each in proof.hashes],
            "checkpoint": {"envelope": proof.checkpoint},
        },
        "canonicalizedBody": _text(entry.body),
    }
    bundle = {
        "mediaType": Bundle.BundleType.BUNDLE_0_3.value,
        "verificationMaterial": {
            "certificate": {"rawBytes": _text(attestation.certificate)},
            "tlogEntries": [log_entry],
        },
        "dsseEnvelope": {
            "payload": _text(attestation.statement),
            "payloadType": PAYLOAD_TYPE,
            "signatures": [{"sig": _text(attestation.signature)}],
        },
    }
    return Bundle.from_json(json.dumps(bundle))


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
