"""Whom a trusted root trusts: its authorities and logs, read strictly from Sigstore's ``TrustedRoot`` message.

For people to look at. What is judged with, sigstore reads itself from the same bytes, and all of it.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from uplock.attest.certificate import key_kind, load_certificate, rejections
from uplock.attest.refusal import AttestationError, shown
from uplock.attest.strict_json import Node, malformed, parse
from uplock.errors import InputError
from uplock.model.digest import sha256_of
from uplock.model.trust_outcome import Authority, AuthorityCertificate, Log, RootContent

MAX_ENTRIES = 64
"""Authorities or logs of one kind; the public instance has 2 of each at most."""

MAX_CHAIN = 8
"""Certificates of one authority."""

_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})")
_MAX_TEXT = 300


def read_content(root: bytes) -> RootContent:
    """Return everybody whom a trusted root trusts. Raises :class:`InputError` if it is malformed or over a bound.

    Members that are not known are passed over: the format may grow (its Protobuf JSON is read so everywhere).
    """
    try:
        node = parse(root, "the trusted root")
        return RootContent(
            media_type=_text(node.need("mediaType")),
            certificate_authorities=_authorities(node, "certificateAuthorities"),
            certificate_logs=_logs(node, "ctlogs"),
            transparency_logs=_logs(node, "tlogs"),
            timestamp_authorities=_authorities(node, "timestampAuthorities"),
        )
    except AttestationError as error:
        raise InputError(error.detail, remedy="Give a complete trusted_root.json.") from error


def _authorities(root: Node, key: str) -> tuple[Authority, ...]:
    found = root.find(key)
    return () if found is None else tuple(_authority(each) for each in found.items(MAX_ENTRIES))


def _authority(node: Node) -> Authority:
    start, end = _period(node)
    subject = node.find("subject")
    chain = node.need("certChain").need("certificates").items(MAX_CHAIN)
    return Authority(
        url=_optional(node, "uri"),
        subject="" if subject is None else ", ".join(filter(None, (_optional(subject, key) for key in _NAMES))),
        start=start,
        end=end,
        certificates=tuple(_certificate(each.need("rawBytes")) for each in chain),
    )


_NAMES = ("commonName", "organization")


def _certificate(node: Node) -> AuthorityCertificate:
    der = node.base64()
    refused: tuple[type[Exception], ...] = (AttestationError, *rejections())
    try:
        certificate = load_certificate(der)
        return AuthorityCertificate(
            subject=_clean(certificate.subject.rfc4514_string()),
            key=key_kind(certificate),
            not_before=certificate.not_valid_before_utc,
            not_after=certificate.not_valid_after_utc,
            sha256=sha256_of(der),
        )
    except refused:
        malformed(f"{node.place} is not a certificate")


def _logs(root: Node, key: str) -> tuple[Log, ...]:
    found = root.find(key)
    return () if found is None else tuple(_log(each) for each in found.items(MAX_ENTRIES))


def _log(node: Node) -> Log:
    key = node.need("publicKey")
    start, end = _period(key)
    return Log(
        url=_optional(node, "baseUrl"),
        key=_text(key.need("keyDetails")),
        log_id=node.need("logId").need("keyId").base64().hex(),
        sha256=sha256_of(key.need("rawBytes").base64()),
        start=start,
        end=end,
    )


def _period(node: Node) -> tuple[datetime | None, datetime | None]:
    """Return beginning and end of what the root allows (``validFor``), both inclusive, each if it is there."""
    period = node.find("validFor")
    if period is None:
        return None, None
    return _moment(period.find("start")), _moment(period.find("end"))


def _moment(node: Node | None) -> datetime | None:
    """Return a Protobuf JSON timestamp (RFC 3339), without what is shorter than a microsecond."""
    if node is None:
        return None
    text = node.text()
    if not _MOMENT.fullmatch(text):
        malformed(f"{node.place} is not a moment in RFC 3339")
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        malformed(f"{node.place} is not a moment in RFC 3339")


def _optional(node: Node, key: str) -> str:
    found = node.find(key)
    return "" if found is None else _text(found)


def _text(node: Node) -> str:
    text = node.text()
    if len(text) > _MAX_TEXT or not text.isprintable():
        malformed(f"{node.place} is {shown(text)}")
    return text


def _clean(text: str) -> str:
    """Return a certificate's name fit to be shown: it may hold any character."""
    return "".join(character if character.isprintable() else "\ufffd" for character in text[:_MAX_TEXT])
