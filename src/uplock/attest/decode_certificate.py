"""Decodes a signing certificate for people to look at. Verifies nothing."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from uplock.attest.certificate import key_kind, load_certificate, read_identity, rejections
from uplock.attest.decode_pieces import Pieces, cut
from uplock.attest.publisher import publisher_of
from uplock.model.attestation_outcome import SigningCertificate
from uplock.model.digest import sha256_of
from uplock.model.value import changed

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

T = TypeVar("T")


def decode_certificate(der: bytes, pieces: Pieces, chain: int = 0) -> SigningCertificate:
    """Return what a signing certificate claims; ``chain`` is how many others come with it."""
    bare = SigningCertificate(sha256=sha256_of(der), chain=chain)
    with warnings.catch_warnings():
        # Cryptography warns of names that break a rule of X.520: no reason not to show them.
        warnings.simplefilter("ignore")
        certificate = pieces.get(lambda: load_certificate(der))
        return (
            bare if certificate is None else _with_identity(_with_facts(bare, certificate, pieces), certificate, pieces)
        )


def _with_identity(content: SigningCertificate, certificate: Certificate, pieces: Pieces) -> SigningCertificate:
    identity = pieces.get(lambda: read_identity(certificate))
    if identity is None:
        return content
    claims = tuple((name, cut(value)) for name, value in identity.claims)
    identity = changed(identity, name=cut(identity.name), claims=claims)
    return changed(content, identity=identity.name, publisher=publisher_of(identity), claims=claims)


def _with_facts(content: SigningCertificate, certificate: Certificate, pieces: Pieces) -> SigningCertificate:
    """Add what is no claim, each as far as it can be read: none of these needs the others."""

    def part(name: str, read: Callable[[Certificate], T]) -> T | None:
        try:
            return read(certificate)
        except rejections():
            pieces.defect(f"the {name} of the signing certificate cannot be read")
            return None

    return changed(
        content,
        not_before=part("validity", lambda each: each.not_valid_before_utc),
        not_after=part("validity", lambda each: each.not_valid_after_utc),
        serial=part("serial number", lambda each: cut(f"{each.serial_number:x}")),
        issuer=part("issuer", lambda each: cut(each.issuer.rfc4514_string())),
        key=part("key", key_kind),
        authority_key=part("extensions", _authority_key),
        log_promises=part("extensions", _log_promises),
    )


def _authority_key(certificate: Certificate) -> str | None:
    from cryptography.x509 import AuthorityKeyIdentifier

    found = (each.value for each in certificate.extensions if isinstance(each.value, AuthorityKeyIdentifier))
    key = next((each.key_identifier for each in found), None)
    return None if key is None else cut(key.hex())


def _log_promises(certificate: Certificate) -> int:
    from cryptography.x509 import PrecertificateSignedCertificateTimestamps

    return sum(
        len(each.value)
        for each in certificate.extensions
        if isinstance(each.value, PrecertificateSignedCertificateTimestamps)
    )
