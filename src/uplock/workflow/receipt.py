"""The receipt of a run: enough to prove that a second run would do nothing, in milliseconds.

A receipt names every input of the run by digest, every file that it wrote by digest, and every blob that its
generation needs. If all of them are still so, the run's answer stands and is given again.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from uplock.errors import InputError
from uplock.files import digest_file, digest_folder, read_bytes, write_atomically
from uplock.model.digest import Sha256, digest_of
from uplock.model.outcome import OutputFile, RunResult
from uplock.model.provenance import PROVENANCE_SUFFIXES
from uplock.model.value import Value, decode, encode
from uplock.model.waiver import waivers_digest
from uplock.ports import Store
from uplock.workflow.waiver_files import read_waivers

RECEIPT = "receipt.json"


class Probe(Value, frozen=True, kw_only=True):
    """A file that was looked for: its digest, or ``None`` if it was not there."""

    path: str
    sha256: Sha256 | None


class Receipt(Value, frozen=True, kw_only=True):
    """What one run rested on and left behind. ``key`` covers call, environment, day, trusted root and our version."""

    format: int = 1
    key: Sha256
    probes: tuple[Probe, ...]
    folders: tuple[Probe, ...]
    """Folders of provenance documents, with one digest over all of them."""
    waivers: Sha256
    """Digest over the waiver files."""
    outputs: tuple[OutputFile, ...]
    blobs: tuple[Sha256, ...]
    result: RunResult


class Sealed(Value, frozen=True, kw_only=True):
    """The file: a receipt, and the digest of its canonical form, so that no flipped byte is shown as an answer."""

    receipt: Receipt
    sha256: Sha256


def receipt_key(facts: Mapping[str, object]) -> Sha256:
    """Return the key over everything that is not a file: one digest, so that no secret of it is kept."""
    return digest_of(facts)


def unchanged(root: Path, place: Path, key: Sha256, archive: Store) -> RunResult | None:
    """Return the answer of the last run if nothing that it rests on or left behind has changed, else ``None``."""
    try:
        sealed = decode(read_bytes(place), Sealed)
    except InputError:
        return None
    receipt = sealed.receipt
    if digest_of(receipt) != sealed.sha256:
        return None
    stands = (
        receipt.key == key
        and receipt.waivers == waivers_digest(read_waivers(root))
        and all(digest_file(root / each.path) == each.sha256 for each in receipt.probes)
        and all(digest_file(root / each.path) == each.sha256 for each in receipt.outputs)
        and all(digest_folder(root / each.path, PROVENANCE_SUFFIXES) == each.sha256 for each in receipt.folders)
        and all(archive.has(blob) for blob in receipt.blobs)
    )
    return receipt.result if stands else None


def write_receipt(place: Path, receipt: Receipt) -> None:
    """Keep ``receipt`` for the next run."""
    write_atomically(place, encode(Sealed(receipt=receipt, sha256=digest_of(receipt))))
