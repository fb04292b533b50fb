"""SHA-256 digests: over bytes, and over the canonical form of values."""

from __future__ import annotations

import hashlib
import re
from typing import NewType

from uplock.errors import InputError
from uplock.model.value import encode

Sha256 = NewType("Sha256", str)
"""64 lower-case hexadecimal digits."""

_HEX = re.compile(r"[0-9a-f]{64}\Z")


def sha256_of(data: bytes) -> Sha256:
    """Return the digest of ``data``."""
    return Sha256(hashlib.sha256(data).hexdigest())


def parse_sha256(text: str) -> Sha256:
    """Return ``text`` as a digest; upper-case digits are folded. Raises :class:`InputError`."""
    folded = text.lower()
    if not _HEX.match(folded):
        raise InputError(f"{text[:80]!r} is not a SHA-256 digest (64 hexadecimal digits)")
    return Sha256(folded)


def digest_of(value: object) -> Sha256:
    """Return the digest of the canonical JSON of ``value``."""
    return sha256_of(encode(value))
