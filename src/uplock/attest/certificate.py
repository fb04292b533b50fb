"""What a signing certificate says: its one identity and the claims of the issuer's token (Fulcio's extensions).

This module is the only door to cryptography. It reads; whether a certificate is to be believed, sigstore decides.
"""

from __future__ import annotations

import warnings
from datetime import datetime
from typing import TYPE_CHECKING

from uplock.attest.refusal import AttestationError
from uplock.model.value import Value

if TYPE_CHECKING:
    from cryptography.x509 import Certificate, SubjectAlternativeName

_ARC = "1.3.6.1.4.1.57264.1."
"""Fulcio's arc of object identifiers; its claims from 8 on are DER UTF8Strings (``oid-info.md`` of Fulcio)."""
_ISSUER_BARE = _ARC + "1"
_OTHER_NAME = _ARC + "7"
_CLAIMS = {
    _ARC + "8": "issuer",
    _ARC + "9": "build-signer",
    _ARC + "10": "build-signer-digest",
    _ARC + "11": "runner-environment",
    _ARC + "12": "repository",
    _ARC + "13": "commit",
    _ARC + "14": "ref",
    _ARC + "15": "repository-id",
    _ARC + "16": "owner",
    _ARC + "17": "owner-id",
    _ARC + "18": "build-config",
    _ARC + "19": "build-config-digest",
    _ARC + "20": "trigger",
    _ARC + "21": "run",
    _ARC + "22": "visibility",
    _ARC + "23": "environment",
}
"""Names as :data:`~uplock.policy.publishers.CLAIMS` has them."""
_UTF8_STRING = 0x0C
_LONG_FORM = 0x80


class Identity(Value, frozen=True, kw_only=True):
    """Whom a certificate names: its subject alternative name, the token issuer, and the other claims."""

    name: str
    email: bool
    """The name is an e-mail address, not a URI or a bare user name."""
    claims: tuple[tuple[str, str], ...]
    """Pairs of claim and value, sorted; ``issuer`` is always among them."""

    def claim(self, name: str) -> str | None:
        """Return a claim, or ``None`` if the certificate does not carry it."""
        return dict(self.claims).get(name)

    @property
    def issuer(self) -> str:
        """The OpenID issuer whose token the certificate authority saw."""
        return dict(self.claims)["issuer"]


def rejections() -> tuple[type[Exception], ...]:
    """Return what cryptography raises for content that is not as it should be."""
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.x509 import DuplicateExtension, ExtensionNotFound, InvalidVersion, UnsupportedGeneralNameType

    return (
        DuplicateExtension,
        ExtensionNotFound,
        InvalidSignature,
        InvalidVersion,
        UnsupportedAlgorithm,
        UnsupportedGeneralNameType,
        ValueError,
    )


def load_certificate(der: bytes) -> Certificate:
    """Parse a certificate, none of the forms that cryptography reads but warns of.

    Raises :class:`AttestationError` of class ``malformed``.
    """
    from cryptography.utils import CryptographyDeprecationWarning
    from cryptography.x509 import load_der_x509_certificate

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", CryptographyDeprecationWarning)
            return load_der_x509_certificate(der)
    except rejections() + (CryptographyDeprecationWarning,) as error:  # noqa: RUF005 - mypy follows only a sum here
        raise AttestationError("malformed", "the signing certificate cannot be parsed") from error


def valid_at(certificate: Certificate, moment: datetime) -> bool:
    """Whether ``moment`` lies in the certificate's validity, both ends included (RFC 5280 section 4.1.2.5)."""
    return certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc


def key_kind(certificate: Certificate) -> str:
    """Return the kind of a certificate's key in words for people: ``EC secp256r1``, ``RSA 4096``, ``Ed25519``.

    Raises as :func:`rejections` says.
    """
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    match certificate.public_key():
        case ec.EllipticCurvePublicKey() as key:
            return f"EC {key.curve.name}"
        case rsa.RSAPublicKey() as key:
            return f"RSA {key.key_size}"
        case ed25519.Ed25519PublicKey():
            return "Ed25519"
        case key:
            return type(key).__name__


def signs(certificate: Certificate, signature: bytes, message: bytes) -> bool:
    """Whether the certificate's key made an ECDSA signature over the SHA-256 of ``message``."""
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
    from cryptography.hazmat.primitives.hashes import SHA256

    try:
        key = certificate.public_key()
        if not isinstance(key, EllipticCurvePublicKey):
            return False
        key.verify(signature, message, ECDSA(SHA256()))
    except rejections():
        return False
    return True


def read_identity(certificate: Certificate) -> Identity:
    """Return whom the certificate names. Raises :class:`AttestationError` of class ``unknown-publisher``."""
    from cryptography.x509 import SubjectAlternativeName, UnrecognizedExtension

    try:
        with warnings.catch_warnings():
            # Cryptography warns of names that break a rule of X.520: whoever is trusted to issue may write them.
            warnings.simplefilter("ignore")
            extensions = certificate.extensions
        names = extensions.get_extension_for_class(SubjectAlternativeName).value
        raw = {
            extension.oid.dotted_string: extension.value.value
            for extension in extensions
            if isinstance(extension.value, UnrecognizedExtension)
        }
        claims = {name: _utf8_string(raw[oid]) for oid, name in _CLAIMS.items() if oid in raw}
        if "issuer" not in claims and _ISSUER_BARE in raw:
            claims["issuer"] = raw[_ISSUER_BARE].decode()
        name, email = _only_name(names)
    except rejections() as error:
        raise AttestationError(
            "unknown-publisher", "the signing certificate names nobody in a form that is known"
        ) from error
    if "issuer" not in claims:
        raise AttestationError("unknown-publisher", "the signing certificate does not say which issuer vouched for it")
    return Identity(name=name, email=email, claims=tuple(sorted(claims.items())))


def _only_name(names: SubjectAlternativeName) -> tuple[str, bool]:
    """Return the only subject alternative name and whether it is an address. Raises :class:`ValueError`."""
    from cryptography.x509 import OtherName, RFC822Name, UniformResourceIdentifier

    (only,) = names
    match only:
        case RFC822Name():
            return only.value, True
        case UniformResourceIdentifier():
            return only.value, False
        case OtherName() if only.type_id.dotted_string == _OTHER_NAME:
            return _utf8_string(only.value), False
        case _:
            raise ValueError(type(only).__name__)


def _utf8_string(der: bytes) -> str:
    """Decode a DER UTF8String (X.690 sections 8.1.3 and 10.1). Raises :class:`ValueError`."""
    if len(der) < 2 or der[0] != _UTF8_STRING:  # noqa: PLR2004 - tag and length take one byte each at least
        raise ValueError("no UTF8String")
    size, start = der[1], 2
    if size >= _LONG_FORM:
        start += size - _LONG_FORM
        size = int.from_bytes(der[2:start], "big")
    if size != len(der) - start:
        raise ValueError("length of a UTF8String is wrong")
    return der[start:].decode()
