"""Whether signature, certificate or key, time and log entries of a bundle hold together.

sigstore decides whatever it can decide; :mod:`~uplock.attest.bundle_watched` says what that is. *Why* a bundle does not
hold is found without reading error texts: by which step was reached, and by checks of uplock's own.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING

from uplock.attest.bundle_key import PublicKey, certified_key
from uplock.attest.bundle_log import Signatory, check_body, check_kind, other_entry
from uplock.attest.bundle_reader import Entry, Message, SignedBundle
from uplock.attest.bundle_watched import BundleVerifier, certified_bundle, keyed_bundle, timestamps_readable
from uplock.attest.certificate import Identity, load_certificate, read_identity
from uplock.attest.reasons import distrust, refusals, timeless
from uplock.attest.refusal import AttestationError
from uplock.attest.statement import signed_message
from uplock.attest.watched import Steps, unusable
from uplock.model.digest import Sha256, sha256_of

if TYPE_CHECKING:
    from sigstore.models import Bundle

_ONLY_HERE = {("intoto", "0.0.2"): ("dsse", "0.0.1")}
"""A kind that sigstore does not know, and the kind that it verifies in the same way up to the body."""


class Question(ABC):
    """One bundle and the digest of the input. All methods raise :class:`AttestationError` for what does not hold."""

    def __init__(self, verifier: BundleVerifier, bundle: SignedBundle, sha256: Sha256) -> None:
        self._verifier = verifier
        self._bundle = bundle
        self._sha256 = sha256
        content = bundle.content
        self._signed = sha256 if isinstance(content, Message) else sha256_of(signed_message(content.statement))
        """Digest of what is signed."""

    def hold(self) -> Steps:
        """Verify the bundle with every one of its log entries; return the steps with the first."""
        if not timestamps_readable(self._bundle.timestamps):
            raise AttestationError("no-trusted-time", "a signed timestamp cannot be read")
        first, *others = range(len(self._bundle.entries))
        steps = self._hold(first)
        for number in others:
            try:
                self._hold(number)
            except AttestationError as error:
                # All else held with the first entry, so whatever fails is this entry's fault.
                raise AttestationError("bad-log-entry", f"log entry {number + 1}: {error.detail}") from error
        return steps

    @abstractmethod
    def _hold(self, number: int) -> Steps:
        """Verify the bundle with one of its log entries."""

    def _entry(self, number: int) -> tuple[Entry, str]:
        """Return a log entry, whose kind fits the content, and the bundle with it as sigstore can read it."""
        entry = self._bundle.entries[number]
        check_kind(entry, self._bundle.content)
        kind = (entry.kind, entry.version)
        return entry, self._bundle.for_sigstore(number, *_ONLY_HERE.get(kind, kind))

    def _require_signature(self, key: PublicKey | None) -> None:
        content = self._bundle.content
        if isinstance(content, Message) and content.digest not in {None, bytes.fromhex(self._sha256)}:
            raise AttestationError("subject-digest-mismatch", "the bundle is about a file with another digest")
        if key is None or not key.signs(content.signature, self._signed):
            what = "file" if isinstance(content, Message) else "statement"
            raise AttestationError("bad-signature", f"the signature does not belong to the {what}")


class Certified(Question):
    """A bundle whose signer shows a certificate."""

    def __init__(self, verifier: BundleVerifier, bundle: SignedBundle, sha256: Sha256) -> None:
        super().__init__(verifier, bundle, sha256)
        if bundle.certificate is None:
            raise AttestationError("unknown-publisher", "the bundle is signed by a plain key, which names nobody")
        self._certificate = load_certificate(bundle.certificate)
        self._signatory = Signatory(label="CERTIFICATE", der=bundle.certificate)

    @property
    def identity(self) -> Identity:
        """Whom the certificate names."""
        return read_identity(self._certificate)

    def _hold(self, number: int) -> Steps:
        from sigstore.errors import MetadataError

        entry, document = self._entry(number)
        only_here = (entry.kind, entry.version) in _ONLY_HERE
        bundle = _parsed(certified_bundle, document)
        steps = Steps()
        try:
            if isinstance(self._bundle.content, Message):
                self._verifier.artifact(self._sha256, bundle, steps)
            elif only_here:
                self._verifier.all_but_content(bundle, steps)
            else:
                self._verifier.dsse(bundle, steps)
        except MetadataError as error:
            raise unusable() from error
        except refusals() as error:
            raise self._reason(error, bundle, steps) from error
        if only_here:
            self._require_signature(certified_key(self._certificate))
            check_body(entry, self._bundle.content, self._sha256, self._signatory)
        return steps

    def _reason(self, error: Exception, bundle: Bundle, steps: Steps) -> AttestationError:
        """Return why sigstore refused: the first step that does not hold."""
        from sigstore.errors import CertValidationError

        if not steps.times:
            return timeless()
        if not steps.believed:
            return distrust(self._certificate, steps.times, chained=not isinstance(error, CertValidationError))
        try:
            self._verifier.all_but_content(bundle, Steps())
            self._require_signature(certified_key(self._certificate))
        except AttestationError as reason:
            return reason
        except refusals():
            return _not_logged()
        return other_entry()


class Keyed(Question):
    """A bundle of a plain key, which the caller holds."""

    def __init__(self, verifier: BundleVerifier, bundle: SignedBundle, sha256: Sha256, key: PublicKey) -> None:
        super().__init__(verifier, bundle, sha256)
        if bundle.certificate is not None:
            raise AttestationError("identity-mismatch", "the bundle is signed with a certificate, not by a plain key")
        self._key = key

    def _hold(self, number: int) -> Steps:
        from sigstore.errors import MetadataError

        entry, document = self._entry(number)
        bundle = _parsed(keyed_bundle, document)
        steps = Steps()
        try:
            self._verifier.time_and_log(bundle, steps)
        except MetadataError as error:
            raise unusable() from error
        except refusals() as error:
            raise (_not_logged() if steps.times else timeless()) from error
        if not steps.times:
            raise timeless()
        self._require_signature(self._key)
        check_body(entry, self._bundle.content, self._sha256, Signatory(label="PUBLIC KEY", der=self._key.der))
        return steps


def _parsed(parse: Callable[[str], Bundle], document: str) -> Bundle:
    """Return the bundle as sigstore reads it; what it may not lack was looked at before."""
    try:
        return parse(document)
    except refusals() as error:
        raise AttestationError("malformed", "the bundle is not what its version must be") from error


def _not_logged() -> AttestationError:
    return AttestationError("bad-log-entry", "inclusion proof, checkpoint or promise of the log entry does not hold")
