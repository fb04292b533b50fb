"""A private Sigstore instance in memory: certificate authority, certificate and transparency logs, timestamp authority.

It is built like the public instance and makes genuine attestations (PEP 740) under a trusted root of its own, so that
tests can have what nobody has signed in public: identities of any kind, other statements, Rekor v2 with timestamps,
and one broken step among sound ones. One attestation takes about a millisecond. Needs cryptography only.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Unpack

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from support.certificate_authority import BEGINNING, CertificateAuthority, CertificateLog, PublicKey, public_bytes
from support.certificate_authority import key_id as id_of
from support.signers import (
    GITHUB_ISSUER,
    Json,
    Signer,
    circleci,
    custom,
    github,
    gitlab,
    google,
    person,
)
from support.signing_options import SIGNED_AT, Fault, Options, Signing
from support.statements import bundle, provenance, publish_predicate_type, slsa_statement, statement
from support.timestamp_authority import TimestampAuthority
from support.transparency_log import TransparencyLog, b64, signed_message

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

__all__ = [
    "GITHUB_ISSUER",
    "SIGNED_AT",
    "Fault",
    "Json",
    "PrivateSigstore",
    "Signer",
    "bundle",
    "circleci",
    "custom",
    "github",
    "gitlab",
    "google",
    "person",
    "provenance",
    "slsa_statement",
    "statement",
]


class PrivateSigstore:
    """One instance with keys of its own."""

    def __init__(self) -> None:
        self.authority = CertificateAuthority()
        self.certificate_log = CertificateLog()
        self.logs = {"v1": TransparencyLog("v1"), "v2": TransparencyLog("v2")}
        self.timestamps = TimestampAuthority()

    @cached_property
    def _stranger(self) -> PrivateSigstore:
        """An instance with all the same names and other keys."""
        return PrivateSigstore()

    def root(self, *, certificate_logs: bool = True, timestamp_authorities: bool = True) -> bytes:
        """Return the trusted root of this instance."""
        return json.dumps(
            {
                "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
                "tlogs": [_log(log.url, log.public_key, log.id) for log in self.logs.values()],
                "certificateAuthorities": [_authority("https://ca.example", self.authority.chain)],
                "ctlogs": [self._certificate_log()] if certificate_logs else [],
                "timestampAuthorities": [_authority("https://tsa.example", self.timestamps.chain)]
                if timestamp_authorities
                else [],
            }
        ).encode()

    def _certificate_log(self) -> Json:
        key = self.certificate_log.key.public_key()
        return _log("https://ct.example", key, id_of(key))

    def attest(self, content: bytes, signer: Signer, **options: Unpack[Options]) -> Json:
        """Sign a statement and return the attestation; :class:`Signing` says what the options mean."""
        how = Signing(**options)
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._certificate(key.public_key(), signer, how)
        signature = key.sign(signed_message(content), ec.ECDSA(SHA256()))
        material: Json = {
            "certificate": b64(certificate.public_bytes(Encoding.DER)),
            "transparency_entries": self._entries(certificate, content, signature, how),
        }
        if times := how.times():
            material["timestamps"] = [b64(self._stamp(signature, moment, how)) for moment in times]
        return {
            "version": 1,
            "envelope": {"statement": b64(content), "signature": b64(signature)},
            "verification_material": material,
        }

    def attest_all(
        self, files: Iterable[tuple[str, str]], signer_of: Callable[[str], Signer | None], **options: Unpack[Options]
    ) -> dict[str, bytes]:
        """Return a provenance document by file name, with one publish attestation in each.

        ``files`` are names with SHA-256; a file that ``signer_of`` names nobody for gets no document.
        """
        documents = {}
        for name, sha256 in files:
            signer = signer_of(name)
            if signer is not None:
                content = statement((name, sha256), predicate=publish_predicate_type())
                documents[name] = provenance(bundle(signer, self.attest(content, signer, **options)))
        return documents

    def entry(self, certificate: Certificate, content: bytes, signature: bytes, signed_at: datetime) -> Json:
        """Return an entry of the log (Rekor v1) for a signed statement."""
        return self.logs["v1"].entry(certificate, content, signature, signed_at)

    def _certificate(self, key: ec.EllipticCurvePublicKey, signer: Signer, how: Signing) -> Certificate:
        authority = self._stranger.authority if "issued-by-stranger" in how.faults else self.authority
        log = self._stranger.certificate_log if "sct-by-stranger" in how.faults else self.certificate_log
        return authority.issue(key, signer, log if how.sct else None, "code" if how.code else "mail")

    def _entries(self, certificate: Certificate, content: bytes, signature: bytes, how: Signing) -> list[Json]:
        log = self.logs[how.log]
        bad = "second-entry-bad" in how.faults
        entries = [
            log.entry(certificate, content, signature, how.signed_at, how.faults, number)
            for number in range(how.entries)
        ]
        if bad:
            faults: set[Fault] = {"checkpoint-by-stranger"}
            entries.append(log.entry(certificate, content, signature, how.signed_at, faults, how.entries))
        return entries

    def _stamp(self, signature: bytes, moment: datetime, how: Signing) -> bytes:
        authority = self._stranger.timestamps if "stamped-by-stranger" in how.faults else self.timestamps
        message = b"another signature" if "stamp-of-other-signature" in how.faults else signature
        return authority.stamp(message, moment, status=2 if "stamp-refused" in how.faults else 0)


def _log(url: str, key: PublicKey, identifier: bytes) -> Json:
    details = "PKIX_ECDSA_P256_SHA_256" if isinstance(key, ec.EllipticCurvePublicKey) else "PKIX_ED25519"
    public = {"rawBytes": b64(public_bytes(key)), "keyDetails": details, "validFor": {"start": _iso(BEGINNING)}}
    return {"baseUrl": url, "hashAlgorithm": "SHA2_256", "publicKey": public, "logId": {"keyId": b64(identifier)}}


def _authority(url: str, chain: tuple[Certificate, ...]) -> Json:
    return {
        "subject": {"organization": "private", "commonName": "private"},
        "uri": url,
        "certChain": {"certificates": [{"rawBytes": b64(each.public_bytes(Encoding.DER))} for each in chain]},
        "validFor": {"start": _iso(BEGINNING)},
    }


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
