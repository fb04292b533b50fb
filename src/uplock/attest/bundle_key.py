"""Plain public keys that sign bundles: ECDSA or RSA, over SHA-256."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from uplock.attest.certificate import rejections
from uplock.errors import InputError
from uplock.model.digest import Sha256, sha256_of

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.x509 import Certificate

MAX_KEY = 16 * 1024
"""Bytes of a key file; one of RSA with 4096 bits has 800."""
_LEAST_RSA, _MOST_RSA = 2048, 8192
"""Bits: less is broken, more takes long."""
_CURVES = frozenset({"secp256r1", "secp384r1", "secp521r1"})


class PublicKey:
    """A key that signs."""

    def __init__(self, key: EllipticCurvePublicKey | RSAPublicKey) -> None:
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        self._key = key
        self.der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    @cached_property
    def sha256(self) -> Sha256:
        """Digest of the key (DER)."""
        return sha256_of(self.der)

    def signs(self, signature: bytes, digest: Sha256) -> bool:
        """Whether the key made a signature over what has this digest."""
        from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
        from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
        from cryptography.hazmat.primitives.hashes import SHA256

        hashed, algorithm = bytes.fromhex(digest), Prehashed(SHA256())
        try:
            if isinstance(self._key, EllipticCurvePublicKey):
                self._key.verify(signature, hashed, ECDSA(algorithm))
            else:
                self._key.verify(signature, hashed, PKCS1v15(), algorithm)
        except rejections():
            return False
        return True


def load_key(pem: bytes) -> PublicKey:
    """Return the key in PEM (SubjectPublicKeyInfo, RFC 7468 section 13). Raises :class:`InputError`."""
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = _supported(load_pem_public_key(pem))
    except rejections() as error:
        raise InputError("not a public key", remedy="Give a public key in PEM.") from error
    if key is None:
        raise InputError(
            "the key is of a kind that is not supported",
            remedy="Give a key for ECDSA on P-256, P-384 or P-521, or for RSA with 2048 to 8192 bits.",
        )
    return key


def certified_key(certificate: Certificate) -> PublicKey | None:
    """Return the key that a certificate is about, or ``None`` if it is of a kind that signs no bundles."""
    try:
        return _supported(certificate.public_key())
    except rejections():
        return None


def _supported(key: object) -> PublicKey | None:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    if isinstance(key, EllipticCurvePublicKey) and key.curve.name in _CURVES:
        return PublicKey(key)
    if isinstance(key, RSAPublicKey) and _LEAST_RSA <= key.key_size <= _MOST_RSA:
        return PublicKey(key)
    return None
