"""Reading the file of an SBOM: regular ones only, and none that is over the bound of documents."""

from __future__ import annotations

from pathlib import Path

from uplock.errors import InputError
from uplock.files import read_bytes
from uplock.sbom.reading.bounds import MAX_DOCUMENT


def sbom_bytes(file: Path) -> bytes:
    """Return what a file holds; a large one is refused by its size alone. Raises :class:`InputError`."""
    try:
        size = file.stat().st_size
    except OSError:
        size = 0  # reading it says why
    if size > MAX_DOCUMENT:
        raise InputError(
            f"is {size} bytes long, more than {MAX_DOCUMENT}", context=str(file), remedy="Give a smaller document."
        )
    return read_bytes(file, MAX_DOCUMENT)
