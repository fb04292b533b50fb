"""Verifies attestations (PEP 740) with sigstore: offline, under one trusted root that the caller holds.

sigstore alone decides whether signature, certificate chain, certificate transparency, log entry and timestamps hold.
Around it this module looks at what sigstore leaves to its caller (every log entry, subject, predicate, publisher), and
finds out *why* something does not hold without reading error texts: by which step was reached, and by checks of its
own.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from uplock.attest.certificate import load_certificate, read_identity, signs
from uplock.attest.publisher import common, covers_any_kind, publisher_of, require
from uplock.attest.reader import Attestation, LogEntry, read_document
from uplock.attest.reasons import check_place, distrust, refusals, timeless
from uplock.attest.refusal import AttestationError, shown
from uplock.attest.sigstore_bundle import sigstore_bundle
from uplock.attest.slsa import read_build
from uplock.attest.statement import check_statement, is_build_provenance, signed_message
from uplock.attest.version import verifier_version
from uplock.attest.watched import Steps, Watched, unusable
from uplock.model.digest import Sha256, sha256_of
from uplock.model.results import (
    Invalid,
    NotAttested,
    OtherAttestation,
    Publisher,
    Verification,
    Verified,
    VerifiedAttestation,
)
from uplock.model.value import Value

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

_LAST_SECOND = 253_402_300_799
"""The last second of the year 9999: beyond it there are no moments to compare."""

_KINDS = {("dsse", "0.0.1"): True, ("hashedrekord", "0.0.2"): False}
"""Kinds of log entries that Rekor v1 and v2 make of a signed statement, and whether the log vouches for their time."""


class _Question(Value, frozen=True, kw_only=True):
    """The artifact that attestations must be about, and who must have signed them, if it matters."""

    filename: str
    sha256: Sha256
    expected: Publisher | None
    claims: tuple[tuple[str, str], ...]


class _Held(Value, frozen=True, kw_only=True):
    """An attestation that holds, and the unknown kind that the index gives its publisher, unless that is covered."""

    attestation: VerifiedAttestation
    unknown_kind: str | None


class SigstoreVerifier:
    """Implements :class:`~uplock.ports.Verifier`. One instance makes one sigstore verifier and keeps it."""

    def __init__(self, root: bytes) -> None:
        """``root`` is a trusted root (``trusted_root.json``); it is looked at when first needed."""
        self._root = root

    @cached_property
    def identity(self) -> tuple[str, Sha256]:
        """Versions of all judging code, and digest of the trusted root."""
        return verifier_version(), sha256_of(self._root)

    def verify(
        self,
        filename: str,
        sha256: Sha256,
        document: bytes,
        expected: Publisher | None,
        claims: tuple[tuple[str, str], ...] = (),
    ) -> Verification:
        """Verify a provenance, attestation or bundle for one artifact; every attestation in it must hold.

        ``expected`` and ``claims`` (pairs of claim and pattern) are the caller's policy. Attestations whose publisher
        the index gives a kind that is not known count only if the caller expects a generic publisher; otherwise they
        are reported apart, and a document with nothing else is ``unknown-publisher``.

        Whatever the document holds is answered with a result. Raises :class:`InputError` only if the trusted root
        cannot be used, and :class:`ToolError` if sigstore is not installed.
        """
        digest = sha256_of(document)
        try:
            attestations = read_document(document)
            if not attestations:
                return NotAttested(detail="the provenance carries no attestation", document=digest)
            question = _Question(filename=filename, sha256=sha256, expected=expected, claims=claims)
            held = self._all(attestations, question)
            known = tuple(each.attestation for each in held if each.unknown_kind is None)
            if not known:
                raise _unknown(held)
            publisher = common([each.publisher for each in known])
        except AttestationError as error:
            return Invalid(failure=error.failure, detail=error.detail, document=digest)
        others = tuple(
            OtherAttestation(kind=each.unknown_kind, attestation=each.attestation)
            for each in held
            if each.unknown_kind is not None
        )
        return Verified(publisher=publisher, document=digest, attestations=known, others=others)

    def _all(self, attestations: Sequence[Attestation], question: _Question) -> tuple[_Held, ...]:
        held = []
        for number, attestation in enumerate(attestations, 1):
            try:
                held.append(self._hold(attestation, question))
            except AttestationError as error:
                place = f"attestation {number} of {len(attestations)}: " if len(attestations) > 1 else ""
                raise AttestationError(error.failure, place + error.detail) from error
        return tuple(held)

    def _hold(self, attestation: Attestation, question: _Question) -> _Held:
        certificate = load_certificate(attestation.certificate)
        first, *others = attestation.entries
        statement, steps = self._authentic(attestation, certificate, first)
        for number, entry in enumerate(others, 2):
            self._confirmed(attestation, certificate, entry, number)
        predicate = check_statement(statement, question.filename, question.sha256)
        identity = read_identity(certificate)
        uncovered = attestation.unknown_kind if not covers_any_kind(question.expected) else None
        if question.expected is not None and uncovered is None:
            require(question.expected, identity, question.claims)
        return _Held(
            attestation=VerifiedAttestation(
                predicate_type=predicate,
                publisher=publisher_of(identity),
                log_time=steps.times[0],
                time_source="log" if steps.log_times else "timestamp",
                log_index=_index(first),
                claims=tuple(sorted({**dict(identity.claims), "identity": identity.name}.items())),
                build=read_build(statement, identity) if is_build_provenance(predicate) else None,
            ),
            unknown_kind=uncovered,
        )

    def _confirmed(self, attestation: Attestation, certificate: Certificate, entry: LogEntry, number: int) -> None:
        """Verify a further log entry: all else held with the first one, so whatever fails is this entry's fault."""
        try:
            self._authentic(attestation, certificate, entry)
        except AttestationError as error:
            raise AttestationError("bad-log-entry", f"log entry {number}: {error.detail}") from error

    def _authentic(self, attestation: Attestation, certificate: Certificate, entry: LogEntry) -> tuple[bytes, Steps]:
        """Return the statement if signature, certificate, time and log entry hold together."""
        from sigstore.errors import CertValidationError, MetadataError

        _check_entry(entry, timed=bool(attestation.timestamps))
        steps = Steps()
        try:
            statement = self._sigstore.dsse(sigstore_bundle(attestation, entry), steps)
        except MetadataError as error:
            raise unusable() from error
        except refusals() as error:
            if not steps.times:
                raise timeless() from error
            if not steps.believed:
                chained = not isinstance(error, CertValidationError)
                raise distrust(certificate, steps.times, chained=chained) from error
            raise _contradiction(attestation, certificate) from error
        if len(steps.signed_times) != len(attestation.timestamps):
            # sigstore is content with one time that holds; here nothing that does not hold is passed over.
            raise AttestationError("no-trusted-time", "a timestamp comes from nobody whom the root trusts")
        return statement, steps

    @cached_property
    def _sigstore(self) -> Watched:
        """The sigstore verifier under our root. Raises :class:`InputError`."""
        return Watched(self._root)


def _unknown(held: Sequence[_Held]) -> AttestationError:
    kinds = ", ".join(sorted({shown(each.unknown_kind or "") for each in held}))
    return AttestationError("unknown-publisher", f"the index names a publisher of the kind {kinds}, which is not known")


def _index(entry: LogEntry) -> int:
    """Return where the log has an entry: as its promise has it, else as the proof has it, since nobody signed more."""
    return entry.log_index if entry.promise or entry.proof is None else entry.proof.log_index


def _check_entry(entry: LogEntry, *, timed: bool) -> None:
    """Check that a log entry has what sigstore then verifies; ``timed``: timestamps may say when it was signed."""
    vouches = _KINDS.get((entry.kind, entry.version))
    dated = bool(entry.promise) and bool(entry.integrated_time)
    if not timed and not dated:
        raise timeless()
    if vouches is None or (dated and not vouches):
        raise AttestationError("bad-log-entry", "the log entry is of a kind that is not known for attestations")
    if entry.promise and not dated:
        # sigstore passes such a promise over, and then nobody has signed the index that the entry states.
        raise AttestationError("bad-log-entry", "the log entry has a promise of the log that names no time")
    proof = entry.proof
    if proof is None or not proof.checkpoint:
        raise AttestationError("bad-log-entry", "the log entry has no proof that the log includes it")
    check_place(
        entry.log_index,
        vouched=vouches,
        proof_index=proof.log_index,
        tree_size=proof.tree_size,
        checkpoint=proof.checkpoint,
    )
    if entry.integrated_time is not None and entry.integrated_time > _LAST_SECOND:
        raise AttestationError("outside-certificate-validity", "the time of the log entry is after the year 9999")


def _contradiction(attestation: Attestation, certificate: Certificate) -> AttestationError:
    """Return why sigstore refused although it believes the certificate."""
    if not signs(certificate, attestation.signature, signed_message(attestation.statement)):
        return AttestationError("bad-signature", "the signature does not belong to the statement")
    return AttestationError("bad-log-entry", "the log entry does not hold, or is about something else")
