"""Any changed bit of what is signed is refused, and any other changed bit does not change what is reported.

Exceptions, each of which a test shows to be one and to change nothing that is reported:

- The log's *name* in the signature line of a checkpoint. Nobody signs it, and the key is found by its four bytes.
- Bits of the *last base64 character* of a checkpoint's signature that are beyond its last byte: text, not signature.
- In a timestamp, which is a CMS message: the version numbers, the *letter case* of the issuer's name (names of X.500
  are compared without it) and the identifier of the signature algorithm (the key says which). None is signed.

The last bits of other base64 texts, and white space and unknown keys of the document, are not among decoded parts and
are covered by what holds for all other bits.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from functools import cache, cached_property

import pytest
from cryptography.x509 import load_der_x509_certificate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.attestations import (
    DIGEST,
    WHEEL,
    about_wheel,
    attested,
    case,
    private_instance,
    private_verifier,
    public_verifier,
)
from support.private_sigstore import github, provenance
from support.signed_parts import Part, parts
from uplock.attest.verify import SigstoreVerifier
from uplock.model.digest import Sha256, sha256_of
from uplock.model.results import Invalid, Verification, Verified
from uplock.model.value import changed

SAMPLES = 96
"""Bits per part of the pass that leaves nothing to chance; the stride is odd, so each bit of a byte gets its turn."""

SIGNATURE_LINE = re.compile("(.*\n)\n\N{EM DASH} (\\S+) (\\S+)\n", re.DOTALL)
TSA_ISSUER = b"private-tsa-root"
ECDSA_WITH_SHA256 = bytes.fromhex("2a8648ce3d040302")


@dataclass(frozen=True)
class Genuine:
    """A document that holds, and where."""

    document: bytes
    filename: str
    sha256: Sha256
    verifier: SigstoreVerifier

    def verify(self, document: bytes) -> Verification:
        return self.verifier.verify(self.filename, self.sha256, document, None)

    def same(self, document: bytes) -> bool:
        """Whether another document is refused, or verified with exactly what the genuine one is verified with."""
        result = self.verify(document)
        return isinstance(result, Invalid) or result == changed(self._held, document=sha256_of(document))

    @cached_property
    def _held(self) -> Verified:
        result = self.verify(self.document)
        assert isinstance(result, Verified)
        return result

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        return tuple(parts(self.document))


def _private(document: bytes) -> Genuine:
    return Genuine(document, WHEEL, DIGEST, private_verifier())


def _public(identity: str) -> Genuine:
    real = case(identity)
    return Genuine(real.document(), real.artifact, real.sha256, public_verifier())


@cache
def genuine() -> dict[str, Genuine]:
    stamped = private_instance().attest(about_wheel(), github(environment="pypi"), log="v2")
    return {
        "Rekor v1": _private(provenance([attested(github(environment="pypi"))])),
        "Rekor v2 and a timestamp": _private(provenance([stamped])),
        "attestation of 2024": _public("pypi_attestations-0.0.19.tar.gz.publish.attestation"),
        "provenance of 2024": _public("abi3info-2024.10.8-py3-none-any.whl.provenance"),
    }


DOCUMENTS = ("Rekor v1", "Rekor v2 and a timestamp", "attestation of 2024", "provenance of 2024")


def _unsigned(part: Part, content: bytes) -> bool:
    """Whether changed content differs from the genuine one in nothing that is signed."""
    match part.name:
        case "checkpoint":
            return _note(content) == _note(part.content)
        case "timestamp":
            mask = _unsigned_in_timestamp(part.content)
            pairs = enumerate(zip(part.content, content, strict=True))
            return all((one ^ other) & ~mask.get(position, 0) == 0 for position, (one, other) in pairs)
        case _:
            return False


def _note(checkpoint: bytes) -> tuple[str, bytes] | None:
    """Return text and signature of a note that one log signed; characters stand for no bits beyond the signature."""
    found = SIGNATURE_LINE.fullmatch(checkpoint.decode(errors="surrogateescape"))
    if found is None or not re.fullmatch("[A-Za-z0-9+/]*=*", found[3]):
        return None
    return found[1], base64.b64decode(found[3])


def _unsigned_in_timestamp(timestamp: bytes) -> dict[int, int]:
    """Return the bits by position that no signature covers: see the exceptions above."""
    issuer = timestamp.index(TSA_ISSUER)
    versions = timestamp.index(bytes.fromhex("020103310d")) + 2, issuer - 16
    algorithm = timestamp.rindex(ECDSA_WITH_SHA256)
    mask = dict.fromkeys(versions, 0x7F)
    mask |= {issuer + each: 0x20 for each, letter in enumerate(TSA_ISSUER) if chr(letter).isalpha()}
    mask |= {algorithm + each: 0xFF for each in range(len(ECDSA_WITH_SHA256))}
    return mask


def _loose(sound: Genuine) -> list[int]:
    """Return the positions of the document that are in none of its signed parts."""
    loose = set(range(len(sound.document)))
    for part in sound.parts:
        for text in part.written():
            start = sound.document.index(text)
            loose -= set(range(start, start + len(text)))
    return sorted(loose)


BITS = st.sampled_from(DOCUMENTS).flatmap(
    lambda document: st.sampled_from(genuine()[document].parts).flatmap(
        lambda part: st.tuples(st.just(document), st.just(part), st.integers(0, part.bits - 1))
    )
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(BITS)
def test_any_changed_bit_of_what_is_signed_is_refused(choice: tuple[str, Part, int]) -> None:
    document, part, bit = choice
    content = part.flipped(bit)

    result = genuine()[document].verify(part.put(content))

    assert isinstance(result, Invalid) or _unsigned(part, content)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_bits_of_every_signed_part_in_turn_are_refused(document: str) -> None:
    sound = genuine()[document]
    for part in sound.parts:
        for bit in range(0, part.bits, max(1, part.bits // SAMPLES) | 1):
            content = part.flipped(bit)
            result = sound.verify(part.put(content))
            assert isinstance(result, Invalid) or _unsigned(part, content), (part.name, bit)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_part_that_is_signed_is_looked_at(document: str) -> None:
    expected = {"certificate", "signature", "payload", "log body", "proof hashes", "root hash", "checkpoint"}
    expected.add("timestamp" if "timestamp" in document else "promise")

    assert {part.name for part in genuine()[document].parts} == expected


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_name_in_a_signature_line_changes_nothing(document: str) -> None:
    sound = genuine()[document]
    (part,) = (each for each in sound.parts if each.name == "checkpoint")
    text, line = part.content.decode().split("\n\n")
    renamed = f"{text}\n\n\N{EM DASH} elsewhere.example {line.split()[-1]}\n".encode()

    assert _unsigned(part, renamed)
    assert isinstance(sound.verify(part.put(renamed)), Verified)
    assert sound.same(part.put(renamed))


def test_bits_beyond_the_signature_of_a_checkpoint_change_nothing() -> None:
    sound = genuine()["provenance of 2024"]
    (part,) = (each for each in sound.parts if each.name == "checkpoint")
    assert part.content.endswith(b"Q==\n")
    longer = part.content.replace(b"Q==\n", b"U==\n")

    assert _unsigned(part, longer)
    assert isinstance(sound.verify(part.put(longer)), Verified)
    assert sound.same(part.put(longer))


def test_what_is_not_signed_in_a_timestamp_changes_nothing() -> None:
    sound = genuine()["Rekor v2 and a timestamp"]
    (part,) = (each for each in sound.parts if each.name == "timestamp")
    for position, mask in _unsigned_in_timestamp(part.content).items():
        for bit in range(8):
            if mask >> bit & 1:
                assert sound.same(part.put(part.flipped(position * 8 + bit))), (position, bit)


@pytest.mark.parametrize("document", DOCUMENTS)
@pytest.mark.parametrize("number", ["0", "5", "8", "999999"])
@pytest.mark.parametrize(
    "places",
    [
        [("logIndex",)],
        [("inclusionProof", "logIndex")],
        [("inclusionProof", "treeSize")],
        [("logIndex",), ("inclusionProof", "logIndex")],
        [("inclusionProof", "logIndex"), ("inclusionProof", "treeSize")],
        [("integratedTime",)],
    ],
    ids=str,
)
def test_numbers_of_a_log_entry_are_what_the_log_signed(
    document: str, places: list[tuple[str, ...]], number: str
) -> None:
    sound = genuine()[document]
    changed_document = json.loads(sound.document)
    attestation = changed_document
    if "attestation_bundles" in attestation:
        attestation = attestation["attestation_bundles"][0]["attestations"][0]
    for place in places:
        member = attestation["verification_material"]["transparency_entries"][0]
        for key in place[:-1]:
            member = member[key]
        member[place[-1]] = number

    assert sound.same(json.dumps(changed_document).encode())


def test_a_place_in_a_tree_that_the_log_never_had_is_refused() -> None:
    """A leaf 8 of 10 has a proof of the same form as a leaf 4 of 6, which is what the log signed."""
    sound = genuine()["Rekor v1"]
    elsewhere = sound.document.replace(b'"logIndex": "4", "treeSize": "6"', b'"logIndex": "8", "treeSize": "10"')
    assert elsewhere != sound.document

    assert isinstance(sound.verify(elsewhere), Invalid)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(DOCUMENTS), st.data())
def test_any_changed_byte_of_a_document_is_refused_or_changes_nothing(document: str, data: st.DataObject) -> None:
    sound = genuine()[document]
    position = data.draw(st.integers(0, len(sound.document) - 1))
    mask = data.draw(st.integers(1, 255))

    assert sound.same(_masked(sound.document, position, mask))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_bits_of_all_that_is_not_signed_in_turn_are_refused_or_change_nothing(document: str) -> None:
    sound = genuine()[document]
    bits = [(position, bit) for position in _loose(sound) for bit in range(8)]
    for position, bit in bits[:: max(1, len(bits) // 600) | 1]:
        assert sound.same(_masked(sound.document, position, 1 << bit)), (position, bit)


def _masked(document: bytes, position: int, mask: int) -> bytes:
    changed_document = bytearray(document)
    changed_document[position] ^= mask
    return bytes(changed_document)


def test_a_certificate_with_a_negative_serial_number_is_refused_without_a_warning() -> None:
    sound = genuine()["Rekor v1"]
    (part,) = (each for each in sound.parts if each.name == "certificate")
    certificate = load_der_x509_certificate(part.content)
    size = (certificate.serial_number.bit_length() + 8) // 8
    number = certificate.serial_number.to_bytes(size, "big")
    assert part.content.count(number) == 1
    negative = part.content.replace(number, bytes([number[0] | 0x80]) + number[1:])

    result = sound.verify(part.put(negative))

    assert isinstance(result, Invalid)
    assert result.failure == "malformed"
