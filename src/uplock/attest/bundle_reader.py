"""Reads Sigstore bundles of version 0.1 to 0.3: hostile bytes into bounded, typed values. Nothing is verified here.

A bundle signs a file itself (``messageSignature``) or an in-toto statement about files (``dsseEnvelope``); the signer
shows a certificate or names a key that the verifier must have already.
"""

from __future__ import annotations

import copy
import json
from typing import Any

from uplock.attest.media_types import WITH_CERTIFICATE, WITH_CHAIN
from uplock.attest.reader import MAX_DOCUMENT, MAX_ENTRIES
from uplock.attest.reasons import check_place, timeless
from uplock.attest.refusal import AttestationError, shown
from uplock.attest.statement import PAYLOAD_TYPE
from uplock.attest.strict_json import Node, malformed, parse
from uplock.model.value import Value

MAX_TIMESTAMPS = 32
"""Signed timestamps of one bundle, as sigstore bounds them; real ones have one."""
_MAX_CHAIN = 8

UNDATED = ("hashedrekord", "0.0.2")
"""What Rekor v2 makes; it does not say when."""

_LAST_SECOND = 253_402_300_799
"""The last second of the year 9999: beyond it there are no moments to compare."""


class Message(Value, frozen=True, kw_only=True):
    """A signature over the file itself. ``digest`` is the bundle's own word about the file: signed by nobody."""

    signature: bytes
    digest: bytes | None = None


class Envelope(Value, frozen=True, kw_only=True):
    """A signature over an in-toto statement (DSSE 1.0)."""

    signature: bytes
    statement: bytes


class Entry(Value, frozen=True, kw_only=True):
    """What uplock itself looks at in a log entry; sigstore reads the whole of it."""

    log_index: int
    """As the log's promise has it, else as the proof has it: nobody signed what the entry states beyond them."""
    kind: str
    version: str
    body: bytes
    dated: bool
    """The log promised to include it, and says when: that is a time which can be trusted."""


class SignedBundle(Value, frozen=True, kw_only=True):
    """A bundle, bounded and typed as far as uplock itself looks at it."""

    certificate: bytes | None
    """The signing certificate (DER); ``None`` if a plain key signed."""
    content: Message | Envelope
    entries: tuple[Entry, ...]
    timestamps: tuple[str, ...]
    """Signed timestamps (base64 of a ``TimeStampResp`` of RFC 3161, DER)."""
    document: str
    """The bundle again, as JSON that can be read in one way only."""

    def for_sigstore(self, number: int, kind: str, version: str) -> str:
        """Return the bundle as JSON with its log entry ``number`` alone, which is said to be of ``kind``."""
        whole: dict[str, Any] = json.loads(self.document)
        material = copy.copy(whole["verificationMaterial"])
        entry = {**material["tlogEntries"][number], "kindVersion": {"kind": kind, "version": version}}
        return json.dumps({**whole, "verificationMaterial": {**material, "tlogEntries": [entry]}})


def read_bundle(raw: bytes) -> SignedBundle:
    """Return what a bundle holds.

    Raises :class:`AttestationError` of class ``malformed``, ``unsupported-version``, ``bad-log-entry``,
    ``outside-certificate-validity`` or ``no-trusted-time``.
    """
    if len(raw) > MAX_DOCUMENT:
        malformed(f"the bundle is larger than {MAX_DOCUMENT} bytes")
    top = parse(raw, "the bundle")
    media_type = top.need("mediaType").text()
    if media_type not in WITH_CHAIN | WITH_CERTIFICATE:
        raise AttestationError("unsupported-version", f"the bundle is of the type {shown(media_type)}")
    material = top.need("verificationMaterial")
    timestamps = _timestamps(material)
    return SignedBundle(
        certificate=_certificate(material, chained=media_type in WITH_CHAIN),
        content=_content(top),
        entries=_entries(material.need("tlogEntries"), timed=bool(timestamps)),
        timestamps=timestamps,
        document=json.dumps(top.value),
    )


def _certificate(material: Node, *, chained: bool) -> bytes | None:
    if material.find("publicKey") is not None:
        return None
    if not chained:
        return _bytes(material.need("certificate").need("rawBytes"))
    chain = tuple(material.need("x509CertificateChain").need("certificates").items(_MAX_CHAIN))
    return _bytes(chain[0].need("rawBytes")) if chain else malformed("the bundle has no certificate")


def _content(top: Node) -> Message | Envelope:
    envelope, message = top.find("dsseEnvelope"), top.find("messageSignature")
    if (envelope is None) == (message is None):
        malformed("the bundle must have either a messageSignature or a dsseEnvelope")
    if envelope is not None:
        if envelope.need("payloadType").text() != PAYLOAD_TYPE:
            malformed("the bundle's envelope holds no in-toto statement")
        signatures = tuple(envelope.need("signatures").items(1)) or malformed("the bundle has no signature")
        return Envelope(signature=_bytes(signatures[0].need("sig")), statement=_bytes(envelope.need("payload")))
    assert message is not None  # noqa: S101 - one of the two is there
    digest = message.find("messageDigest")
    return Message(
        signature=_bytes(message.need("signature")),
        digest=None if digest is None else _bytes(digest.need("digest")),
    )


def _timestamps(material: Node) -> tuple[str, ...]:
    data = material.find("timestampVerificationData")
    signed = None if data is None else data.find("rfc3161Timestamps")
    if signed is None:
        return ()
    found = [each.need("signedTimestamp") for each in signed.items(MAX_TIMESTAMPS)]
    if len({_bytes(each) for each in found}) != len(found):
        malformed("the bundle has a timestamp twice")
    return tuple(each.text() for each in found)


def _entries(node: Node, *, timed: bool) -> tuple[Entry, ...]:
    entries = tuple(_entry(each, timed=timed) for each in node.items(MAX_ENTRIES))
    return entries or malformed("the bundle has no entry of a transparency log")


def _entry(node: Node, *, timed: bool) -> Entry:
    """Read a log entry; ``timed``: timestamps may say when the bundle was signed."""
    time, promise = node.find("integratedTime"), node.find("inclusionPromise")
    second = 0 if time is None else time.integer()
    if second > _LAST_SECOND:
        raise AttestationError("outside-certificate-validity", "the time of the log entry is after the year 9999")
    stated = node.need("logIndex").integer()
    if not timed and (not second or promise is None):
        raise timeless()
    kind = node.need("kindVersion")
    named = (kind.need("kind").text(), kind.need("version").text())
    proof = node.find("inclusionProof")
    if proof is None or proof.find("checkpoint") is None:
        raise AttestationError("bad-log-entry", "the log entry has no proof that the log includes it")
    proved = proof.need("logIndex").integer()
    check_place(
        stated,
        vouched=named != UNDATED,
        proof_index=proved,
        tree_size=proof.need("treeSize").integer(),
        checkpoint=proof.need("checkpoint").need("envelope").text(),
    )
    dated = bool(second) and promise is not None
    return Entry(
        log_index=stated if dated else proved,
        kind=named[0],
        version=named[1],
        body=_bytes(node.need("canonicalizedBody")),
        dated=dated,
    )


def _bytes(node: Node) -> bytes:
    """Return the bytes of a base64 text, which may be broken into lines: tools that people use do that."""
    return Node(node.text().replace("\r", "").replace("\n", ""), node.place).base64()
