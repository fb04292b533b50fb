"""Verification of 1,000 distinct attestations against the bare signature verifications that they contain, in one run.

    PYTHONPATH=tests .venv/bin/python tests/benchmarks/verify_many.py

A private instance like the public one signs everything: P-384 authorities, P-256 certificates, Rekor v1. sigstore
verifies five signatures of each attestation, and so does the base, with cryptography, on the same signatures and with
keys that are parsed before: certificate by intermediate (P-384), certificate log's promise, log's promise, checkpoint,
and envelope (P-256). The intermediate's own signature is not among them: a trusted root makes it trusted as it is.
"""

from __future__ import annotations

import base64
import gc
import json
import statistics
import struct
import sys
import tempfile
from collections.abc import Callable
from functools import partial

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.x509 import Certificate, PrecertificateSignedCertificateTimestamps, load_der_x509_certificate
from sigstore.models import Bundle, TrustedRoot
from sigstore.verify import Verifier
from sigstore.verify.policy import OIDCIssuerV2

from support.certificate_authority import key_id
from support.private_sigstore import GITHUB_ISSUER, Json, PrivateSigstore, github, provenance
from support.statements import publish_predicate_type, statement
from support.timing import interleaved, ratio
from support.transparency_log import canonical, signed_message
from uplock.attest.verify import SigstoreVerifier
from uplock.model.digest import Sha256
from uplock.model.results import Verified

ATTESTATIONS = 1000
ROUNDS = 7
BOUND = "2.5"
PARTS = "1 on P-384 (certificate by intermediate), 4 on P-256 (SCT, SET, checkpoint, envelope)"

Check = Callable[[], None]


def main() -> int:
    """Time them in turn, and print the ratios."""
    instance = PrivateSigstore()
    verifier = SigstoreVerifier(instance.root())
    files = [(f"shop_{number}-1.0-py3-none-any.whl", Sha256(f"{number:064x}")) for number in range(ATTESTATIONS)]
    attestations = [
        instance.attest(statement(file, predicate=publish_predicate_type()), github(f"octo/shop-{number % 50}"))
        for number, file in enumerate(files)
    ]
    documents = [provenance([each]) for each in attestations]
    checks = [check for each in attestations for check in _checks(instance, each)]
    bundles = [Bundle.from_json(_bundle(each)) for each in attestations]
    theirs = _sigstore(instance.root())

    def ours() -> None:
        for (name, sha256), document in zip(files, documents, strict=True):
            result = verifier.verify(name, sha256, document, None)
            if not isinstance(result, Verified):
                raise TypeError(result)

    def bare() -> None:
        for check in checks:
            check()

    def sigstore() -> None:
        for bundle in bundles:
            theirs.verify_dsse(bundle, OIDCIssuerV2(GITHUB_ISSUER))

    ours()
    gc.collect()
    gc.freeze()
    times = interleaved({"bare": bare, "uplock": ours, "sigstore": sigstore}, ROUNDS)
    print(
        f"{ATTESTATIONS} distinct attestations, {ROUNDS} rounds; {len(checks) // ATTESTATIONS} signatures each: {PARTS}"
    )
    for name, taken in times.items():
        print(f"{name}: {statistics.median(taken) / ATTESTATIONS * 1000:.3f} ms per attestation")
    print(ratio("uplock's whole verification / bare signatures", times["uplock"], times["bare"], BOUND))
    print(ratio("sigstore's verify_dsse of ready bundles / bare signatures", times["sigstore"], times["bare"], "none"))
    return 0


def _sigstore(root: bytes) -> Verifier:
    with tempfile.NamedTemporaryFile() as file:
        file.write(root)
        file.flush()
        return Verifier(trusted_root=TrustedRoot.from_file(file.name))


def _checks(instance: PrivateSigstore, attestation: Json) -> list[Check]:
    """Return one bare verification for each signature that counts in an attestation."""
    material, envelope = attestation["verification_material"], attestation["envelope"]
    certificate = load_der_x509_certificate(base64.b64decode(material["certificate"]))
    (entry,) = material["transparency_entries"]
    issuer, own = instance.authority.chain[0].public_key(), certificate.public_key()
    log, promised = instance.logs["v1"].public_key, instance.certificate_log.key.public_key()
    assert isinstance(issuer, ec.EllipticCurvePublicKey)
    assert isinstance(own, ec.EllipticCurvePublicKey)
    assert isinstance(log, ec.EllipticCurvePublicKey)
    sct = certificate.extensions.get_extension_for_class(PrecertificateSignedCertificateTimestamps).value[0]
    note, signature = entry["inclusionProof"]["checkpoint"]["envelope"].split("\n\n")
    fast, slow = ec.ECDSA(SHA256()), ec.ECDSA(SHA384())
    return [
        partial(issuer.verify, certificate.signature, certificate.tbs_certificate_bytes, slow),
        partial(promised.verify, sct.signature, _seen(certificate, issuer), fast),
        partial(log.verify, _decoded(entry["inclusionPromise"]["signedEntryTimestamp"]), _promised(entry), fast),
        partial(log.verify, _decoded(signature.split()[-1])[4:], f"{note}\n".encode(), fast),
        partial(own.verify, _decoded(envelope["signature"]), signed_message(_decoded(envelope["statement"])), fast),
    ]


def _seen(certificate: Certificate, issuer: ec.EllipticCurvePublicKey) -> bytes:
    """Return what the certificate log signed (RFC 6962 section 3.2)."""
    sct = certificate.extensions.get_extension_for_class(PrecertificateSignedCertificateTimestamps).value[0]
    tbs = certificate.tbs_precertificate_bytes
    milliseconds = int(sct.timestamp.timestamp()) * 1000
    return struct.pack("!BBQH", 0, 0, milliseconds, 1) + key_id(issuer) + len(tbs).to_bytes(3, "big") + tbs + b"\0\0"


def _promised(entry: Json) -> bytes:
    """Return what the log signed as its promise of inclusion."""
    return canonical(
        {
            "body": entry["canonicalizedBody"],
            "integratedTime": int(entry["integratedTime"]),
            "logID": _decoded(entry["logId"]["keyId"]).hex(),
            "logIndex": int(entry["logIndex"]),
        }
    )


def _bundle(attestation: Json) -> str:
    """Return an attestation as a Sigstore bundle."""
    material, envelope = attestation["verification_material"], attestation["envelope"]
    return json.dumps(
        {
            "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
            "verificationMaterial": {
                "certificate": {"rawBytes": material["certificate"]},
                "tlogEntries": material["transparency_entries"],
            },
            "dsseEnvelope": {
                "payload": envelope["statement"],
                "payloadType": "application/vnd.in-toto+json",
                "signatures": [{"sig": envelope["signature"]}],
            },
        }
    )


def _decoded(text: str) -> bytes:
    return base64.b64decode(text)


if __name__ == "__main__":
    sys.exit(main())
