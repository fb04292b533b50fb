"""Keys that sign documents offline: Ed25519, and ECDSA on P-256 and P-384. The only door to their cryptography.

RSA is refused: its secure form (PSS) is random, so that the same document would never give the same envelope twice.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from uplock.errors import InputError
from uplock.files import open_regular, reason
from uplock.model.digest import Sha256, sha256_of

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey, EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

MAX_KEY = 16 * 1024
"""Bytes of a key file."""

_CURVES = {"secp256r1": "ecdsa-p256-sha256", "secp384r1": "ecdsa-p384-sha384"}
"""Curve and what signing with it is called: each with the hash of its own strength (FIPS 186-5)."""

_REMEDY = "Make a key with openssl genpkey -algorithm ed25519."


class VerifyingKey:
    """A public key."""

    def __init__(self, key: Ed25519PublicKey | EllipticCurvePublicKey) -> None:
        from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        self._key = key
        self.keyid: Sha256 = sha256_of(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
        """SHA-256 of the SubjectPublicKeyInfo (DER)."""
        self.algorithm = _CURVES[key.curve.name] if isinstance(key, EllipticCurvePublicKey) else "ed25519"

    def verify(self, signature: bytes, message: bytes) -> bool:
        """Whether this key made a signature over a message. The key says which algorithm it is, nothing else."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

        try:
            if isinstance(self._key, EllipticCurvePublicKey):
                self._key.verify(signature, message, _ecdsa(self._key.curve.name))
            else:
                self._key.verify(signature, message)
        except InvalidSignature:
            return False
        return True


class SigningKey:
    """A private key."""

    def __init__(self, key: Ed25519PrivateKey | EllipticCurvePrivateKey) -> None:
        self._key = key
        self.public = VerifyingKey(key.public_key())

    def sign(self, message: bytes) -> bytes:
        """Return the signature over a message: the same every time (RFC 8032; RFC 6979 where OpenSSL has it)."""
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

        if not isinstance(self._key, EllipticCurvePrivateKey):
            return self._key.sign(message)
        name = self._key.curve.name
        try:
            return self._key.sign(message, _ecdsa(name, deterministic=True))
        except UnsupportedAlgorithm:  # OpenSSL before 3.2
            return self._key.sign(message, _ecdsa(name))


def load_public_key(pem: bytes) -> VerifyingKey:
    """Return the one public key in PEM (SubjectPublicKeyInfo, RFC 7468 section 13). Raises :class:`InputError`."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    if pem.count(b"-----BEGIN ") > 1:
        raise InputError("more than one key", remedy="Give one public key in PEM.")
    try:
        key = load_pem_public_key(pem)
    except (UnsupportedAlgorithm, ValueError) as error:
        private = b"PRIVATE KEY-----" in pem
        remedy = "Make it of the private key with openssl pkey -pubout." if private else "Give a public key in PEM."
        raise InputError("not a public key", remedy=remedy) from error
    if isinstance(key, Ed25519PublicKey) or (isinstance(key, EllipticCurvePublicKey) and key.curve.name in _CURVES):
        return VerifyingKey(key)
    raise _unsupported()


def load_private_key(pem: bytes, passphrase: bytes | None = None) -> SigningKey:
    """Return the private key in PEM; ``passphrase`` is for one that is encrypted. Raises :class:`InputError`."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        try:
            key = load_pem_private_key(pem, None)
        except TypeError as error:  # it is encrypted
            if not passphrase:
                raise InputError(
                    "the key is encrypted",
                    remedy="Put the passphrase into UPLOCK_KEY_PASSWORD, or its file into --password-file.",
                ) from error
            key = load_pem_private_key(pem, passphrase)
    except (UnsupportedAlgorithm, ValueError) as error:
        raise InputError(
            "not a private key, or another passphrase", remedy="Give a private key in PEM, and its passphrase."
        ) from error
    if isinstance(key, Ed25519PrivateKey) or (isinstance(key, EllipticCurvePrivateKey) and key.curve.name in _CURVES):
        return SigningKey(key)
    raise _unsupported()


def read_key_file(path: Path) -> tuple[bytes, bool]:
    """Return a key file, and whether others than its owner may read it. Raises :class:`InputError`."""
    try:
        with open_regular(path) as stream:
            shared = bool(os.fstat(stream.fileno()).st_mode & (stat.S_IRWXG | stat.S_IRWXO))
            data = stream.read(MAX_KEY + 1)
    except OSError as error:
        raise InputError(
            reason(error), context=str(path), remedy="Check that the file exists and can be read."
        ) from error
    if len(data) > MAX_KEY:
        raise InputError(f"larger than {MAX_KEY} bytes", context=str(path), remedy="Give a key in PEM.")
    return data, shared


def _ecdsa(curve: str, *, deterministic: bool = False) -> ECDSA:
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
    from cryptography.hazmat.primitives.hashes import SHA256, SHA384

    return ECDSA(SHA256() if curve == "secp256r1" else SHA384(), deterministic_signing=deterministic)


def _unsupported() -> InputError:
    return InputError("not a key for Ed25519, nor for ECDSA on P-256 or P-384", remedy=_REMEDY)
