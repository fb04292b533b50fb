"""Decodes signed timestamps (RFC 3161) for people to look at. Verifies nothing."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable
from datetime import UTC
from typing import TYPE_CHECKING, TypeVar

from uplock.attest.certificate import rejections
from uplock.attest.decode_pieces import Pieces, cut
from uplock.model.attestation_outcome import StatedTimestamp

if TYPE_CHECKING:
    from datetime import datetime

    from rfc3161_client import TimeStampResponse

T = TypeVar("T")

_HASHES = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
"""Names of hash algorithms by object identifier (RFC 5754 section 2)."""


def decode_timestamps(stamps: Iterable[bytes], pieces: Pieces) -> tuple[StatedTimestamp, ...]:
    """Return what signed timestamps (``TimeStampResp``, DER) say; one that cannot be read is shown empty."""
    return tuple(_decoded(number, each, pieces) for number, each in enumerate(stamps, 1))


def _decoded(number: int, der: bytes, pieces: Pieces) -> StatedTimestamp:
    response = _response(der)
    if response is None:
        pieces.defect(f"timestamp {number} cannot be read")
        return StatedTimestamp()

    def part(name: str, read: Callable[[TimeStampResponse], T]) -> T | None:
        try:
            return read(response)
        except rejections():
            pieces.defect(f"the {name} of timestamp {number} cannot be read")
            return None

    return StatedTimestamp(
        time=part("time", _time),
        policy=part("policy", lambda each: cut(each.tst_info.policy.dotted_string)),
        serial=part("serial number", lambda each: cut(f"{each.tst_info.serial_number:x}")),
        algorithm=part("algorithm", _algorithm),
        digest=part("digest", lambda each: cut(each.tst_info.message_imprint.message.hex())),
        issuer=part("signer", _issuer),
    )


def _response(der: bytes) -> TimeStampResponse | None:
    """Return a timestamp as sigstore reads it, ``None`` if it does not."""
    from sigstore.errors import Error
    from sigstore.models import TimestampVerificationData

    stamp = {"signedTimestamp": base64.b64encode(der).decode()}
    try:
        (response,) = TimestampVerificationData.from_json(json.dumps({"rfc3161Timestamps": [stamp]})).rfc3161_timestamps
    except (Error, ValueError):
        return None
    return response


def _time(response: TimeStampResponse) -> datetime:
    return response.tst_info.gen_time.astimezone(UTC)


def _algorithm(response: TimeStampResponse) -> str:
    identifier = response.tst_info.message_imprint.hash_algorithm.dotted_string
    return _HASHES.get(identifier) or cut(identifier)


def _issuer(response: TimeStampResponse) -> str | None:
    """Return who issued the certificate that it says to be signed with; ``None`` unless there is one signer."""
    issuers = [each.issuer.rfc4514_string() for each in response.signed_data.signer_infos]
    return cut(issuers[0]) if len(issuers) == 1 else None
