"""RECORD (PEP 376, PEP 427, "Recording installed projects"): parsed strictly, and held against the files it lists."""

from __future__ import annotations

import base64
import binascii
import csv
import io
from collections.abc import Mapping

from uplock.errors import InputError
from uplock.model.content import LieKind, RecordLie
from uplock.model.value import Value

MAX_RECORD = 64 * 1024 * 1024
"""Size of RECORD, in bytes."""
MAX_ROWS = 400_000
MAX_PATH = 4096
"""Characters of a path that are told."""

STRONG = ("sha256", "sha384", "sha512")
"""Algorithms that may stand in RECORD (PEP 427: SHA-256 or better)."""

_FIELDS = 3
_SIGNATURES = ("RECORD.jws", "RECORD.p7s")


class Row(Value, frozen=True, kw_only=True):
    """One row: the path as written, with ``/``; hash and size where they are given."""

    path: str
    algorithm: str = ""
    digest: str = ""
    """Hexadecimal; empty if there is none."""
    size: int | None = None


def parse_record(data: bytes, *, repeated: bool = False) -> tuple[Row, ...]:
    """Parse RECORD, with CRLF or LF. Raises :class:`InputError` on anything but rows of path, hash and size.

    A path may have several rows only if ``repeated``: pip adds a row for bytecode that it makes to one of the wheel.
    """
    if len(data) > MAX_RECORD:
        raise InputError(f"RECORD of {len(data)} bytes is larger than {MAX_RECORD}")
    try:
        text = data.decode("utf-8")
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"RECORD is not CSV in UTF-8: {error}") from error
    if len(rows) > MAX_ROWS:
        raise InputError(f"RECORD has more than {MAX_ROWS} rows")
    found = tuple(_row(fields, number) for number, fields in enumerate(rows, 1) if fields)
    seen: set[str] = set()
    for row in found:
        if row.path in seen and not repeated:
            raise InputError(f"RECORD lists {row.path[:200]!a} twice")
        seen.add(row.path)
    return found


def _row(fields: list[str], number: int) -> Row:
    if len(fields) != _FIELDS or not fields[0] or any(character < " " for character in fields[0]):
        raise InputError(f"RECORD has no path, hash and size in row {number}")
    path, mark, size = fields
    if size and not (size.isascii() and size.isdigit() and len(size) <= 20):  # noqa: PLR2004 - digits of 2**64
        raise InputError(f"RECORD has no number as size in row {number}")
    algorithm, _, value = mark.partition("=")
    return Row(
        path=path.replace("\\", "/"),
        algorithm=algorithm.lower(),
        digest=_hexadecimal(value, number) if mark else "",
        size=int(size) if size else None,
    )


def _hexadecimal(value: str, number: int) -> str:
    """Return a hash in URL-safe base64 without padding (PEP 427) as hexadecimal digits."""
    try:
        raw = base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise InputError(f"RECORD has no base64 hash in row {number}") from error
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != value.rstrip("="):
        raise InputError(f"RECORD has a hash with stray bits in row {number}")
    return raw.hex()


class Hashed(Value, frozen=True, kw_only=True):
    """Size in bytes and digests of a member, by algorithm, in hexadecimal digits."""

    size: int
    digests: dict[str, str]


def lies_of(rows: tuple[Row, ...], members: Mapping[str, Hashed], dist_info: str) -> tuple[RecordLie, ...]:
    """Return how RECORD contradicts the ``members`` (by path) of its own wheel, sorted by path.

    What is installed are the members: pip and uv take them whatever RECORD says.
    """
    own = f"{dist_info}/RECORD"
    unsigned = {own, *(f"{dist_info}/{name}" for name in _SIGNATURES)}
    listed = {row.path for row in rows} | unsigned
    lies = [lie(path, "unlisted", "RECORD does not list it") for path in members if path not in listed]
    for row in rows:
        if row.path in unsigned:
            continue
        member = members.get(row.path)
        if member is None:
            lies.append(lie(row.path, "absent", "RECORD lists it, and the wheel has no such member"))
        else:
            lies += _contradictions(row, member)
    return tuple(sorted(lies, key=lambda each: (each.path, each.kind)))


def _contradictions(row: Row, member: Hashed) -> list[RecordLie]:
    lies = []
    digest = member.digests.get(row.algorithm)
    if row.algorithm not in STRONG:
        lies.append(lie(row.path, "weak", f"RECORD has {ascii(row.algorithm[:40]) if row.algorithm else 'no hash'}"))
    elif row.digest != digest:
        lies.append(lie(row.path, "hash", f"RECORD says {row.algorithm} {row.digest}, its bytes have {digest}"))
    if row.size is not None and row.size != member.size:
        lies.append(lie(row.path, "size", f"RECORD says {row.size} bytes, it has {member.size}"))
    return lies


def lie(path: str, kind: LieKind, detail: str) -> RecordLie:
    """Return one lie, in words. A path that is longer than any system's is cut."""
    return RecordLie(path=path[:MAX_PATH], kind=kind, detail=detail)
