"""A private timestamp authority (RFC 3161), whose responses are written by hand.

Libraries that sign CMS cannot set the content type of a timestamp.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.x509.oid import ExtendedKeyUsageOID

from support import der
from support.certificate_authority import BEGINNING, END, authority_certificate, common_name, key_usage

_SHA256 = der.sequence(der.object_identifier("2.16.840.1.101.3.4.2.1"))
_ECDSA_WITH_SHA256 = der.sequence(der.object_identifier("1.2.840.10045.4.3.2"))
_SIGNED_DATA = der.object_identifier("1.2.840.113549.1.7.2")
_TST_INFO = der.object_identifier("1.2.840.113549.1.9.16.1.4")
_CONTENT_TYPE = der.object_identifier("1.2.840.113549.1.9.3")
_MESSAGE_DIGEST = der.object_identifier("1.2.840.113549.1.9.4")
_SIGNING_CERTIFICATE_V2 = der.object_identifier("1.2.840.113549.1.9.16.2.47")
_POLICY = der.object_identifier("1.3.6.1.4.1.57264.2")


class TimestampAuthority:
    """A timestamp authority with a root of its own; both keys are on P-384."""

    def __init__(self) -> None:
        root_key = ec.generate_private_key(ec.SECP384R1())
        self._key = ec.generate_private_key(ec.SECP384R1())
        name = common_name("private-tsa-root")
        root = authority_certificate(name, root_key.public_key(), name, root_key, path_length=0)
        own = (
            x509.CertificateBuilder(
                name, common_name("private-tsa"), self._key.public_key(), x509.random_serial_number(), BEGINNING, END
            )
            .add_extension(key_usage(ca=False), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
            .sign(root_key, SHA384())
        )
        self.chain = (own, root)
        """In the order of a trusted root."""

    def stamp(self, message: bytes, moment: datetime, *, status: int = 0) -> bytes:
        """Return the response that says: ``message`` existed at ``moment`` (in whole seconds). Status 0 is granted."""
        info = _info(message, moment)
        signed_data = der.sequence(
            der.integer(3),
            der.set_of(_SHA256),
            der.sequence(_TST_INFO, der.explicit(0, der.octets(info))),
            der.set_of(self._signer_info(info)),
        )
        token = der.sequence(_SIGNED_DATA, der.explicit(0, signed_data))
        return der.sequence(der.sequence(der.integer(status)), token)

    def _signer_info(self, info: bytes) -> bytes:
        certificate = self.chain[0]
        issuer = certificate.issuer.public_bytes()
        serial = der.integer(certificate.serial_number)
        directory_name = der.explicit(4, issuer)
        binding = der.sequence(
            der.octets(certificate.fingerprint(SHA256())), der.sequence(der.sequence(directory_name), serial)
        )
        attributes = (
            _attribute(_CONTENT_TYPE, _TST_INFO),
            _attribute(_MESSAGE_DIGEST, der.octets(hashlib.sha256(info).digest())),
            _attribute(_SIGNING_CERTIFICATE_V2, der.sequence(der.sequence(binding))),
        )
        signature = self._key.sign(der.set_of(*attributes), ec.ECDSA(SHA256()))
        return der.sequence(
            der.integer(1),
            der.sequence(issuer, serial),
            _SHA256,
            der.explicit(0, *sorted(attributes)),
            _ECDSA_WITH_SHA256,
            der.octets(signature),
        )


def _info(message: bytes, moment: datetime) -> bytes:
    """Return the TSTInfo (RFC 3161 section 2.4.2)."""
    imprint = hashlib.sha256(message).digest()
    return der.sequence(
        der.integer(1),
        _POLICY,
        der.sequence(_SHA256, der.octets(imprint)),
        der.integer(int.from_bytes(imprint[:16], "big")),
        der.generalized_time(moment),
        der.sequence(der.integer(1)),
    )


def _attribute(identifier: bytes, value: bytes) -> bytes:
    return der.sequence(identifier, der.set_of(value))
