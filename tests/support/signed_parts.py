"""The parts of an attestation that somebody signed, as bytes of which a test can change one bit."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

PartName = Literal[
    "certificate", "signature", "payload", "timestamp", "log body", "promise", "proof hashes", "root hash", "checkpoint"
]
Place = tuple[str | int, ...]

_HASH = 32
_ENVELOPE: dict[PartName, Place] = {"signature": ("envelope", "signature"), "payload": ("envelope", "statement")}
_MATERIAL: dict[PartName, Place] = {
    "certificate": ("verification_material", "certificate"),
    "timestamp": ("verification_material", "timestamps", 0),
}
_ENTRY: dict[PartName, Place] = {
    "log body": ("canonicalizedBody",),
    "promise": ("inclusionPromise", "signedEntryTimestamp"),
    "proof hashes": ("inclusionProof", "hashes"),
    "root hash": ("inclusionProof", "rootHash"),
    "checkpoint": ("inclusionProof", "checkpoint", "envelope"),
}


@dataclass(frozen=True)
class Part:
    """One signed part of the document ``source``, decoded."""

    name: PartName
    place: Place
    content: bytes
    source: bytes

    @property
    def bits(self) -> int:
        return len(self.content) * 8

    def flipped(self, bit: int) -> bytes:
        """Return the content with one bit changed."""
        changed = bytearray(self.content)
        changed[bit // 8] ^= 1 << bit % 8
        return bytes(changed)

    def written(self) -> list[bytes]:
        """Return the texts of this part as they stand in the document, without their quotes."""
        value = _at(json.loads(self.source), self.place)
        texts = [json.dumps(each)[1:-1].encode() for each in (value if isinstance(value, list) else [value])]
        return [each if each in self.source else json.dumps(value, ensure_ascii=False)[1:-1].encode() for each in texts]

    def put(self, content: bytes) -> bytes:
        """Return the document with other content in this place, whether that is valid there or not."""
        document = json.loads(self.source)
        *above, key = self.place
        _at(document, tuple(above))[key] = _encoded(self.name, content)
        return json.dumps(document).encode()


def parts(source: bytes) -> Iterator[Part]:
    """Yield every part of every attestation in a document; an attestation may lack a promise or a timestamp."""
    document = json.loads(source)
    for attestation in _attestations(document):
        places = {name: (*attestation, *place) for name, place in (_ENVELOPE | _MATERIAL).items()}
        entries = (*attestation, "verification_material", "transparency_entries")
        for number in range(len(_at(document, entries))):
            places |= {name: (*entries, number, *place) for name, place in _ENTRY.items()}
        for name, place in places.items():
            value = _at(document, place)
            if value is not None:
                yield Part(name, place, _decoded(name, value), source)


def _attestations(document: Any) -> Iterator[Place]:
    if "envelope" in document:
        yield ()
    for number, bundle in enumerate(document.get("attestation_bundles", [])):
        for inner in range(len(bundle["attestations"])):
            yield ("attestation_bundles", number, "attestations", inner)


def _at(document: Any, place: Place) -> Any:
    """Return what is in a place, or ``None``."""
    for key in place:
        try:
            document = document[key]
        except (KeyError, IndexError):
            return None
    return document


def _decoded(name: PartName, value: Any) -> bytes:
    match name:
        case "checkpoint":
            text: str = value
            return text.encode()
        case "proof hashes":
            return b"".join(base64.b64decode(each) for each in value)
        case _:
            return base64.b64decode(value)


def _encoded(name: PartName, content: bytes) -> str | list[str]:
    match name:
        case "checkpoint":
            return content.decode(errors="surrogateescape")
        case "proof hashes":
            starts = range(0, len(content), _HASH)
            return [base64.b64encode(content[start : start + _HASH]).decode() for start in starts]
        case _:
            return base64.b64encode(content).decode()
