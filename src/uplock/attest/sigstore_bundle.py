"""An attestation as sigstore reads it: a Sigstore bundle (version 0.3) with one of its log entries."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

from uplock.attest.reader import Attestation, LogEntry
from uplock.attest.statement import PAYLOAD_TYPE

if TYPE_CHECKING:
    from sigstore.models import Bundle


def sigstore_bundle(attestation: Attestation, entry: LogEntry) -> Bundle:
    """Return the bundle that holds the same. Raises what sigstore raises for content that is no bundle."""
    from sigstore.models import Bundle

    material: dict[str, object] = {
        "certificate": {"rawBytes": _text(attestation.certificate)},
        "tlogEntries": [_entry(entry)],
    }
    if attestation.timestamps:
        signed = [{"signedTimestamp": _text(each)} for each in attestation.timestamps]
        material["timestampVerificationData"] = {"rfc3161Timestamps": signed}
    bundle = {
        "mediaType": Bundle.BundleType.BUNDLE_0_3.value,
        "verificationMaterial": material,
        "dsseEnvelope": {
            "payload": _text(attestation.statement),
            "payloadType": PAYLOAD_TYPE,
            "signatures": [{"sig": _text(attestation.signature)}],
        },
    }
    return Bundle.from_json(json.dumps(bundle))


def _entry(entry: LogEntry) -> dict[str, object]:
    written: dict[str, object] = {
        "logIndex": str(entry.log_index),
        "logId": {"keyId": _text(entry.key_id)},
        "kindVersion": {"kind": entry.kind, "version": entry.version},
        "canonicalizedBody": _text(entry.body),
    }
    if entry.promise and entry.integrated_time:
        written["integratedTime"] = str(entry.integrated_time)
        written["inclusionPromise"] = {"signedEntryTimestamp": _text(entry.promise)}
    proof = entry.proof
    if proof is not None:
        written["inclusionProof"] = {
            "logIndex": str(proof.log_index),
            "treeSize": str(proof.tree_size),
            "rootHash": _text(proof.root_hash),
            "hashes": [_text(each) for each in proof.hashes],
            "checkpoint": {"envelope": proof.checkpoint},
        }
    return written


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
