"""``locks/lockset.json``, and the names of the files beside it."""

from __future__ import annotations

from uplock.errors import InputError, located
from uplock.model.lock import LockSet
from uplock.model.value import decode, decode_json, encode_pretty

FORMAT = 1


def pylock_name(target: str) -> str:
    """Return the PEP 751 file of a target; the standard allows no dots in the middle part."""
    return f"pylock.{target}.toml"


def requirements_name(target: str) -> str:
    """Return the requirements file of a target."""
    return f"requirements.{target}.txt"


def write_lockset(lockset: LockSet) -> bytes:
    """Return the text of a lock set: equal sets give equal bytes."""
    return encode_pretty(lockset)


def read_lockset(raw: bytes, filename: str) -> LockSet:
    """Parse a lock set strictly. Raises :class:`InputError` with the place of the first defect."""
    with located(filename):
        document = decode_json(raw)
        if isinstance(document, dict) and document.get("format") != FORMAT:
            raise InputError(
                f"format {document.get('format')!r} is not known, only {FORMAT}",
                remedy="Use the uplock that wrote it or a newer one.",
            )
        try:
            return decode(raw, LockSet)
        except InputError as error:
            error.remedy = "Restore the file from version control, or remove it and run uplock lock."
            raise
