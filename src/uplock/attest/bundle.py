"""Verifies Sigstore bundles: offline, under one trusted root that the caller holds, for one file or its digest."""

from __future__ import annotations

from uplock.attest.bundle_key import PublicKey
from uplock.attest.bundle_reader import Envelope, Message, read_bundle
from uplock.attest.bundle_signature import Certified, Keyed
from uplock.attest.bundle_watched import BundleVerifier
from uplock.attest.certificate import Identity
from uplock.attest.refusal import AttestationError, shown
from uplock.attest.strict_json import malformed, parse
from uplock.model.bundle_outcome import BundleVerification
from uplock.model.digest import Sha256, sha256_of
from uplock.model.value import Value, changed

_STATEMENTS = frozenset({"https://in-toto.io/Statement/v0.1", "https://in-toto.io/Statement/v1"})
_MAX_SUBJECTS = 100_000


class CertificateIdentity(Value, frozen=True, kw_only=True):
    """Whom the signing certificate must name, both compared exactly."""

    name: str
    """Subject alternative name: an e-mail address, a URI or a user name."""
    issuer: str
    """URL of the OpenID issuer."""


def verify_bundle(
    raw: bytes, sha256: Sha256, signer: CertificateIdentity | PublicKey, root: bytes
) -> BundleVerification:
    """Verify a bundle for the input that has the digest ``sha256``; every log entry in it must hold.

    ``signer`` is who must have signed and ``root`` the trusted root (``trusted_root.json``). Whatever the bundle holds
    is answered with a result. Raises :class:`InputError` only if the trusted root cannot be used.
    """
    verifier = BundleVerifier(root)
    answer = BundleVerification(outcome="verified", sha256=sha256, bundle=sha256_of(raw), trusted_root=sha256_of(root))
    try:
        bundle = read_bundle(raw)
        if isinstance(signer, PublicKey):
            steps = Keyed(verifier, bundle, sha256, signer).hold()
            identity = None
            predicate_type = _about(bundle.content, sha256)
        else:
            certified = Certified(verifier, bundle, sha256)
            steps = certified.hold()
            predicate_type = _about(bundle.content, sha256)
            identity = certified.identity
            _require(signer, identity)
    except AttestationError as error:
        return changed(answer, outcome="invalid", failure=error.failure, reason=error.detail)
    return changed(
        answer,
        identity=identity and identity.name,
        issuer=identity and identity.issuer,
        claims=() if identity is None else tuple(each for each in identity.claims if each[0] != "issuer"),
        key=signer.sha256 if isinstance(signer, PublicKey) else None,
        predicate_type=predicate_type,
        log_index=bundle.entries[0].log_index,
        log_time=steps.times[0],
        time_source="log" if steps.log_times else "timestamp",
    )


def _about(content: Message | Envelope, sha256: Sha256) -> str | None:
    """Check that a statement is about the input, and return its predicate type; a signed file needs no statement.

    Every subject counts, whatever its name. Raises :class:`AttestationError` of class ``malformed`` or
    ``subject-digest-mismatch``.
    """
    if isinstance(content, Message):
        return None
    node = parse(content.statement, "the statement")
    if node.need("_type").text() not in _STATEMENTS:
        malformed("the statement is not an in-toto statement of version 0.1 or 1")
    digests = (subject.find("digest") for subject in node.need("subject").items(_MAX_SUBJECTS))
    found = (digest.find("sha256") for digest in digests if digest is not None)
    if not any(each.text() == sha256 for each in found if each is not None):
        raise AttestationError("subject-digest-mismatch", "the statement is about no file with this digest")
    return node.need("predicateType").text()


def _require(expected: CertificateIdentity, actual: Identity) -> None:
    """Raise :class:`AttestationError` of class ``identity-mismatch`` unless it is who must have signed."""
    if actual.issuer != expected.issuer:
        raise AttestationError(
            "identity-mismatch", f"{shown(actual.issuer)} vouched for the signer, expected {shown(expected.issuer)}"
        )
    if actual.name != expected.name:
        raise AttestationError("identity-mismatch", f"signed by {shown(actual.name)}, expected {shown(expected.name)}")
