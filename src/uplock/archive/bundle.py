"""The form of a bundle: an uncompressed tar (POSIX ustar) whose every header follows from its manifest.

Order: ``manifest.json``, ``blobs/sha256/ab/abcd…`` sorted by digest, ``kept/ID.json``, and two blocks of zeros. Nothing
of a machine or a moment is in it, so that a generation always gives the same bytes.
"""

from __future__ import annotations

import re

from uplock.errors import InputError
from uplock.model.archive_bundle import FORMAT, Bundle
from uplock.model.digest import Sha256
from uplock.model.value import decode, decode_json, encode

MANIFEST = "manifest.json"
BLOCK = 512
END = bytes(2 * BLOCK)
"""What ends a tar."""

MAX_MANIFEST = 16 * 1024 * 1024
MAX_MEMBERS = 100_000
MAX_SIZE = 8**11 - 1
"""Largest size that a header of this form can say, in bytes."""

REMEDY = "Name a file as uplock archive export wrote it; if this should be one, get it again."

_SIZE = slice(124, 136)
_SUM = slice(148, 156)
_DIGEST = re.compile(r"[0-9a-f]{64}")


def header(name: str, size: int) -> bytes:
    """Return the header of a regular file: mode 0444, owned by nobody in particular, of no time."""
    fields = (
        name.encode("ascii").ljust(100, b"\0"),
        b"0000444\0" + b"0000000\0" * 2,
        b"%011o\0" % size,
        b"%011o\0" % 0,
        b" " * 8,
        b"0".ljust(101, b"\0"),
        b"ustar\x0000",
    )
    made = b"".join(fields).ljust(BLOCK, b"\0")
    return made[: _SUM.start] + b"%06o\0 " % sum(made) + made[_SUM.stop :]


def manifest_size(raw: bytes) -> int:
    """Return the size of the manifest as the first header says it. Raises :class:`InputError` for any other header."""
    digits = raw[_SIZE][:-1]
    size = int(digits, 8) if digits and not digits.strip(b"01234567") else -1
    if not 0 < size <= MAX_MANIFEST or raw != header(MANIFEST, size):
        raise InputError("it does not begin with a manifest")
    return size


def read_manifest(raw: bytes) -> Bundle:
    """Return a manifest whose digests and sizes can be, in canonical form. Raises :class:`InputError` for another."""
    said = decode_json(raw)
    if isinstance(said, dict) and said.get("format") != FORMAT:
        raise InputError(f"it has format {str(said.get('format'))[:20]}, this uplock knows {FORMAT}")
    bundle = decode(raw, Bundle)
    names = [each.sha256 for each in bundle.members]
    digests = (*names, *bundle.absent, bundle.generation, bundle.kept.sha256)
    if (
        encode(bundle) != raw
        or len(names) > MAX_MEMBERS
        or names != sorted(set(names))
        or not all(_DIGEST.fullmatch(each) for each in digests)
        or not all(0 <= each.size <= MAX_SIZE for each in bundle.members)
        or not 0 <= bundle.kept.size <= MAX_MANIFEST
    ):
        raise InputError("its manifest is not in the form that an export has")
    return bundle


def padding(size: int) -> bytes:
    """Return the zeros after a member of ``size`` bytes."""
    return bytes(-size % BLOCK)


def blob_name(digest: Sha256) -> str:
    """Return the name of a blob, which is where it stands in an archive too."""
    return f"blobs/sha256/{digest[:2]}/{digest}"


def note_name(identity: Sha256) -> str:
    """Return the name of the note that a generation is kept."""
    return f"kept/{identity}.json"


def whole_size(bundle: Bundle, manifest: int) -> int:
    """Return the size of the whole file in bytes, of which the manifest has ``manifest``."""
    sizes = (manifest, *(member.size for member in bundle.members), bundle.kept.size)
    return sum(BLOCK + size + -size % BLOCK for size in sizes) + len(END)
