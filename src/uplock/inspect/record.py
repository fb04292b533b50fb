"""RECORD: the digests that a wheel claims for its own files (binary distribution format, PEP 427, PEP 376)."""

from __future__ import annotations

import base64
import binascii
import csv
import io

from uplock.errors import InputError, located
from uplock.inspect.zipdirectory import MAX_MEMBERS
from uplock.model.digest import Sha256

_ALGORITHM = "sha256="
_DIGEST = 32
_FIELDS = 3
_REMEDY = "Do not install it: ask its owners for a release with a valid RECORD."


def parse_record(raw: bytes, filename: str) -> dict[str, Sha256]:
    """Return the SHA-256 that RECORD of the wheel ``filename`` claims for its files, by path.

    Files without a digest, or with one of another algorithm, are left out. Raises :class:`InputError` if it is not of
    the form that PEP 376 gives, or claims two digests for one file.
    """
    claims: dict[str, Sha256] = {}
    with located(filename), located("RECORD"):
        try:
            rows = list(csv.reader(io.StringIO(raw.decode("utf-8"), newline=""), strict=True))
        except (UnicodeDecodeError, csv.Error) as error:
            raise InputError("is not a table of comma-separated values in UTF-8", remedy=_REMEDY) from error
        if len(rows) > MAX_MEMBERS:
            raise InputError(f"has {len(rows)} lines, more than {MAX_MEMBERS}", remedy=_REMEDY)
        for number, row in enumerate(rows, 1):
            if not row:
                continue
            if len(row) != _FIELDS:
                raise InputError(f"line {number} has {len(row)} fields instead of {_FIELDS}", remedy=_REMEDY)
            path, claim, _ = row
            if claim.startswith(_ALGORITHM):
                digest = _digest(claim.removeprefix(_ALGORITHM), number)
                if claims.setdefault(path, digest) != digest:
                    raise InputError(f"line {number} claims a second digest for the same file", remedy=_REMEDY)
    return claims


def _digest(text: str, number: int) -> Sha256:
    """Return a digest that is written in URL-safe Base64 without padding."""
    try:
        raw = base64.b64decode(f"{text}=", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != _DIGEST:
        raise InputError(f"line {number} has no SHA-256 where it says so", remedy=_REMEDY)
    return Sha256(raw.hex())
